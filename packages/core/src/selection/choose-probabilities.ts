/**
 * With which probability each candidate is chosen: numeric Thompson sampling. The probability that a candidate is
 * the best is integrated over a grid instead of being drawn, so that the propensity is known exactly.
 *
 * A belief is read as intervals read it (Wilson): the deviation at a point is that of a success rate of this height. So
 * what rarely succeeded may yet be much better and hardly be worse, which a normal distribution would not say.
 */
import { bounds } from "../score-interval.ts";
import type { Candidate } from "./candidate.ts";

export interface Shares {
  /** Share of each deviation that is sampled. */
  readonly width: number;
  /** Shared evenly by all. */
  readonly floor: number;
  /** The place of a candidate that gets a forced try, and with which probability. */
  readonly forced: { readonly at: number; readonly share: number } | undefined;
}

/** By how much wider what may be true instead of an outdated memory is sampled: that is known least of all. */
const DOUBT_WIDTH = 1.25;
/** Points of the grid; doubling them moves no probability by more than 0.005. */
const STEPS = 32;
/** Deviations to either side that the grid covers. */
const REACH = 4;
/** Steps of the table of the normal distribution per deviation. */
const TABLE_PER_DEVIATION = 64;
const table = normalTable();
/** A deviation of zero would divide by it. */
const DEVIATION_MIN = 1e-9;
const SPREAD_MIN = 1e-4;
/** Means closer than this are taken as equal, and the cheaper pattern gets what both would. */
const TIE_WITHIN = 0.005;
/** Below this many outcomes of either, equal means say nothing, and there is no tie. */
const TIE_EVIDENCE_MIN = 5;

/** Probabilities of the candidates in the order given; they sum to 1. O(candidates). */
export function probabilitiesOf(candidates: readonly Candidate[], shares: Shares): number[] {
  if (candidates.length === 0) return [];
  const best = candidates.length === 1 ? [1] : probabilitiesOfBest(candidates, shares.width);
  shareTies(candidates, best);
  const { floor, forced } = shares;
  for (let index = 0; index < best.length; index++) {
    let share = (best[index] ?? 0) * (1 - floor) + floor / best.length;
    if (forced) share = share * (1 - forced.share) + (index === forced.at ? forced.share : 0);
    best[index] = share;
  }
  return best;
}

/** P(i is best) = ∫ f_i Π F_j, summed over the grid as ΔF_i times the product of the others' mean F. */
function probabilitiesOfBest(candidates: readonly Candidate[], width: number): number[] {
  const count = candidates.length;
  const columns = columnsOf(count);
  const { from, to } = fillBeliefs(columns, candidates, width);
  const { chances, below, above, live } = columns;
  chances.fill(0, 0, count);
  // What lies below the grid for every candidate at once is less than 1e-4.
  const lowest = 1 / spreadAt(from);
  // Most candidates lie below the grid altogether, the others from some step on: a factor of 1, and no chance.
  let left = 0;
  for (let index = 0; index < count; index++) {
    const low = massBelow(columns, index, from, lowest);
    below[index] = low;
    if (low < 1) live[left++] = index;
  }
  for (let step = 1; step <= STEPS && left > 0; step++) {
    const at = from + ((to - from) * step) / STEPS;
    const perSpread = 1 / spreadAt(at);
    let all = 1;
    for (let place = 0; place < left; place++) {
      const index = live[place] ?? 0;
      const high = step === STEPS ? 1 : massBelow(columns, index, at, perSpread);
      above[index] = high;
      all *= (high + (below[index] ?? 0)) / 2;
    }
    let kept = 0;
    for (let place = 0; place < left; place++) {
      const index = live[place] ?? 0;
      const low = below[index] ?? 0;
      const high = above[index] ?? 0;
      if (high < 1) live[kept++] = index;
      if (high <= low) continue;
      chances[index] = (chances[index] ?? 0) + ((high - low) * all * 2) / (high + low);
      below[index] = high;
    }
    left = kept;
  }
  let sum = 0;
  for (let index = 0; index < count; index++) sum += chances[index] ?? 0;
  const shares: number[] = [];
  for (let index = 0; index < count; index++) shares.push(sum > 0 ? (chances[index] ?? 0) / sum : 1 / count);
  return shares;
}

/** Numbers per candidate, as the inner loop reads them 32 times over. */
interface Columns {
  readonly means: Float64Array;
  /** The spread of a rate as high as the mean, in deviations. */
  readonly sharpness: Float64Array;
  readonly doubtShares: Float64Array;
  readonly doubtMeans: Float64Array;
  readonly doubtSharpness: Float64Array;
  /** Of being the best, not yet scaled to a sum of 1. */
  readonly chances: Float64Array;
  /** How much of the belief lies below the lower and the upper end of a step of the grid. */
  readonly below: Float64Array;
  readonly above: Float64Array;
  /** The candidates that do not lie below the step altogether. */
  readonly live: Int32Array;
}

let scratch = newColumns(16);

