/** Whether what a policy expected came true: calibration error with its noise floor, and Brier score. */

const BINS = 10;
/** The first tenth of a replay is left out: nothing can be expected of it yet. */
const SKIPPED_SHARE = 0.1;

export interface Calibration {
  /** Mean distance of expected and got over 10 bins of equal counts. Not a number where nothing was expected. */
  readonly error: number;
  /** What `error` would be by chance alone if all that was expected were true. */
  readonly floor: number;
  /** Mean square of expected minus got, over the same choices. */
  readonly brier: number;
}

export function calibration(expected: Float64Array, rewards: Float64Array): Calibration {
  const from = Math.floor(SKIPPED_SHARE * expected.length);
  const order = Int32Array.from({ length: expected.length - from }, (_, index) => from + index);
  order.sort((left, right) => (expected[left] ?? 0) - (expected[right] ?? 0));
  let error = 0;
  let floor = 0;
  let squares = 0;
  for (let bin = 0; bin < BINS; bin++) {
    const start = Math.floor((bin * order.length) / BINS);
    const end = Math.floor(((bin + 1) * order.length) / BINS);
    const off = offsets(order.subarray(start, end), expected, rewards);
    const share = (end - start) / order.length;
    error += share * Math.abs(off.mean);
    // The mean of |x| for a normal x of deviation s is s √(2/π).
    floor += share * Math.sqrt((2 / Math.PI) * (off.variance / (end - start)));
    squares += off.squares;
  }
  return { error, floor, brier: squares / order.length };
}

function offsets(
  positions: Int32Array,
  expected: Float64Array,
  rewards: Float64Array,
): { readonly mean: number; readonly variance: number; readonly squares: number } {
  let sum = 0;
  let squares = 0;
  for (const position of positions) {
    const off = (expected[position] ?? 0) - (rewards[position] ?? 0);
    sum += off;
    squares += off * off;
  }
  const mean = sum / positions.length;
  return { mean, variance: squares / positions.length - mean * mean, squares };
}
