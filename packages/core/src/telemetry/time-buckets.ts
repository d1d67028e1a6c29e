/**
 * How something went over time: counts and durations per minute for three hours, per ten minutes for a day, and per
 * hour for two weeks. A minute is added to the wider buckets when the next one begins.
 *
 * Invariant: bounded: at most 180 + 144 + 336 buckets, each with at most one count per bucket of its sketch.
 */
import { addDuration, mergeSketch, type DurationSketch } from "./duration-sketch.ts";

const MINUTE_MS = 60_000;

/** How wide buckets are and how many are kept, from narrow to wide. */
export const TIERS: readonly { readonly widthMs: number; readonly kept: number }[] = [
  { widthMs: MINUTE_MS, kept: 180 },
  { widthMs: 10 * MINUTE_MS, kept: 144 },
  { widthMs: 60 * MINUTE_MS, kept: 336 },
];

/** What ended between `at` and the bucket's width later. */
export interface Bucket {
  /** Epoch milliseconds, a multiple of the width. */
  readonly at: number;
  good: number;
  bad: number;
  /** What tells nothing about quality: cancelled, or refused because of who asked. */
  other: number;
  readonly durations: DurationSketch;
}

/** Buckets of each tier, the oldest first; empty ones are left out. */
export type TimeBuckets = Bucket[][];

export type Quality = "good" | "bad" | "other";

export function newTimeBuckets(): TimeBuckets {
  return TIERS.map(() => []);
}

/** @param ms undefined: how long it took tells nothing */
export function addToBuckets(tiers: TimeBuckets, at: number, quality: Quality, ms: number | undefined): void {
  const minute = bucketOf(tiers, at);
  minute[quality]++;
  if (ms !== undefined) addDuration(minute.durations, ms);
}

/**
 * The buckets of one tier that began at `from` or later; fresh objects.
 * @param tier index into `TIERS`
 */
export function bucketsSince(tiers: TimeBuckets, tier: number, from: number): readonly Bucket[] {
  const { widthMs = MINUTE_MS } = TIERS[tier] ?? {};
  const found = (tiers[tier] ?? []).map(copyOf);
  const open = tier === 0 ? undefined : tiers[0]?.at(-1);
  if (open) mergeInto(found, widthMs, open);
  return found.filter(({ at }) => at >= from);
}

/** Adds up what is in buckets. */
export function sumOf(buckets: readonly Bucket[]): Bucket {
  const sum: Bucket = { at: buckets[0]?.at ?? 0, good: 0, bad: 0, other: 0, durations: [] };
  for (const bucket of buckets) add(sum, bucket);
  return sum;
}

/** The minute in which `at` is; a time before the latest minute is counted in that. */
function bucketOf(tiers: TimeBuckets, at: number): Bucket {
  const [minutes = []] = tiers;
  const last = minutes.at(-1);
  const start = at - (at % MINUTE_MS);
  if (last && start <= last.at) return last;
  if (last) close(tiers, last);
  const begun: Bucket = { at: start, good: 0, bad: 0, other: 0, durations: [] };
  minutes.push(begun);
  for (const [tier, { widthMs, kept }] of TIERS.entries()) {
    const buckets = tiers[tier] ?? [];
    while ((buckets[0]?.at ?? Infinity) <= start - widthMs * kept) buckets.shift();
  }
  return begun;
}

/** Adds a minute that is over to the wider buckets. */
function close(tiers: TimeBuckets, minute: Bucket): void {
  for (const [tier, { widthMs }] of TIERS.entries()) {
    if (tier > 0) mergeInto(tiers[tier] ?? [], widthMs, minute);
  }
}

function mergeInto(buckets: Bucket[], widthMs: number, minute: Bucket): void {
  const start = minute.at - (minute.at % widthMs);
  const last = buckets.at(-1);
  if (last?.at === start) add(last, minute);
  else buckets.push({ ...copyOf(minute), at: start });
}

function add(into: Bucket, other: Bucket): void {
  into.good += other.good;
  into.bad += other.bad;
  into.other += other.other;
  mergeSketch(into.durations, other.durations);
}

function copyOf(bucket: Bucket): Bucket {
  return { ...bucket, durations: [...bucket.durations] };
}
