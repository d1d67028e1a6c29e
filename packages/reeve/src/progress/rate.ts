/** How fast something goes, from what was counted lately. Pure: the time comes with each call. */

/** What happened longer ago does not count, so that a pause or a restart does not slow the figure down for long. */
const WINDOW_SECONDS = 30;
/** Below this span a rate is chance. */
const SPAN_SECONDS_MIN = 1;

export interface Rate {
  /** Count per second of the clock, oldest first. */
  readonly buckets: { readonly second: number; count: number }[];
}

/** A rate of which nothing is known. */
export function newRate(): Rate {
  return { buckets: [] };
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
  const from = Math.max(Math.floor(now / 1_000) - WINDOW_SECONDS, Math.floor(since / 1_000));
  const recent = rate.buckets.filter(({ second }) => second >= from);
  const first = recent[0];
  if (!first) return undefined;
  // Work that went on after a pause is measured from where it went on.
  const began =
    first.second > from + SPAN_SECONDS_MIN && from * 1_000 > since ? first.second * 1_000 : from * 1_000;
  const spanSeconds = (now - Math.max(began, since)) / 1_000;
  if (spanSeconds < SPAN_SECONDS_MIN) return undefined;
  return recent.reduce((sum, { count }) => sum + count, 0) / spanSeconds;
}
