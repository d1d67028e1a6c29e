/**
 * Quantiles of durations in little room that can be added up: counts per eighth of an octave, so a quantile is right
 * within 4.5 %, and one absurd value moves no quantile by more than its rank.
 */

/** Buckets per doubling of the value. */
const PER_OCTAVE = 8;
/** Durations are held within 2^-10 ms (a microsecond) and 2^36 ms (two years). */
const LOWEST = -10 * PER_OCTAVE;
const HIGHEST = 36 * PER_OCTAVE;

/** Bucket and count in turns, in ascending order of the bucket. */
export type DurationSketch = number[];

/** What is no number above 0 counts as the smallest. */
export function addDuration(sketch: DurationSketch, ms: number): void {
  const bucket = ms > 0 ? Math.round(Math.log2(ms) * PER_OCTAVE) : LOWEST;
  addCount(sketch, Math.min(HIGHEST, Math.max(LOWEST, bucket)), 1);
}

/** Adds all that is counted in the other one. */
export function mergeSketch(into: DurationSketch, other: DurationSketch): void {
  for (let at = 0; at < other.length; at += 2) addCount(into, other[at] ?? 0, other[at + 1] ?? 0);
}

/** @param share 0 to 1, such as 0.95 @returns milliseconds; undefined where nothing was counted */
export function quantileOf(sketch: DurationSketch, share: number): number | undefined {
  let total = 0;
  for (let at = 1; at < sketch.length; at += 2) total += sketch[at] ?? 0;
  if (total === 0) return undefined;
  let left = Math.max(1, Math.ceil(share * total));
  for (let at = 0; at < sketch.length; at += 2) {
    left -= sketch[at + 1] ?? 0;
    if (left <= 0) return 2 ** ((sketch[at] ?? 0) / PER_OCTAVE);
  }
  return undefined;
}

function addCount(sketch: DurationSketch, bucket: number, count: number): void {
  let low = 0;
  let high = sketch.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sketch[2 * middle] ?? 0) < bucket) low = middle + 1;
    else high = middle;
  }
  const at = 2 * low;
  if (sketch[at] === bucket) sketch[at + 1] = (sketch[at + 1] ?? 0) + count;
  else sketch.splice(at, 0, bucket, count);
}
