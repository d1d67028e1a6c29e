/**
 * The memory of one pattern: its level, one cell per domain, and how far domains may differ (strength). A domain's
 * mean is shrunk toward level and difficulty by `strength` outcomes' worth, which is fitted to how far the domains
 * really differ.
 */
import {
  cellFrom,
  CHANGED,
  correctCell,
  doubtOf,
  learnInCell,
  newCell,
  numbersOf,
  ODDS_START,
  OWN_EVIDENCE_MIN,
  type Amendment,
  type Cell,
  type Circumstances,
  type Evidence,
  type Margins,
} from "./cell.ts";
import { clamp, logLikelihood, logit, rounded, sigmoid } from "./logistic.ts";
import { worthOf, type Member, type Population, type Standing } from "./population.ts";
import { fitStrength } from "./strength.ts";

export interface PatternMemoryState {
  readonly number: number;
  readonly level: number;
  readonly precision: number;
  readonly strength: number;
  readonly fitAt: number;
  readonly outcomes: number;
  readonly shift: readonly [number, number, number, number];
  readonly changes: number;
  readonly changedAt: number;
  readonly cells: readonly (readonly [string, ...number[]])[];
}

/** One outcome as evidence for a domain. */
export interface DomainEvidence extends Evidence {
  readonly domain: string;
}

/** What is believed before features: the long memory, and what else may be true. */
export interface PlainBelief {
  readonly mean: number;
  readonly variance: number;
  readonly evidence: number;
  readonly doubt: number;
  readonly cell: Cell | undefined;
}

/** Variance of a level before anything is known of a pattern, and of a shift of all its domains. */
const LEVEL_VARIANCE = 1;
const SHIFT_VARIANCE = 1;
/** Bytes of JSON that the cells may take; the one that learned longest ago goes first. */
const CELL_BYTES_MAX = 2_000;
const CELL_BYTES = 64;
/**
 * How likely a further change is per outcome and change that was found lately; changes of other patterns count less.
 * Tuned on seeded simulations of patterns that fall and recover.
 */
const HAZARD = 1 / 2_000;
const OTHERS_SHARE = 0.25;
/** Outcomes after which a pattern's own change counts half as much. */
const OWN_CHANGE_HALF_LIFE = 3_000;
/** The most doubt that time alone can raise. */
const DOUBT_BY_TIME_MAX = 0.2;
/** How far the mean of a domain with 30 outcomes may be moved from its own outcomes' mean. */
const TRANSLATION_MAX = 0.009;
/** The margin for a change of the whole pattern, against that of one domain. */
const SHIFT_MARGIN = 1.2;
/** With fewer domains than this, a change of the pattern is one of its domains'. */
const SHIFT_DOMAINS_MIN = 3;

export class PatternMemory {
  #level: number;
  #precision: number = 1 / LEVEL_VARIANCE;
  #strength: number;
  #fitAt = 4;
  #outcomes = 0;
  /** Pattern-wide change: shift on the logit scale, its variance, log-odds. */
  #shift = 0;
  #shiftVariance = SHIFT_VARIANCE;
  #odds = ODDS_START;
  /** The outcome's number at which this comparison began anew. */
  #shiftSince = 0;
  #changes = 0;
  #changedAt = 0;
  /** The outcome's number, over all patterns, at which this one last learned in any domain. */
  #learnedAt = 0;
  #cellBytes = 0;
  readonly #margins: Margins;
  /** The pattern's number among all; 0 before its first outcome. */
  #number: number;
  readonly #population: Population;
  readonly #members = new Map<string, Member>();

