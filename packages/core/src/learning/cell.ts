/**
 * The memory of one pattern in one domain: a long memory of all outcomes, and a short one of those since the long
 * one last explained them well. When the short one's predictive likelihood wins by the margin it takes over.
 *
 * The comparison is a cumulative sum of log-likelihood ratios (Page 1954) read as log-odds that the domain has
 * changed: `odds` starts at the floor, never sinks below it, and reaches `CHANGED` when the change is accepted.
 */
import { clamp, logLikelihood, rounded, sigmoid } from "./logistic.ts";

/** Outcomes that the short memory holds; older ones fade. */
const SHORT_WEIGHT_MAX = 20;
/** From this weight on, what a domain has seen itself outlives a change of another pattern or domain. */
export const OWN_EVIDENCE_MIN = 30;
/** What is left of a memory that fades, and the most outcomes it is then worth. */
const FADED_SHARE = 0.4;
const FADED_WEIGHT_MAX = 5;
/** Share of the margin that one of several principals can win. */
const SPEAKER_SHARE = 0.6;

export interface Cell {
  /** Weight and sum of scores of the long memory. */
  weight: number;
  score: number;
  /** The same since the odds were last at their floor. */
  shortWeight: number;
  shortScore: number;
  /** Log-odds that the long memory is out of date. */
  odds: number;
  /** What this domain has added to the pattern's own odds; see pattern-change. */
  part: number;
  /** The mean before the last change; -1 where there was none. */
  former: number;
  /** The outcome's number, over all patterns, at which the long memory was last replaced or faded. */
  since: number;
  /** The outcome's number at which this memory last learned. */
  learnedAt: number;
  /** Who spoke most for a change since the odds were at their floor (0: nobody), and how much more than others. */
  speaker: number;
  spoken: number;
  /**
   * So many outcomes from now on stay in the short memory though the odds are at their floor: outcomes that seem to go
   * well, and are corrected one after the other, must add up.
   */
  kept: number;
}

/** Below any floor: a new memory is not doubted. */
export const ODDS_START = -1e12;
/** Log-odds at which a change is accepted. */
export const CHANGED = 1;
/** Log-odds below which there is no doubt to speak of. */
const NO_DOUBT_BELOW = -6;
/** Outcomes that the expectation for a changed domain is worth. */
const FRESH_WEIGHT = 2;

export function newCell(): Cell {
  return {
    weight: 0,
    score: 0,
    shortWeight: 0,
    shortScore: 0,
    odds: ODDS_START,
    part: 0,
    former: -1,
    since: 0,
    learnedAt: 0,
    speaker: 0,
    spoken: 0,
    kept: 0,
  };
}

/** What the mean would be if the long memory were out of date. */
export function freshBelief(cell: Cell, expected: number): { mean: number; deviation: number } {
  const before = cell.former < 0 ? expected : 0.7 * cell.former + 0.3 * expected;
  const weight = cell.shortWeight + FRESH_WEIGHT;
  const mean = (cell.shortScore + FRESH_WEIGHT * before) / weight;
  return { mean, deviation: Math.sqrt((mean * (1 - mean)) / (weight + 1)) };
}

/** One outcome. */
export interface Evidence {
  readonly score: number;
  readonly weight: number;
  /** Whose outcome it is; 0 where the principal is the only one. */
  readonly speaker: number;
  /** What the long memory predicted, with features. */
  readonly predicted: number;
  /** The score less what the features explain of it. */
  readonly plainScore: number;
}

/** By how much the short memory has to win, as the natural logarithm of the likelihood ratio. */
export interface Margins {
  /** For a change of whole patterns. */
  readonly usual: number;
  /** For a change in one domain. */
  in(domain: string): number;
}

/** Where and when it is learned. */
export interface Circumstances {
  /** What is expected of any pattern in this domain. */
  readonly expected: number;
  /** Log-odds below which doubt does not sink. */
  readonly floor: number;
  /** By how much the short memory has to win. */
  readonly margin: number;
  readonly at: number;
}

/**
 * Learns from one outcome. `changed`: the short memory took over. `heard`: the share of the outcome that counted for
 * a change.
 */
export function learnInCell(
  cell: Cell,
  evidence: Evidence,
  { expected, floor, margin, at }: Circumstances,
): { readonly changed: boolean; readonly heard: number } {
  const { score, weight, plainScore } = evidence;
  const fresh = freshBelief(cell, expected).mean;
  const gain = weight * (logLikelihood(score, fresh) - logLikelihood(score, evidence.predicted));
  const heard = hear(cell, evidence.speaker, gain, margin);
  cell.odds = rounded(Math.max(floor, Math.max(cell.odds, floor) + gain * heard), 1e3);
  cell.kept = rounded(Math.max(0, cell.kept - weight), 1e3);
  if (cell.odds <= floor && cell.kept === 0) {
    forgetShort(cell);
  } else {
    const kept = Math.min(1, (SHORT_WEIGHT_MAX - weight) / Math.max(1, cell.shortWeight));
    cell.shortWeight = rounded(cell.shortWeight * kept + weight, 1e3);
    cell.shortScore = rounded(clamp(cell.shortScore * kept + weight * plainScore, 0, cell.shortWeight), 1e3);
  }
  cell.weight = rounded(cell.weight + weight, 1e3);
  cell.score = rounded(clamp(cell.score + weight * plainScore, 0, cell.weight), 1e3);
  cell.learnedAt = at;
  return { changed: acceptChange(cell, floor, at), heard };
}

