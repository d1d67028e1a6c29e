/**
 * What all patterns share: how hard each domain is, what an unknown pattern is worth, how alike domains are, and how
 * often things have changed lately. Difficulty is a term beside the pattern's level on the logit scale, so that a
 * pattern that met only hard tasks is not taken for a poor one.
 */
import { fade, OWN_EVIDENCE_MIN, type Cell } from "./cell.ts";
import { clamp, rounded, sigmoid } from "./logistic.ts";

/** A pattern's memory of a domain, as the domain sees it. */
export interface Member {
  readonly cell: Cell;
  readonly owner: { readonly level: number; readonly strength: number };
}

/** How hard a domain is. */
export interface Standing {
  /** The domain's name as all who learn in it keep it; absent where nobody does. */
  readonly name?: string;
  readonly difficulty: number;
  /** Inverse of the variance of `difficulty`. */
  readonly precision: number;
}

interface Domain extends Standing {
  readonly name: string;
  difficulty: number;
  precision: number;
  readonly members: Set<Member>;
  outcomes: number;
}

export interface PopulationState {
  readonly outcomes: number;
  readonly patterns: number;
  readonly levels: number;
  readonly strengths: number;
  readonly changes: number;
  readonly numbers: number;
  readonly worldChangedAt: number;
  readonly suspects: readonly (readonly [number, number])[];
  readonly recent: readonly (readonly [number, number, number])[];
  readonly gains: number;
  readonly domains: readonly (readonly [string, number, number, number])[];
}

/** Variance of difficulty before anything is known of a domain. */
const DIFFICULTY_VARIANCE = 1;
const unknownStanding: Standing = { difficulty: 0, precision: 1 / DIFFICULTY_VARIANCE };
/** Log of the strength an unknown pattern starts with, and the patterns this start is worth. */
const STRENGTH_START = Math.log(6);
const STRENGTH_START_WEIGHT = 2;
/** With more members than this, a domain is solved less often, so that an outcome costs a bounded time. */
const MEMBERS_PER_SOLVE = 64;
/** Domains whose difficulty is kept; the least used ones go first. */
const DOMAINS_MAX = 1_024;
/** Changes of several patterns within so many outcomes, with this weight together, are one of the world. */
const WORLD_WITHIN = 600;
const WORLD_CHANGES = 1.5;
/**
 * The margin that all suspected patterns have to win together, and the most that one of them brings in. It is above 1,
 * since where nothing changes a sum of several is this high more often than a single one.
 */
const WORLD_MARGIN = 1.6;
const WORLD_PATTERN_SHARE = 0.6;
const SUSPECTED_FROM = 2;
/** Share of the log-likelihood won by features that counts for other patterns. */
const GAIN_HANDED_ON = 0.5;
/** Outcomes after which a change counts half as much for the expectation of further ones. */
const CHANGE_HALF_LIFE = 1_500;
/** Lists of features that patterns share. */
const NAME_LISTS_MAX = 64;
const KEPT_PER_OUTCOME = 0.5 ** (1 / CHANGE_HALF_LIFE);

export class Population {
  #outcomes = 0;
  #patterns = 0;
  #levels = 0;
  #strengths = 0;
  #changes = 0;
  #numbers = 0;
  /** Outcome, pattern and weight of changes that may belong together. */
  #worldChangedAt = 0;
  /** Log-likelihood for a change, by pattern. */
  readonly #suspects = new Map<number, number>();
  #recent: readonly (readonly [number, number, number])[] = [];
  #gains = 0;
  readonly #names = new Map<string, readonly string[]>();
  readonly #domains = new Map<string, Domain>();

  constructor(state?: PopulationState) {
    if (!state) return;
    this.#outcomes = state.outcomes;
    this.#patterns = state.patterns;
    this.#levels = state.levels;
    this.#strengths = state.strengths;
    this.#changes = state.changes;
    this.#numbers = state.numbers;
    this.#recent = state.recent;
    this.#worldChangedAt = state.worldChangedAt;
    for (const [number, gain] of state.suspects) this.#suspects.set(number, gain);
    this.#gains = state.gains;
    for (const [name, difficulty, precision, outcomes] of state.domains) {
      this.#domains.set(name, { name, difficulty, precision, members: new Set(), outcomes });
    }
  }

