/** Owns logarithmic axes: where a value lies and which round values get a tick. */

export interface LogScale {
  /** Position of a value; values below the start lie at the start. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** A scale over the values, from `from` to `to` units; zero counts as one. */
export function logScale(values: readonly number[], from: number, to: number, ticksMax: number): LogScale {
  const positive = values.map((value) => Math.max(1, value));
  const low = Math.min(...positive);
  const high = Math.max(...positive, low * 4);
  // Room of a tenth of the range on either side keeps marks off the axes.
  const span = Math.log10(high) - Math.log10(low);
  const start = Math.max(0, Math.log10(low) - span * 0.08);
  const end = Math.log10(high) + span * 0.08;
  return {
    at: (value) => from + ((Math.log10(Math.max(1, value)) - start) / (end - start)) * (to - from),
    ticks: ticksBetween(10 ** start, 10 ** end, ticksMax),
  };
}

/** Round values between the two, the finest steps that are not too many. */
function ticksBetween(low: number, high: number, ticksMax: number): number[] {
  const choices = [[1, 2, 3, 4, 5, 6, 8], [1, 2, 5], [1, 3], [1]].map((steps) => {
    const found: number[] = [];
    for (let power = 1; power <= high; power *= 10) {
      found.push(...steps.map((step) => step * power).filter((value) => value >= low && value <= high));
    }
    return found;
  });
  return choices.find((ticks) => ticks.length <= ticksMax) ?? choices.at(-1) ?? [];
}
