/**
 * A fold: what the process used over time, from its samples, as narrow as is kept for so long: ten seconds for half an
 * hour, a minute for six hours, ten minutes for a week.
 *
 * Invariant: bounded by the buckets of `TIERS`.
 */
import type { Event, Fold, ResourceSample } from "@reeve/core";
import type { ResourcePoint } from "../contract/resources.ts";
import { newBucket, noteSample, pointOf, revivedBuckets, type Bucket } from "./resource-bucket.ts";

const SECOND_MS = 1_000;

const TIERS: readonly { readonly widthMs: number; readonly kept: number }[] = [
  { widthMs: 10 * SECOND_MS, kept: 180 },
  { widthMs: 60 * SECOND_MS, kept: 360 },
  { widthMs: 600 * SECOND_MS, kept: 1_008 },
];

/** Buckets of each tier, the oldest first. */
export type ResourceCourse = readonly Bucket[][];

export const resourceCourse: Fold<ResourceCourse> = {
  name: "server-resources",
  version: 1,
  kinds: ["resources-sampled"],
  initial: () => TIERS.map(() => []),
  apply: (state, event: Event) => {
    if (event.kind === "resources-sampled") note(state, event.at, event.sample);
    return state;
  },
  revive: (saved) => {
    const tiers = Array.isArray(saved) ? saved : [];
    return TIERS.map((_tier, index) => revivedBuckets(tiers[index]));
  },
};

function note(state: ResourceCourse, at: number, sample: ResourceSample): void {
  for (const [tier, { widthMs, kept }] of TIERS.entries()) {
    const buckets = state[tier] ?? [];
    const start = at - (at % widthMs);
    const last = buckets.at(-1);
    // A clock that was set back adds to the latest bucket.
    const bucket = last && start <= last.at ? last : newBucket(start);
    if (bucket !== last) buckets.push(bucket);
    noteSample(bucket, sample);
    if (buckets.length > kept) buckets.shift();
  }
}

export interface Course {
  readonly widthMs: number;
  readonly points: readonly ResourcePoint[];
  /** Those of the last process. */
  readonly latest: readonly ResourcePoint[];
}

/** The points since `from`. */
export function pointsSince(
  state: ResourceCourse,
  { from, now }: { readonly from: number; readonly now: number },
): Course {
  const fitting = TIERS.findIndex(({ widthMs, kept }) => now - from <= widthMs * kept);
  const tier = fitting < 0 ? TIERS.length - 1 : fitting;
  const { widthMs } = TIERS[tier] ?? { widthMs: SECOND_MS };
  const buckets = (state[tier] ?? []).filter(({ at }) => at > from - widthMs);
  const pid = buckets.at(-1)?.pid;
  const otherEnd = buckets.findLastIndex((bucket) => bucket.pid !== pid || bucket.isMixed);
  return {
    widthMs,
    points: buckets.map(pointOf),
    latest: buckets.slice(otherEnd + 1).map(pointOf),
  };
}
