/**
 * A fold: how runs and attempts went over time, by pattern and by agent, for people to look at. What monitoring systems
 * want are the counts of metrics.ts.
 *
 * Invariant: bounded by the values that labels.ts lets in times the buckets of time-buckets.ts; buckets that are too old
 * go when the next minute of their pattern or agent begins.
 */
import type { Event } from "../delegation/event.ts";
import type { Fold } from "../delegation/fold.ts";
import { isUndo } from "../delegation/path.ts";
import { quantileOf } from "./duration-sketch.ts";
import {
  countsOf,
  newLabel,
  reviveLabel,
  saveLabel,
  type Counted,
  type Label,
  type SavedLabel,
} from "./labels.ts";
import { isOfLog } from "../delegation/controls.ts";
import {
  addToBuckets,
  bucketsSince,
  newTimeBuckets,
  sumOf,
  TIERS,
  type Bucket,
  type Quality,
  type TimeBuckets,
} from "./time-buckets.ts";

interface Course extends Counted {
  readonly buckets: TimeBuckets;
}

/** The state of the fold `activity`; ask it with `courseOf` and `statisticsOf`. */
export interface Activity {
  readonly patterns: Label<Course>;
  readonly agents: Label<Course>;
}

interface SavedActivity {
  readonly patterns: SavedLabel<Course>;
  readonly agents: SavedLabel<Course>;
}

export const activity: Fold<Activity> = {
  name: "activity",
  version: 1,
  kinds: ["run-ended", "step-completed", "attempt-failed", "attempt-lost"],
  lazy: true,
  initial: () => ({ patterns: newLabel(), agents: newLabel() }),
  apply: (state, event) => {
    take(state, event);
    return state;
  },
  save: ({ patterns, agents }): SavedActivity => ({
    patterns: saveLabel(patterns),
    agents: saveLabel(agents),
  }),
  revive: (saved) => {
    const { patterns, agents } = Object.assign({ ...EMPTY }, saved);
    return { patterns: reviveLabel(patterns), agents: reviveLabel(agents) };
  },
};

const EMPTY: SavedActivity = {
  patterns: saveLabel(newLabel<Course>()),
  agents: saveLabel(newLabel<Course>()),
};

/** Whose activity: of a pattern's runs, of an agent's attempts, or of all runs. */
export type ActivityOf = { readonly pattern: string } | { readonly agent: string } | "all runs";

/** What ended in a stretch of time. */
export interface ActivityStatistics {
  /** Epoch milliseconds at which it begins. */
  readonly at: number;
  readonly good: number;
  readonly bad: number;
  /** Cancelled, or refused because of who or what asked; attempts that were lost. */
  readonly other: number;
  /** Good among good and bad, 0 to 1; undefined where there is neither. */
  readonly success: number | undefined;
  /** Milliseconds; undefined where nothing ended. Right within 4.5 %. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
}

export interface CoursePoints {
  /** How wide each point is, in milliseconds. */
  readonly widthMs: number;
  /** The oldest first; those in which nothing ended are left out. */
  readonly points: readonly ActivityStatistics[];
}

/**
 * How it went since `from`, in points as narrow as are kept for so long: a minute for three hours, ten minutes for a
 * day, an hour for two weeks.
 * @param range epoch milliseconds
 */
export function courseOf(
  state: Activity,
  of: ActivityOf,
  range: { readonly from: number; readonly now: number },
): CoursePoints {
  const tier = tierFor(range);
  const { widthMs } = TIERS[tier] ?? { widthMs: 60_000 };
  const points = mergedBuckets(state, of, tier, range.from).map(statistics);
  return { widthMs, points };
}

/** The same in one: success and durations since `from`. */
export function statisticsOf(
  state: Activity,
  of: ActivityOf,
  range: { readonly from: number; readonly now: number },
): ActivityStatistics {
  return statistics(sumOf(mergedBuckets(state, of, tierFor(range), range.from)));
}

/**
 * What the share `p` of runs or attempts took at most since `from`, in milliseconds, right within 4.5 %; undefined where
 * nothing ended.
 */
export function durationWithin(
  state: Activity,
  of: ActivityOf,
  range: { readonly from: number; readonly now: number },
  p: number,
): number | undefined {
  return quantileOf(sumOf(mergedBuckets(state, of, tierFor(range), range.from)).durations, p);
}

/** The patterns, or agents, of which anything is known. */
export function namesIn(state: Activity, of: "patterns" | "agents"): readonly string[] {
  return [...state[of].values.keys()];
}

function tierFor({ from, now }: { readonly from: number; readonly now: number }): number {
  const fitting = TIERS.findIndex(({ widthMs, kept }) => now - from <= widthMs * kept);
  return fitting < 0 ? TIERS.length - 1 : fitting;
}

function mergedBuckets(state: Activity, of: ActivityOf, tier: number, from: number): readonly Bucket[] {
  const { widthMs } = TIERS[tier] ?? { widthMs: 60_000 };
  const start = from - (from % widthMs);
  const merged = new Map<number, Bucket[]>();
  for (const { buckets } of coursesOf(state, of)) {
    for (const bucket of bucketsSince(buckets, tier, start)) {
      const there = merged.get(bucket.at);
      if (there) there.push(bucket);
      else merged.set(bucket.at, [bucket]);
    }
  }
  return Array.from(merged.values(), sumOf).toSorted((left, right) => left.at - right.at);
}

function coursesOf({ patterns, agents }: Activity, of: ActivityOf): Iterable<Course> {
  if (of === "all runs") return patterns.values.values();
  const one = "pattern" in of ? patterns.values.get(of.pattern) : agents.values.get(of.agent);
  return one ? [one] : [];
}

function statistics({ at, good, bad, other, durations }: Bucket): ActivityStatistics {
  return {
    at,
    good,
    bad,
    other,
    success: good + bad > 0 ? good / (good + bad) : undefined,
    p50Ms: quantileOf(durations, 0.5),
    p95Ms: quantileOf(durations, 0.95),
  };
}

function take(state: Activity, event: Event): void {
  if (event.copied || isOfLog(event.run)) return;
  if (event.kind === "run-ended") {
    const quality = qualityOf(event);
    // A run that was refused took no time, and one that was cancelled somebody else's.
    add(state.patterns, event.pattern, event.at, quality, quality === "other" ? undefined : event.durationMs);
  } else if (event.kind === "step-completed" && !isUndo(event.path)) {
    add(state.agents, event.agent, event.at, "good", event.durationMs);
  } else if (event.kind === "attempt-failed" && !isUndo(event.path)) {
    const quality = event.error.code === "attempt-cancelled" ? "other" : "bad";
    add(state.agents, event.agent, event.at, quality, event.durationMs);
  } else if (event.kind === "attempt-lost") {
    add(state.agents, event.agent, event.at, "other", undefined);
  }
}

function add(label: Label<Course>, name: string, at: number, quality: Quality, ms: number | undefined): void {
  const course = countsOf(label, name, at, () => ({ seenAt: 0, buckets: newTimeBuckets() }));
  addToBuckets(course.buckets, at, quality, ms);
}

/** Who asks for what he may not have, or for nonsense, tells nothing about the pattern. */
function qualityOf({ outcome }: Extract<Event, { readonly kind: "run-ended" }>): Quality {
  switch (outcome.status) {
    case "completed":
      return "good";
    case "cancelled":
    case "rejected":
      return "other";
    case "failed":
    case "rolled-back":
    case "rollback-failed":
    case "timed-out":
      return "bad";
  }
}
