/**
 * Good and bad in the time just past: per minute for six hours, per ten minutes for three days.
 *
 * Invariants: (1) bounded: at most 361 + 433 buckets; (2) what is added late goes where it belongs, so that the state is
 * the same in whatever pieces the log is read.
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const TIERS: readonly { readonly widthMs: number; readonly keptMs: number }[] = [
  { widthMs: MINUTE_MS, keptMs: 6 * HOUR_MS },
  { widthMs: 10 * MINUTE_MS, keptMs: 72 * HOUR_MS },
];

/** When it begins, in epoch milliseconds, a multiple of its width; what became good and bad in it. */
type Bucket = [at: number, good: number, bad: number];

/** Buckets of each tier, the oldest first; empty ones are left out. */
export type WindowCounts = Bucket[][];

export interface GoodAndBad {
  readonly good: number;
  readonly bad: number;
}

export function newWindowCounts(): WindowCounts {
  return TIERS.map(() => []);
}

export function addToWindows(counts: WindowCounts, at: number, result: "good" | "bad"): void {
  for (const [tier, { widthMs, keptMs }] of TIERS.entries()) {
    const buckets = counts[tier] ?? [];
    const start = floorTo(at, widthMs);
    const latest = Math.max(start, buckets.at(-1)?.[0] ?? start);
    if (start < latest - keptMs) continue;
    bucketAt(buckets, start)[result === "good" ? 1 : 2]++;
    while ((buckets[0]?.[0] ?? latest) < latest - keptMs) buckets.shift();
  }
}

/**
 * What became good and bad within the window that ends now. Its beginning is rounded down to the minute, or, of windows
 * above six hours, to ten minutes.
 */
export function countsWithin(counts: WindowCounts, windowMs: number, now: number): GoodAndBad {
  const fitting = TIERS.findIndex(({ keptMs }) => windowMs <= keptMs);
  const tier = fitting < 0 ? TIERS.length - 1 : fitting;
  const from = windowStart(windowMs, now);
  let good = 0;
  let bad = 0;
  for (const [at, goodIn, badIn] of counts[tier] ?? []) {
    if (at < from || at > now) continue;
    good += goodIn;
    bad += badIn;
  }
  return { good, bad };
}

/** When the window that ends now begins, rounded as `countsWithin` does, in epoch milliseconds. */
export function windowStart(windowMs: number, now: number): number {
  const { widthMs } = TIERS.find(({ keptMs }) => windowMs <= keptMs) ?? { widthMs: 10 * MINUTE_MS };
  return floorTo(now - windowMs, widthMs);
}

function bucketAt(buckets: Bucket[], start: number): Bucket {
  let index = buckets.length;
  while (index > 0 && (buckets[index - 1]?.[0] ?? start) > start) index--;
  const there = buckets[index - 1];
  if (there?.[0] === start) return there;
  const begun: Bucket = [start, 0, 0];
  buckets.splice(index, 0, begun);
  return begun;
}

function floorTo(at: number, widthMs: number): number {
  return Math.floor(at / widthMs) * widthMs;
}
