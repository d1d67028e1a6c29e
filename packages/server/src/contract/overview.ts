/** What one page shows at a glance: health, what goes on, what ended, what waits for a person, what fails. */
import type { OutcomeStatus } from "@reeve/core";
import { z } from "zod";
import { healthSchema, type Health } from "./health.ts";
import { timeSchema } from "./route.ts";
import { outcomeStatusSchema, runSummarySchema, type RunSummary } from "./run.ts";
import { errorViewSchema, type ErrorView } from "./run-detail.ts";

/** Runs that have not ended, by state. */
export interface ActiveCounts {
  readonly queued: number;
  readonly running: number;
  readonly waiting: number;
  readonly paused: number;
  readonly undoing: number;
  readonly stranded: number;
}

const activeCountsSchema: z.ZodType<ActiveCounts> = z.object({
  queued: z.number(),
  running: z.number(),
  waiting: z.number(),
  paused: z.number(),
  undoing: z.number(),
  stranded: z.number(),
});

export type NeedKind = "approval" | "rollback-failed" | "unsure" | "stranded";

/** One thing that waits for a person. */
export interface Need {
  readonly kind: NeedKind;
  readonly run: string;
  readonly pattern: string;
  /** The approval, or the steps that need a look. */
  readonly paths: readonly string[];
  readonly since: number;
  /** What is known of it, in one sentence. */
  readonly detail: string;
  /** Of an approval: who started the run must not answer it. */
  readonly notByStarter: boolean;
}

const needSchema: z.ZodType<Need> = z
  .object({
    kind: z.enum(["approval", "rollback-failed", "unsure", "stranded"]),
    run: z.string(),
    pattern: z.string(),
    paths: z.array(z.string()),
    since: timeSchema,
    detail: z.string(),
    notByStarter: z.boolean(),
  })
  .meta({ id: "Need" });

export interface Needs {
  /** The oldest first. */
  readonly needs: readonly Need[];
  readonly counts: { readonly [kind in NeedKind]: number };
  /** There are more than are listed and counted. */
  readonly isMore: boolean;
}

export const needsSchema: z.ZodType<Needs> = z.object({
  needs: z.array(needSchema),
  counts: z.object({
    approval: z.number(),
    "rollback-failed": z.number(),
    unsure: z.number(),
    stranded: z.number(),
  }),
  isMore: z.boolean(),
});

/** Runs that ended badly in the same way. */
export interface FailureGroup {
  readonly pattern: string;
  /** Numbers of items are left out: `import/[*]/copy`; empty: the run itself. */
  readonly step: string;
  readonly code: string;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** The latest run and its error. */
  readonly run: string;
  readonly outcome: OutcomeStatus;
  readonly error: ErrorView;
}

export const failureGroupSchema: z.ZodType<FailureGroup> = z
  .object({
    pattern: z.string(),
    step: z.string(),
    code: z.string(),
    count: z.number(),
    firstAt: timeSchema,
    lastAt: timeSchema,
    run: z.string(),
    outcome: outcomeStatusSchema,
    error: errorViewSchema,
  })
  .meta({ id: "FailureGroup" });

export interface Failures {
  /** The latest first. */
  readonly groups: readonly FailureGroup[];
  /** Groups that were dropped for want of space, the oldest ones. */
  readonly dropped: number;
}

export const failuresSchema: z.ZodType<Failures> = z.object({
  groups: z.array(failureGroupSchema),
  dropped: z.number(),
});

/** How runs of a pattern ended lately. */
export interface RecentEndings {
  readonly pattern: string;
  /** Of the last 50 that were neither cancelled nor refused by a person. */
  readonly ended: number;
  readonly bad: number;
  readonly lastAt: number;
}

const recentEndingsSchema: z.ZodType<RecentEndings> = z.object({
  pattern: z.string(),
  ended: z.number(),
  bad: z.number(),
  lastAt: timeSchema,
});

export interface Overview {
  readonly health: Health;
  readonly active: ActiveCounts;
  /** By pattern, those with runs first. */
  readonly activeByPattern: readonly { readonly pattern: string; readonly count: number }[];
  readonly recent: readonly RecentEndings[];
  readonly needs: Needs["counts"];
  readonly failures: readonly FailureGroup[];
  /** Unfinished runs, the latest ones. */
  readonly runs: readonly RunSummary[];
  readonly paused: {
    readonly patterns: readonly string[];
    readonly agents: readonly string[];
  };
}

export const overviewSchema: z.ZodType<Overview> = z.object({
  health: healthSchema,
  active: activeCountsSchema,
  activeByPattern: z.array(z.object({ pattern: z.string(), count: z.number() })),
  recent: z.array(recentEndingsSchema),
  needs: z.object({
    approval: z.number(),
    "rollback-failed": z.number(),
    unsure: z.number(),
    stranded: z.number(),
  }),
  failures: z.array(failureGroupSchema),
  runs: z.array(runSummarySchema),
  paused: z.object({ patterns: z.array(z.string()), agents: z.array(z.string()) }),
});

/** Runs that wait to begin, by pattern. */
export interface QueueView {
  readonly pattern: string;
  readonly depth: number;
  /** Since when the oldest has waited. */
  readonly oldestAt: number;
  /** How many wait under which places, the limits' keys among them. */
  readonly places: readonly { readonly place: string; readonly count: number }[];
  readonly limits: readonly string[];
  readonly paused: boolean;
}

export const queuesSchema: z.ZodType<{ readonly queues: readonly QueueView[] }> = z.object({
  queues: z.array(
    z.object({
      pattern: z.string(),
      depth: z.number(),
      oldestAt: timeSchema,
      places: z.array(z.object({ place: z.string(), count: z.number() })),
      limits: z.array(z.string()),
      paused: z.boolean(),
    }),
  ),
});
