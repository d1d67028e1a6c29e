/** Counts of durations between fixed bounds, as monitoring systems want them. */

/** Upper bounds in milliseconds, inclusive. */
const DURATION_BOUNDS_MS: readonly number[] = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 3_600_000,
];

export interface Histogram {
  /** One more than there are bounds: the last counts what is above all of them. */
  readonly counts: number[];
  /** Of all values, in milliseconds. */
  sum: number;
}

export function newHistogram(bounds: readonly number[]): Histogram {
  return { counts: Array.from({ length: bounds.length + 1 }, () => 0), sum: 0 };
}

/** What is no number above 0 counts as 0. */
export function observe(histogram: Histogram, bounds: readonly number[], ms: number): void {
  const value = ms > 0 && Number.isFinite(ms) ? ms : 0;
  let low = 0;
  let high = bounds.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= (bounds[middle] ?? Infinity)) high = middle;
    else low = middle + 1;
  }
  histogram.counts[low] = (histogram.counts[low] ?? 0) + 1;
  histogram.sum += value;
}

/** The common bounds with the limits of objectives among them, so that these are counted exactly. */
export function boundsWith(limitsMs: readonly number[]): readonly number[] {
  const wanted = limitsMs.filter((limit) => Number.isFinite(limit) && limit > 0);
  return [...new Set([...DURATION_BOUNDS_MS, ...wanted])].toSorted((left, right) => left - right);
}