  /** Outcomes seen, over all patterns. */
  get outcomes(): number {
    return this.#outcomes;
  }

  /** The level of an unknown pattern. */
  get level(): number {
    return this.#levels / (this.#patterns + 1);
  }

  /** Logarithm of the strength of an unknown pattern. */
  get strength(): number {
    return (
      (this.#strengths + STRENGTH_START_WEIGHT * STRENGTH_START) / (this.#patterns + STRENGTH_START_WEIGHT)
    );
  }

  /** Changes accepted lately, older ones counting less. */
  get changes(): number {
    return this.#changes;
  }

  difficulty(domain: string): number {
    return this.standing(domain).difficulty;
  }

  standing(domain: string): Standing {
    return this.#domains.get(domain) ?? unknownStanding;
  }

  /**
   * What the other patterns say for or against features, as log-likelihood: where features tell for some patterns,
   * they soon do for the rest.
   */
  gainOfOthers(own: number): number {
    return clamp(GAIN_HANDED_ON * (this.#gains - own), -1, 3);
  }

  /**
   * One list for all patterns with the same features: ten thousand equal ones would fill the caches. Those met first
   * are kept, since nearly all patterns have the same.
   */
  namesAs(names: readonly string[]): readonly string[] {
    const key = JSON.stringify(names);
    const found = this.#names.get(key);
    if (found) return found;
    if (this.#names.size < NAME_LISTS_MAX) this.#names.set(key, names);
    return names;
  }

  /** What is expected of any pattern in the domain. */
  expected(domain: string): number {
    return sigmoid(this.level + this.difficulty(domain));
  }

  /** Tells the name to keep: the same string for all, since one that is another object is compared letter by letter. */
  join(domain: string, member: Member): string {
    let found = this.#domains.get(domain);
    if (!found) {
      if (this.#domains.size >= DOMAINS_MAX) this.#dropOne();
      found = { name: domain, ...unknownStanding, members: new Set(), outcomes: 0 };
      this.#domains.set(domain, found);
    }
    found.members.add(member);
    return found.name;
  }

  leave(domain: string, member: Member): void {
    this.#domains.get(domain)?.members.delete(member);
  }

  /** Counts an outcome and brings the difficulty of its domain up to date. */
  learned(domain: string): void {
    this.#outcomes++;
    if (this.#changes > 0) this.#changes = rounded(this.#changes * KEPT_PER_OUTCOME, 1e6);
    const found = this.#domains.get(domain);
    if (!found) return;
    found.outcomes++;
    if (found.outcomes % Math.ceil(found.members.size / MEMBERS_PER_SOLVE) === 0) solve(found);
  }

  /** Brings the difficulty of a domain up to date without counting an outcome. */
  corrected(domain: string): void {
    const found = this.#domains.get(domain);
    if (found) solve(found);
  }

  /** Replaces what one pattern contributes; the first contribution counts the pattern in. */
  contribute(
    before: { readonly level: number; readonly strength: number } | undefined,
    after: { readonly level: number; readonly strength: number } | undefined,
  ): void {
    this.#patterns += (after ? 1 : 0) - (before ? 1 : 0);
    this.#levels = rounded(this.#levels + (after?.level ?? 0) - (before?.level ?? 0), 1e6);
    // A strength is fitted anew after one outcome in many.
    if (after?.strength === before?.strength) return;
    const logs = (after ? Math.log(after.strength) : 0) - (before ? Math.log(before.strength) : 0);
    this.#strengths = rounded(this.#strengths + logs, 1e6);
  }

  /** A number for a pattern that begins to learn. */
  newNumber(): number {
    return ++this.#numbers;
  }

  /**
   * Notes a change of one pattern. A pattern that nobody asks any more cannot show that it changed, too: when a whole
   * pattern changes, thin memories of all fade, and when several do within short, so does all that was learned before.
   */
  changed(number: number, weight: number): void {
    this.#changes = Math.min(5, this.#changes + weight);
    const from = this.#outcomes - WORLD_WITHIN;
    this.#recent = [
      ...this.#recent.filter(([at]) => at >= from),
      [this.#outcomes, number, weight] as const,
    ].slice(-8);
    const total = this.#recent.reduce((sum, [, , each]) => sum + each, 0);
    const several = total >= WORLD_CHANGES && new Set(this.#recent.map(([, owner]) => owner)).size > 1;
    if (!several && weight < 1) return;
    const first = this.#recent[0]?.[0] ?? 0;
    this.#fade(first, several ? Infinity : OWN_EVIDENCE_MIN);
  }

  /**
   * Takes note of how much speaks for a change of one pattern. Several patterns that are each partly convinced tell of
   * a change of the world before any of them alone tells of its own; true when they did.
   */
  suspect(number: number, gain: number, margin: number): boolean {
    const most = WORLD_PATTERN_SHARE * WORLD_MARGIN * margin;
    if (gain < SUSPECTED_FROM) {
      this.#suspects.delete(number);
      return false;
    }
    this.#suspects.set(number, Math.min(most, gain));
    let together = 0;
    for (const each of this.#suspects.values()) together += each;
    if (together < WORLD_MARGIN * margin) return false;
    this.#fade(this.#outcomes - WORLD_WITHIN, Infinity);
    this.#changes = Math.min(5, this.#changes + 1);
    return true;
  }

  /** When all that had been learned last faded. */
  get worldChangedAt(): number {
    return this.#worldChangedAt;
  }

  /** Fades what is older than `before` and lighter than `below`. */
  #fade(before: number, below: number): void {
    for (const { members } of this.#domains.values()) {
      for (const { cell } of members)
        if (cell.since < before && cell.weight < below) fade(cell, this.#outcomes);
    }
    if (below < Infinity) return;
    this.#worldChangedAt = this.#outcomes;
    this.#suspects.clear();
    this.#recent = [];
  }

  /** Features have won, or lost, this much log-likelihood for a pattern. */
  gained(gain: number): void {
    this.#gains = rounded(this.#gains + gain, 1e4);
  }

  save(): PopulationState {
    return {
      outcomes: this.#outcomes,
      patterns: this.#patterns,
      levels: this.#levels,
      strengths: this.#strengths,
      changes: this.#changes,
      numbers: this.#numbers,
      recent: this.#recent,
      worldChangedAt: this.#worldChangedAt,
      suspects: [...this.#suspects],
      gains: this.#gains,
      domains: [...this.#domains].map(([name, { difficulty, precision, outcomes }]) => [
        name,
        difficulty,
        precision,
        outcomes,
      ]),
    };
  }

  #dropOne(): void {
    let least: string | undefined;
    let outcomes = Infinity;
    for (const [name, domain] of this.#domains) {
      if (domain.members.size === 0 && domain.outcomes < outcomes)
        [least, outcomes] = [name, domain.outcomes];
    }
    least ??= this.#domains.keys().next().value;
    if (least !== undefined) this.#domains.delete(least);
  }
}

/** One Newton step for the difficulty, given the levels of the patterns; later outcomes take the further steps. */
function solve(domain: Domain): void {
  let gradient = -domain.difficulty / DIFFICULTY_VARIANCE;
  let precision = 1 / DIFFICULTY_VARIANCE;
  for (const { cell, owner } of domain.members) {
    if (cell.weight <= 0) continue;
    const prior = sigmoid(owner.level + domain.difficulty);
    const weight = worthOf(cell.weight, owner.strength);
    gradient += weight * (cell.score / cell.weight - prior);
    precision += weight * prior * (1 - prior);
  }
  domain.difficulty = rounded(domain.difficulty + clamp(gradient / precision, -1, 1), 1e5);
  domain.precision = rounded(precision, 1e4);
}

/**
 * How many independent outcomes `weight` outcomes of one domain are worth for what lies above: never more than
 * strength + 1, since domains differ (beta-binomial overdispersion).
 */
export function worthOf(weight: number, strength: number): number {
  return (weight * (strength + 1)) / (weight + strength);
}