  constructor(population: Population, margins: Margins, state?: PatternMemoryState) {
    this.#population = population;
    this.#margins = margins;
    this.#number = state?.number ?? 0;
    this.#level = state?.level ?? rounded(population.level, 1e5);
    this.#strength = state?.strength ?? rounded(Math.exp(population.strength), 1e2);
    if (!state) {
      return;
    }
    this.#precision = state.precision;
    this.#fitAt = state.fitAt;
    this.#outcomes = state.outcomes;
    [this.#shift, this.#shiftVariance, this.#odds, this.#shiftSince] = state.shift;
    this.#changes = state.changes;
    this.#changedAt = state.changedAt;
    for (const [domain, ...numbers] of state.cells) this.#add(domain, cellFrom(numbers));
  }

  get level(): number {
    return this.#level;
  }

  get strength(): number {
    return this.#strength;
  }

  get outcomes(): number {
    return this.#outcomes;
  }

  get domains(): readonly string[] {
    return [...this.#members.keys()];
  }

  /** What is believed in the domain; `failures` are provisional ones. */
  believe(domain: string, failures = 0): PlainBelief {
    const standing = this.#population.standing(domain);
    const cell = this.#members.get(standing.name ?? domain)?.cell;
    const [prior, variance] = this.#prior(standing, cell);
    const weight = (cell?.weight ?? 0) + failures;
    const score = cell?.score ?? 0;
    const strength = Math.min(
      this.#strength,
      strengthWithin(weight, weight > 0 ? score / weight : prior, prior),
    );
    const mean = (score + strength * prior) / (weight + strength);
    const pull = (strength / (weight + strength)) * prior * (1 - prior);
    return {
      mean,
      variance:
        (mean * (1 - mean)) / (weight + strength + 1) + pull * pull * (1 / this.#precision + variance),
      evidence: cell?.weight ?? 0,
      doubt: cell ? doubtOf(cell, this.#floor(domain)) : 0,
      cell,
    };
  }

  /** Learns from one outcome and returns the memory of its domain. */
  see(evidence: DomainEvidence): Cell {
    const { domain } = evidence;
    const before = this.#outcomes > 0 ? { level: this.#level, strength: this.#strength } : undefined;
    if (this.#number === 0) this.#number = this.#population.newNumber();
    this.#outcomes++;
    const cell = this.#cellOf(domain);
    const { changed, heard } = learnInCell(cell, evidence, this.#circumstances(domain));
    this.#learnedAt = this.#population.outcomes;
    if (changed) this.#noteChange(this.#members.size < SHIFT_DOMAINS_MIN ? 1 : 0.5);
    this.#followShift(cell, evidence.score, evidence.weight * heard, evidence.predicted);
    this.#solveLevel();
    if (this.#outcomes >= this.#fitAt) {
      this.#fitAt = this.#outcomes + Math.max(1, this.#outcomes >> 4);
      this.#fitStrength();
    }
    this.#population.contribute(before, { level: this.#level, strength: this.#strength });
    this.#population.learned(domain);
    return cell;
  }

  /** Corrects what an outcome has taught. Where the domain was forgotten there is nothing to correct. */
  correct(domain: string, amendment: Amendment): void {
    const cell = this.#members.get(domain)?.cell;
    if (!cell || cell.weight <= 0) return;
    const before = { level: this.#level, strength: this.#strength };
    const { changed, heard } = correctCell(cell, amendment, this.#circumstances(domain));
    if (changed) this.#noteChange(this.#members.size < SHIFT_DOMAINS_MIN ? 1 : 0.5);
    const weight = amendment.weight * Math.abs(amendment.score - amendment.before) * heard;
    this.#followShift(cell, amendment.score, weight, amendment.predicted);
    this.#solveLevel();
    this.#population.contribute(before, { level: this.#level, strength: this.#strength });
    this.#population.corrected(domain);
  }

  #circumstances(domain: string): Circumstances {
    return {
      expected: this.#population.expected(domain),
      floor: this.#floor(domain),
      margin: this.#margins.in(domain),
      at: this.#population.outcomes,
    };
  }

  /** Leaves the population. */
  forget(): void {
    if (this.#outcomes > 0) {
      this.#population.contribute({ level: this.#level, strength: this.#strength }, undefined);
    }
    for (const [domain, member] of this.#members) this.#population.leave(domain, member);
    this.#members.clear();
  }

  save(): PatternMemoryState {
    return {
      number: this.#number,
      level: this.#level,
      precision: this.#precision,
      strength: this.#strength,
      fitAt: this.#fitAt,
      outcomes: this.#outcomes,
      shift: [this.#shift, this.#shiftVariance, this.#odds, this.#shiftSince],
      changes: this.#changes,
      changedAt: this.#changedAt,
      cells: [...this.#members].map(([domain, { cell }]) => [domain, ...numbersOf(cell)]),
    };
  }

  /**
   * Mean and variance expected in a domain without what this pattern did there itself: its own outcomes must not
   * speak twice, once as themselves and once as the domain's difficulty.
   */
  #prior({ difficulty, precision }: Standing, cell: Cell | undefined): readonly [number, number] {
    const prior = sigmoid(this.#level + difficulty);
    if (!cell || cell.weight <= 0) return [prior, 1 / precision];
    const worth = worthOf(cell.weight, this.#strength);
    const others = Math.max(precision - worth * prior * (1 - prior), 0.5);
    const own = clamp((worth * (cell.score / cell.weight - prior)) / others, -2, 2);
    return [sigmoid(this.#level + difficulty - own), 1 / others];
  }

  /**
   * Doubt never sinks below what recent changes and the time since the pattern's last outcome make likely: one that
   * has changed back shows it in any domain, so each need not ask for itself.
   */
  #floor(domain: string): number {
    const since = this.#population.outcomes - this.#learnedAt;
    const own =
      this.#changes === 0
        ? 0
        : this.#changes * 0.5 ** ((this.#population.outcomes - this.#changedAt) / OWN_CHANGE_HALF_LIFE);
    const hazard = (own + OTHERS_SHARE * this.#population.changes) * HAZARD;
    const likely = Math.min(DOUBT_BY_TIME_MAX, hazard * since);
    const least = CHANGED - this.#margins.in(domain);
    return likely < 1e-4 ? least : Math.max(least, rounded(logit(likely), 1e3));
  }

  #noteChange(weight: number): void {
    const decay = 0.5 ** ((this.#population.outcomes - this.#changedAt) / OWN_CHANGE_HALF_LIFE);
    this.#changes = rounded(Math.min(3, this.#changes * decay + weight * 2), 1e3);
    this.#changedAt = this.#population.outcomes;
    this.#population.changed(this.#number, weight);
  }

  /**
   * A change of the whole pattern shows in several domains before any of them has enough evidence alone: the same
   * comparison as in a cell, against a common shift. One domain gives at most a third of the margin.
   */
  #followShift(cell: Cell, score: number, weight: number, predicted: number): void {
    if (this.#members.size < SHIFT_DOMAINS_MIN) return;
    if (this.#population.worldChangedAt > this.#shiftSince) this.#restartShift();
    const shifted = sigmoid(logit(predicted) + this.#shift);
    const gain = weight * (logLikelihood(score, shifted) - logLikelihood(score, predicted));
    const part = clamp(cell.part + gain, -1, this.#margins.usual / 3);
    const least = CHANGED - SHIFT_MARGIN * this.#margins.usual;
    this.#odds = rounded(Math.max(least, Math.max(this.#odds, least) + part - cell.part), 1e3);
    cell.part = rounded(part, 1e3);
    if (this.#odds <= least) {
      this.#restartShift();
      this.#population.suspect(this.#number, 0, this.#margins.usual);
      this.#follow(score, predicted, weight);
      return;
    }
    this.#follow(score, shifted, weight);
    const world = this.#population.suspect(this.#number, this.#odds - least, this.#margins.usual);
    if (world || this.#odds < CHANGED) return;
    for (const member of this.#members.values()) doubtAfterShift(member.cell);
    this.#restartShift();
    this.#noteChange(1);
  }

  #follow(score: number, shifted: number, weight: number): void {
    const information = weight * shifted * (1 - shifted);
    const gain = this.#shiftVariance / (1 + information * this.#shiftVariance);
    this.#shift = rounded(clamp(this.#shift + gain * weight * (score - shifted), -4, 4), 1e4);
    this.#shiftVariance = rounded(gain, 1e4);
  }

  #restartShift(): void {
    this.#shift = 0;
    this.#shiftVariance = SHIFT_VARIANCE;
    this.#odds = CHANGED - SHIFT_MARGIN * this.#margins.usual;
    this.#shiftSince = this.#population.outcomes;
    for (const { cell } of this.#members.values()) cell.part = 0;
  }

  #solveLevel(): void {
    let gradient = (this.#population.level - this.#level) / LEVEL_VARIANCE;
    let precision = 1 / LEVEL_VARIANCE;
    for (const [domain, { cell }] of this.#members) {
      if (cell.weight <= 0) continue;
      const prior = sigmoid(this.#level + this.#population.difficulty(domain));
      const worth = worthOf(cell.weight, this.#strength);
      gradient += worth * (cell.score / cell.weight - prior);
      precision += worth * prior * (1 - prior);
    }
    this.#level = rounded(this.#level + clamp(gradient / precision, -1, 1), 1e5);
    this.#precision = rounded(precision, 1e4);
  }

  #fitStrength(): void {
    const seen = [];
    for (const [domain, { cell }] of this.#members) {
      if (cell.weight <= 0) continue;
      const [prior, variance] = this.#prior(this.#population.standing(domain), cell);
      seen.push({ weight: cell.weight, mean: cell.score / cell.weight, prior, variance });
    }
    this.#strength = fitStrength(seen, this.#population.strength);
  }

  #cellOf(domain: string): Cell {
    return this.#members.get(domain)?.cell ?? this.#add(domain, newCell()).cell;
  }

  #add(domain: string, cell: Cell): Member {
    const member: Member = { cell, owner: this };
    this.#learnedAt = Math.max(this.#learnedAt, cell.learnedAt);
    this.#members.set(this.#population.join(domain, member), member);
    this.#cellBytes += domain.length + CELL_BYTES;
    while (this.#cellBytes > CELL_BYTES_MAX && this.#members.size > 1) this.#dropOldest(domain);
    return member;
  }

  #dropOldest(except: string): void {
    let oldest: [string, Member] | undefined;
    for (const entry of this.#members) {
      if (entry[0] !== except && !(oldest && oldest[1].cell.learnedAt <= entry[1].cell.learnedAt))
        oldest = entry;
    }
    if (!oldest) return;
    this.#members.delete(oldest[0]);
    this.#population.leave(...oldest);
    this.#cellBytes -= oldest[0].length + CELL_BYTES;
  }
}

/**
 * The strength that moves the mean of a domain no further from its own outcomes than it may be (limited translation,
 * Efron and Morris 1972): freely on little evidence, under .01 from 30 outcomes on, whatever happens elsewhere. What a
 * domain does not believe makes it no surer either, so this strength counts for the variance, too.
 */
function strengthWithin(weight: number, own: number, prior: number): number {
  const limit = TRANSLATION_MAX * Math.max(1, OWN_EVIDENCE_MIN / weight) ** 3;
  const beyond = Math.abs(prior - own) - limit;
  return beyond <= 0 ? Infinity : (weight * limit) / beyond;
}

/** After a change of the whole pattern each domain's memory is doubted until it is tried again. */
function doubtAfterShift(cell: Cell): void {
  cell.odds = Math.max(cell.odds, -1);
}
