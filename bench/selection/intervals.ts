/** Means with 95 % intervals by Student's t, over seeds. */

const NORMAL_975 = 1.959963984540054;

export interface Interval {
  readonly mean: number;
  /** Not a number where there is one value only. */
  readonly low: number;
  readonly high: number;
}

export function interval(values: readonly number[]): Interval {
  const count = values.length;
  const mean = average(values);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const half = count < 2 ? Number.NaN : t975(count - 1) * Math.sqrt(variance / count);
  return { mean, low: mean - half, high: mean + half };
}

/** Of left minus right, seed by seed: what the seeds have in common falls out. */
export function pairedInterval(left: readonly number[], right: readonly number[]): Interval {
  return interval(left.map((value, index) => value - (right[index] ?? Number.NaN)));
}

export function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The 97.5 % quantile of Student's t; G. W. Hill, "Algorithm 396", CACM 13 (1970), right to about five digits. */
export function t975(freedom: number): number {
  const tails = 0.05;
  if (freedom === 1) return 1 / Math.tan((tails * Math.PI) / 2);
  if (freedom === 2) return Math.sqrt(2 / (tails * (2 - tails)) - 2);
  const a = 1 / (freedom - 0.5);
  const b = 48 / a ** 2;
  let c = (((20_700 * a) / b - 98) * a - 16) * a + 96.36;
  const d = ((94.5 / (b + c) - 3) / b + 1) * Math.sqrt((a * Math.PI) / 2) * freedom;
  let y = (d * tails) ** (2 / freedom);
  if (y > 0.05 + a) {
    const x = -NORMAL_975;
    y = x * x;
    if (freedom < 5) c += 0.3 * (freedom - 4.5) * (x + 0.6);
    c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b;
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x;
    y = Math.expm1(a * y * y);
  } else {
    const tail = 1 / (((freedom + 6) / (freedom * y) - 0.089 * d - 0.822) * (freedom + 2) * 3);
    y = ((tail + 0.5 / (freedom + 4)) * y - 1) * ((freedom + 1) / (freedom + 2)) + 1 / y;
  }
  return Math.sqrt(freedom * y);
}
