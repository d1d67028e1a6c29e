/** How runs and attempts went over time, and what goes on at each step of a pattern. */
import { z } from "zod";
import { timeSchema } from "./route.ts";

export interface ActivityQuery {
  /** Of this pattern's runs; with neither name, of all runs. */
  readonly pattern?: string;
  /** Of this agent's attempts. */
  readonly agent?: string;
  /** How far back, in milliseconds, up to two weeks. @default an hour */
  readonly sinceMs?: number;
}

const TWO_WEEKS_MS = 14 * 24 * 3_600_000;

export const activityQuerySchema: z.ZodType<ActivityQuery> = z.strictObject({
  pattern: z.string().min(1).exactOptional(),
  agent: z.string().min(1).exactOptional(),
  sinceMs: z.number().positive().max(TWO_WEEKS_MS).exactOptional(),
});

/** What ended in a stretch of time. */
export interface ActivityPoint {
  /** When it begins. */
  readonly at: number;
  readonly good: number;
  readonly bad: number;
  /** Cancelled, or refused because of who or what asked; attempts that were lost. */
  readonly other: number;
  /** Milliseconds; null where nothing ended. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

const pointSchema: z.ZodType<ActivityPoint> = z
  .object({
    at: timeSchema,
    good: z.number(),
    bad: z.number(),
    other: z.number(),
    p50Ms: z.number().nullable(),
    p95Ms: z.number().nullable(),
  })
  .meta({ id: "ActivityPoint" });

export interface ActivityView {
  /** How wide each point is, in milliseconds. */
  readonly widthMs: number;
  /** The oldest first; those in which nothing ended are left out. */
  readonly points: readonly ActivityPoint[];
  /** All of them in one. */
  readonly whole: ActivityPoint;
}

export const activityViewSchema: z.ZodType<ActivityView> = z.object({
  widthMs: z.number(),
  points: z.array(pointSchema),
  whole: pointSchema,
});

/** What goes on at a step of a pattern, and how its attempts went so far. */
export interface StepActivityView {
  /** Items of a list are one step: `import/[*]/copy`. */
  readonly path: string;
  readonly agent: string;
  /** Attempts that run now. */
  readonly running: number;
  readonly completed: number;
  /** Attempts that failed and were not made again. */
  readonly failed: number;
  readonly retried: number;
  readonly lost: number;
}

export const stepActivitiesSchema: z.ZodType<{ readonly steps: readonly StepActivityView[] }> = z.object({
  steps: z.array(
    z.object({
      path: z.string(),
      agent: z.string(),
      running: z.number(),
      completed: z.number(),
      failed: z.number(),
      retried: z.number(),
      lost: z.number(),
    }),
  ),
});
