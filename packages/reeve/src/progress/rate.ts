/** How fast something goes, from what was counted lately. Pure: the time comes with each call. */

/** What happened longer ago does not count, so that a pause or a restart does not slow the figure down for long. */
const WINDOW_SECONDS = 30;
/** Below this span a rate is chance. */
const SPAN_SECONDS_MIN = 1;

export interface Rate {
  /** When the work went on after a pause; what was before does not count. */
  since: number;
  /** Count per second of the clock, oldest first. */
  readonly buckets: { readonly second: number; count: number }[];
}

/** A rate of which nothing is known. */
export function newRate(): Rate {
  return { since: 0, buckets: [] };
}

/** Forgets what was counted: the work stood still until `at`. */
export function restartRate(rate: Rate, at: number): void {
  rate.since = at;
  rate.buckets.length = 0;
}

/** Counts what ended at `at` (epoch milliseconds). */
export function addToRate(rate: Rate, at: number, count: number): void {
  const second = Math.floor(at / 1_000);
  const last = rate.buckets.at(-1);
  if (last && last.second >= second) last.count += count;
  else rate.buckets.push({ second, count });
  while ((rate.buckets[0]?.second ?? second) < second - WINDOW_SECONDS) rate.buckets.shift();
}

/**
 * Per second, over the last half minute at most.
 * @param since when the counted work began; a rate over less than a second is not known.
 */
export function ratePerSecond(rate: Rate, since: number, now: number): number | undefined {
  const began = Math.max(since, rate.since, now - WINDOW_SECONDS * 1_000);
  const recent = rate.buckets.filter(({ second }) => second >= Math.floor(began / 1_000));
  const spanSeconds = (now - began) / 1_000;
  if (recent.length === 0 || spanSeconds < SPAN_SECONDS_MIN) return undefined;
  return recent.reduce((sum, { count }) => sum + count, 0) / spanSeconds;
}