/** Columns that hold at least `count`; each choice writes over those of the one before, since making them costs more. */
function columnsOf(count: number): Columns {
  if (count > scratch.means.length) scratch = newColumns(2 * count);
  return scratch;
}

function newColumns(size: number): Columns {
  const column = (): Float64Array => new Float64Array(size);
  return {
    means: column(),
    sharpness: column(),
    doubtShares: column(),
    doubtMeans: column(),
    doubtSharpness: column(),
    chances: column(),
    below: column(),
    above: column(),
    live: new Int32Array(size),
  };
}

/** Ends of the grid: no candidate is the best below, none lies above. */
interface Ends {
  readonly from: number;
  readonly to: number;
}

function fillBeliefs(columns: Columns, candidates: readonly Candidate[], width: number): Ends {
  const { means, sharpness, doubtShares, doubtMeans, doubtSharpness } = columns;
  doubtShares.fill(0, 0, candidates.length);
  let [from, to] = [-Infinity, -Infinity];
  candidates.forEach(({ posterior: { mean, deviation, doubt } }, index) => {
    const sampled = Math.max(width * deviation, DEVIATION_MIN);
    const reached = bounds(mean, sampled, REACH);
    means[index] = mean;
    sharpness[index] = spreadAt(mean) / sampled;
    from = Math.max(from, reached.low);
    to = Math.max(to, reached.high);
    if (!doubt || width === 0) return;
    const doubted = Math.max(DOUBT_WIDTH * width * doubt.deviation, DEVIATION_MIN);
    doubtShares[index] = doubt.share;
    doubtMeans[index] = doubt.mean;
    doubtSharpness[index] = spreadAt(doubt.mean) / doubted;
    to = Math.max(to, bounds(doubt.mean, doubted, REACH).high);
  });
  return { from, to };
}

/** The deviation of a single outcome at a rate; not quite 0 at its ends, or a belief there could never be wrong. */
function spreadAt(rate: number): number {
  return Math.sqrt(Math.max(SPREAD_MIN, rate * (1 - rate)));
}

function massBelow(columns: Columns, index: number, at: number, perSpread: number): number {
  const { means, sharpness, doubtShares } = columns;
  const mass = normalBelow((at - (means[index] ?? 0)) * (sharpness[index] ?? 1) * perSpread);
  const share = doubtShares[index] ?? 0;
  if (share === 0) return mass;
  const { doubtMeans, doubtSharpness } = columns;
  const doubted = normalBelow((at - (doubtMeans[index] ?? 0)) * (doubtSharpness[index] ?? 1) * perSpread);
  return mass + share * (doubted - mass);
}

/** The normal distribution function within 4e-5: a choice asks for it 320 times, and an exponential costs tens of ns. */
function normalBelow(at: number): number {
  if (at >= REACH) return 1;
  if (at <= -REACH) return 0;
  const place = (at + REACH) * TABLE_PER_DEVIATION;
  const index = Math.floor(place);
  const from = table[index] ?? 0;
  return from + (place - index) * ((table[index + 1] ?? 1) - from);
}

/** Values of the distribution function from −4 to 4: the density summed by Simpson's rule. */
function normalTable(): Float64Array {
  const density = (at: number): number => Math.exp((-at * at) / 2) / Math.sqrt(2 * Math.PI);
  const step = 1 / TABLE_PER_DEVIATION;
  const values = new Float64Array(2 * REACH * TABLE_PER_DEVIATION + 1);
  for (let index = 1; index < values.length; index++) {
    const from = -REACH + (index - 1) * step;
    const part = ((density(from) + 4 * density(from + step / 2) + density(from + step)) * step) / 6;
    values[index] = (values[index - 1] ?? 0) + part;
  }
  return values;
}

/** Among candidates whose means tie with a better one's, the cheapest gets what all of them would. */
function shareTies(candidates: readonly Candidate[], chances: number[]): void {
  const order: number[] = [];
  candidates.forEach((candidate, index) => {
    if (candidate.posterior.evidence >= TIE_EVIDENCE_MIN && priceOf(candidate)) order.push(index);
  });
  if (order.length < 2) return;
  order.sort((left, right) => meanAt(candidates, right) - meanAt(candidates, left));
  for (let start = 0; start < order.length;) {
    const lead = order[start] ?? 0;
    let end = start + 1;
    let cheapest = lead;
    let sum = chances[lead] ?? 0;
    while (
      end < order.length &&
      meanAt(candidates, lead) - meanAt(candidates, order[end] ?? 0) <= TIE_WITHIN
    ) {
      const next = order[end++] ?? 0;
      sum += chances[next] ?? 0;
      if ((priceOf(candidates[next]) ?? Infinity) < (priceOf(candidates[cheapest]) ?? Infinity))
        cheapest = next;
    }
    for (const index of order.slice(start, end)) chances[index] = index === cheapest ? sum : 0;
    start = end;
  }
}

function meanAt(candidates: readonly Candidate[], index: number): number {
  return candidates[index]?.posterior.mean ?? 0;
}

function priceOf(candidate: Candidate | undefined): number | undefined {
  return candidate?.posterior.cost?.median;
}
