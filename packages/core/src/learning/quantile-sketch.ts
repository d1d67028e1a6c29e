/**
 * Quantiles of positive numbers (durations, costs) in little room: counts per quarter octave, so a quantile is right
 * within 9 %, and one absurd value moves no quantile by more than its rank. Old counts fade by halving.
 */

/** Buckets per doubling of the value. */
const PER_OCTAVE = 4;
/** Counts are halved above this total. */
const TOTAL_MAX = 64;
/** Below this many values no quantile is told. */
const QUANTILE_VALUES_MIN = 5;
/** Values are held within 2^±40 of 1. */
const REACH = 40 * PER_OCTAVE;

export interface Spread {
  readonly median: number;
  readonly p95: number;
}

/** Bucket and count in turns. */
export type QuantileSketchState = readonly number[];

export class QuantileSketch {
  /** Counts by bucket, in ascending order of the bucket. */
  #counts: { readonly bucket: number; count: number }[] = [];
  #total = 0;
  /** Median and 95th percentile, told many times between two values: each choice asks every candidate. */
  #spread: Spread | undefined;
  #isSpreadKnown = false;

  constructor(state: QuantileSketchState = []) {
    for (let at = 0; at + 1 < state.length; at += 2) {
      const [bucket = 0, count = 0] = state.slice(at, at + 2);
      this.#counts.push({ bucket, count });
      this.#total += count;
    }
  }

  /** Values that are not positive and finite count as the smallest. */
  add(value: number): void {
    this.#isSpreadKnown = false;
    const log = value > 0 && Number.isFinite(value) ? Math.round(Math.log2(value) * PER_OCTAVE) : -REACH;
    const bucket = Math.min(REACH, Math.max(-REACH, log));
    let at = 0;
    while ((this.#counts[at]?.bucket ?? Infinity) < bucket) at++;
    const found = this.#counts[at];
    if (found?.bucket === bucket) found.count++;
    else this.#counts.splice(at, 0, { bucket, count: 1 });
    if (++this.#total > TOTAL_MAX) this.#halve();
  }

  /** @param share 0 to 1, such as 0.95 */
  quantile(share: number): number | undefined {
    if (this.#total < QUANTILE_VALUES_MIN) return undefined;
    let left = share * this.#total;
    for (const { bucket, count } of this.#counts) {
      left -= count;
      if (left <= 0) return bucket === -REACH ? 0 : 2 ** (bucket / PER_OCTAVE);
    }
    return undefined;
  }

  /** Undefined below five values. */
  spread(): Spread | undefined {
    if (!this.#isSpreadKnown) {
      const [median, p95] = [this.quantile(0.5), this.quantile(0.95)];
      this.#spread = median === undefined || p95 === undefined ? undefined : { median, p95 };
      this.#isSpreadKnown = true;
    }
    return this.#spread;
  }

  save(): QuantileSketchState {
    return this.#counts.flatMap(({ bucket, count }) => [bucket, count]);
  }

  /** A bucket of one goes: what happened once, long ago, is no quantile. */
  #halve(): void {
    this.#total = 0;
    for (const counted of this.#counts) {
      counted.count >>= 1;
      this.#total += counted.count;
    }
    this.#counts = this.#counts.filter(({ count }) => count > 0);
  }
}
