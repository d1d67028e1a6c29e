/** The steps of a run as a waterfall draws them: each with its place in the pattern, its time and its attempts. */
import { z } from "zod";
import { errorViewSchema, type ErrorView } from "./run-detail.ts";
import { timeSchema } from "./route.ts";

export type StepStateView =
  | "running"
  | "retrying"
  | "waiting"
  | "lost"
  | "completed"
  | "failed"
  | "stopped"
  | "undoing"
  | "undone"
  | "not-undone";

export interface AttemptView {
  /** Counted from 1. */
  readonly attempt: number;
  readonly startedAt: number;
  /** Null while it runs. */
  readonly endedAt: number | null;
  readonly result: "running" | "completed" | "failed" | "lost";
  readonly error: ErrorView | null;
  /** It may have had its effect although it left no accepted result. */
  readonly unsure: boolean;
  /** When the next attempt begins, if the policy asks for one. */
  readonly retryAt: number | null;
}

const attemptSchema: z.ZodType<AttemptView> = z.object({
  attempt: z.number(),
  startedAt: timeSchema,
  endedAt: timeSchema.nullable(),
  result: z.enum(["running", "completed", "failed", "lost"]),
  error: errorViewSchema.nullable(),
  unsure: z.boolean(),
  retryAt: timeSchema.nullable(),
});

/** One step that has begun. Groups (patterns in patterns, items) are the prefixes of the paths. */
export interface StepView {
  /** Segments joined by `/`; an item of a `forEach` is `[7]`; the undo of a step ends with `/undo`. */
  readonly path: string;
  /** The last segment as the user wrote it. */
  readonly label: string;
  readonly kind: "agent" | "approval" | "delay" | "child" | "phase" | "undo";
  readonly agent: string | null;
  readonly state: StepStateView;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** The latest ones, at most 20. */
  readonly attempts: readonly AttemptView[];
  readonly attemptCount: number;
  readonly waitsFor: "signal" | "time" | null;
  /** What the step said of itself: 0 to 1. */
  readonly fraction: number | null;
  readonly note: string | null;
  /** The run that it started and awaits. */
  readonly child: string | null;
  /** Its result is that of the run that this one was forked from. */
  readonly takenOver: boolean;
  /** Whether `/value` has an output of it. */
  readonly hasOutput: boolean;
}

const stepViewSchema: z.ZodType<StepView> = z
  .object({
    path: z.string(),
    label: z.string(),
    kind: z.enum(["agent", "approval", "delay", "child", "phase", "undo"]),
    agent: z.string().nullable(),
    state: z.enum([
      "running",
      "retrying",
      "waiting",
      "lost",
      "completed",
      "failed",
      "stopped",
      "undoing",
      "undone",
      "not-undone",
    ]),
    startedAt: timeSchema,
    endedAt: timeSchema.nullable(),
    attempts: z.array(attemptSchema),
    attemptCount: z.number(),
    waitsFor: z.enum(["signal", "time"]).nullable(),
    fraction: z.number().nullable(),
    note: z.string().nullable(),
    child: z.string().nullable(),
    takenOver: z.boolean(),
    hasOutput: z.boolean(),
  })
  .meta({ id: "Step" });

export interface StepsQuery {
  readonly id: string;
  /** Only steps at this path and below it. @default all */
  readonly below?: string;
  /**
   * Only steps that began or changed after this position of the log: that of an answer before, whose steps are thereby
   * brought up to date. Of an answer in pages it is the first page's. @default all
   */
  readonly since?: number;
  /** 1 to 5,000, in the order they began. @default 1,000 */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly after?: number;
}

export const stepsQuerySchema: z.ZodType<StepsQuery> = z.strictObject({
  id: z.string(),
  below: z.string().exactOptional(),
  since: z.int().min(0).exactOptional(),
  limit: z.int().min(1).max(5_000).exactOptional(),
  after: z.int().min(0).exactOptional(),
});

export interface StepsPage {
  readonly steps: readonly StepView[];
  /** How many have begun at the path and below it, whether they changed or not. */
  readonly total: number;
  readonly next: number | null;
  /** Everything up to this position is in the answer. */
  readonly position: number;
}

export const stepsPageSchema: z.ZodType<StepsPage> = z.object({
  steps: z.array(stepViewSchema),
  total: z.number(),
  next: z.number().nullable(),
  position: z.number(),
});