/** Better knowledge of an outcome that was learned before. */
export interface Amendment extends Omit<Evidence, "plainScore"> {
  /** The score it was learned with. */
  readonly before: number;
}

/**
 * Corrects what one outcome has taught: sums move; weights stay, where it is remembered. The log-odds move by the difference of what both
 * scores say of a change; at the floor, where nothing is left of what the first one said, by the second alone.
 */
export function correctCell(
  cell: Cell,
  { score, before, weight, predicted, speaker }: Amendment,
  { expected, floor, margin, at }: Circumstances,
): { readonly changed: boolean; readonly heard: number } {
  const moved = weight * (score - before);
  const fresh = freshBelief(cell, expected).mean;
  const saysOfChange = (said: number): number => logLikelihood(said, fresh) - logLikelihood(said, predicted);
  const gain =
    cell.odds > floor
      ? weight * (saysOfChange(score) - saysOfChange(before))
      : Math.abs(moved) * saysOfChange(score);
  const heard = hear(cell, speaker, gain, margin);
  cell.odds = rounded(Math.max(floor, Math.max(cell.odds, floor) + gain * heard), 1e3);
  cell.kept = SHORT_WEIGHT_MAX;
  [cell.shortWeight, cell.shortScore] = amended(cell.shortWeight, cell.shortScore, moved, score);
  [cell.weight, cell.score] = amended(cell.weight, cell.score, moved, score);
  return { changed: acceptChange(cell, floor, at), heard };
}

/**
 * A memory's weight and score after one of its outcomes has moved. What its score can't give way by is of outcomes that
 * it does not hold, such as those from before a change: they join it as what they are now, or feedback on many runs at
 * once would leave next to nothing.
 */
function amended(weight: number, score: number, moved: number, to: number): readonly [number, number] {
  const room = moved < 0 ? score : weight - score;
  const joining = Math.max(0, Math.abs(moved) - room);
  const within = clamp(score + moved, 0, weight);
  return [rounded(weight + joining, 1e3), rounded(within + joining * to, 1e3)];
}

function acceptChange(cell: Cell, floor: number, at: number): boolean {
  if (cell.odds < CHANGED) return false;
  replaceLong(cell, floor);
  cell.since = at;
  return true;
}

/**
 * The share of a gain that counts. Where there are several principals, none can prove a change alone: who spoke most
 * since the odds were at their floor (majority vote of Boyer and Moore) reaches at most 0.6 of the margin.
 */
function hear(cell: Cell, speaker: number, gain: number, margin: number): number {
  if (speaker === 0 || gain <= 0) return 1;
  if (speaker !== cell.speaker) {
    cell.spoken = rounded(cell.spoken - gain, 1e3);
    if (cell.spoken < 0) [cell.speaker, cell.spoken] = [speaker, -cell.spoken];
    return 1;
  }
  const left = Math.max(0, SPEAKER_SHARE * margin - cell.spoken);
  const heard = Math.min(1, left / gain);
  cell.spoken = rounded(cell.spoken + gain * heard, 1e3);
  return heard;
}

function forgetShort(cell: Cell): void {
  cell.shortWeight = 0;
  cell.shortScore = 0;
  cell.speaker = 0;
  cell.spoken = 0;
}

function replaceLong(cell: Cell, floor: number): void {
  cell.kept = 0;
  cell.former = rounded(
    cell.weight > cell.shortWeight
      ? clamp((cell.score - cell.shortScore) / (cell.weight - cell.shortWeight), 0, 1)
      : cell.score / cell.weight,
    1e3,
  );
  cell.weight = cell.shortWeight;
  cell.score = cell.shortScore;
  forgetShort(cell);
  cell.odds = floor;
}

/** The probability that the long memory is out of date; 0 where it is below .0025, as it mostly is. */
export function doubtOf(cell: Cell, floor: number): number {
  const odds = Math.max(cell.odds, floor);
  return odds < NO_DOUBT_BELOW ? 0 : sigmoid(odds);
}

/** After a change found elsewhere a memory tells little, yet more than nothing. */
export function fade(cell: Cell, at: number): void {
  if (cell.weight <= 0) return;
  const mean = cell.score / cell.weight;
  const weight = Math.min(FADED_WEIGHT_MAX, cell.weight * FADED_SHARE);
  cell.weight = rounded(weight, 1e3);
  cell.score = rounded(mean * cell.weight, 1e3);
  cell.since = at;
}

/** The cell as a checkpoint keeps it. */
export function numbersOf(cell: Cell): number[] {
  const { weight, score, shortWeight, shortScore, odds, part, former, since, learnedAt } = cell;
  const { speaker, spoken, kept } = cell;
  const always = [
    weight,
    score,
    shortWeight,
    shortScore,
    odds,
    part,
    former,
    since,
    learnedAt,
    speaker,
    spoken,
  ];
  return kept === 0 ? always : [...always, kept];
}

export function cellFrom(numbers: readonly number[]): Cell {
  const cell = newCell();
  [
    cell.weight = 0,
    cell.score = 0,
    cell.shortWeight = 0,
    cell.shortScore = 0,
    cell.odds = 0,
    cell.part = 0,
    cell.former = 0,
    cell.since = 0,
    cell.learnedAt = 0,
    cell.speaker = 0,
    cell.spoken = 0,
    cell.kept = 0,
  ] = numbers;
  return cell;
}
