/**
 * Fits a line to what was measured over time and says how sure its slope is. Pure; docs/algorithms/exhaustion.md has the
 * method: neighbours resemble each other, so that fewer of them count than there are.
 */

export interface Measured {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly value: number;
}

export interface Line {
  /** Per millisecond, with bounds that hold it with 95 %. */
  readonly slope: number;
  readonly low: number;
  readonly high: number;
  /** Of the line at the last point. */
  readonly end: number;
}

const POINTS_MIN = 12;
/** With fewer points that tell something new, bounds would be wider than anything measured. */
const EFFECTIVE_MIN = 4;
const LIKENESS_MAX = 0.98;
const NORMAL_975 = 1.959964;

/** Undefined where there is too little to fit a line to. */
export function fitLine(points: readonly Measured[]): Line | undefined {
  const count = points.length;
  const last = points.at(-1);
  if (count < POINTS_MIN || last === undefined) return undefined;
  const meanAt = points.reduce((sum, { at }) => sum + at - last.at, 0) / count;
  const meanValue = points.reduce((sum, { value }) => sum + value, 0) / count;
  let [spread, together] = [0, 0];
  for (const { at, value } of points) {
    const distance = at - last.at - meanAt;
    spread += distance * distance;
    together += distance * (value - meanValue);
  }
  if (spread === 0) return undefined;
  const slope = together / spread;
  const rest = points.map(({ at, value }) => value - meanValue - slope * (at - last.at - meanAt));
  const likeness = likenessOf(rest);
  const effective = (count * (1 - likeness)) / (1 + likeness);
  if (effective < EFFECTIVE_MIN) return undefined;
  const squares = rest.reduce((sum, value) => sum + value * value, 0);
  const variance = squares / Math.max(1, count - 2);
  const error = Math.sqrt((variance / spread) * (count / effective));
  const reach = studentQuantile(effective - 2) * error;
  return { slope, low: slope - reach, high: slope + reach, end: meanValue - slope * meanAt };
}

/** How much each value resembles the one before it, 0 to 1; what the estimate is short of for few values is added. */
function likenessOf(values: readonly number[]): number {
  const squares = values.reduce((sum, value) => sum + value * value, 0);
  if (squares === 0) return 0;
  const products = values.reduce((sum, value, index) => sum + value * (values[index - 1] ?? 0), 0);
  const found = products / squares;
  const corrected = found + (2 + 4 * found) / values.length;
  return Math.min(LIKENESS_MAX, Math.max(0, corrected));
}

/** The 97.5 % quantile of Student's distribution, from that of the normal one. */
function studentQuantile(freedom: number): number {
  const z = NORMAL_975;
  const nu = Math.max(1, freedom);
  return z + (z ** 3 + z) / (4 * nu) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * nu ** 2);
}
