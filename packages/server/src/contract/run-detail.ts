/** One run in full: where it stands, its steps with their attempts, its events and its values. */
import { z } from "zod";
import { runSummarySchema, outcomeStatusSchema, type RunSummary } from "./run.ts";
import { timeSchema } from "./route.ts";
import type { AttributeValue, OutcomeStatus, TraceKept } from "@reeve/core";

/** An error as the log keeps it, without what has a place elsewhere. */
export interface ErrorView {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
  /** The step; empty for the run itself. */
  readonly path: string;
  readonly agent: string | null;
  readonly attempt: number | null;
  readonly stack: string | null;
  readonly cause: ErrorView | null;
}

export const errorViewSchema: z.ZodType<ErrorView> = z
  .object({
    name: z.string(),
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
    path: z.string(),
    agent: z.string().nullable(),
    attempt: z.number().nullable(),
    stack: z.string().nullable(),
    get cause(): z.ZodType<ErrorView | null> {
      return errorViewSchema.nullable();
    },
  })
  .meta({ id: "Error" });

/** How the run ended. What does not belong to its status is null, or an empty list. */
export interface OutcomeView {
  readonly status: OutcomeStatus;
  readonly error: ErrorView | null;
  /** Of a cancelled or rejected run. */
  readonly reason: string | null;
  /** What the run would have ended as, had every undo succeeded. */
  readonly because: "failed" | "cancelled" | "timed-out" | null;
  readonly undone: readonly string[];
  readonly notUndone: readonly string[];
  readonly unsure: readonly string[];
  readonly kept: readonly string[];
}

const paths = z.array(z.string());

const outcomeViewSchema: z.ZodType<OutcomeView> = z
  .object({
    status: outcomeStatusSchema,
    error: errorViewSchema.nullable(),
    reason: z.string().nullable(),
    because: z.enum(["failed", "cancelled", "timed-out"]).nullable(),
    undone: paths,
    notUndone: paths,
    unsure: paths,
    kept: paths,
  })
  .meta({ id: "Outcome" });

/** What was said about a run from outside, and when. */
export interface SaidOfRun {
  readonly reason: string;
  readonly by: string;
  readonly at: number;
}

const saidSchema: z.ZodType<SaidOfRun> = z.object({ reason: z.string(), by: z.string(), at: timeSchema });

/** A key of the context that differs after a step. */
export interface DifferenceView {
  readonly key: string;
  /** As JSON; null where the key was not there. */
  readonly before: string | null;
  readonly after: string | null;
}

/** A step that changed the context for those after it. */
export interface ContextChangeView {
  readonly path: string;
  readonly agent: string;
  readonly at: number;
  readonly severity: "critical" | "moderate" | "minor";
  readonly differences: readonly DifferenceView[];
}

const contextChangeSchema: z.ZodType<ContextChangeView> = z
  .object({
    path: z.string(),
    agent: z.string(),
    at: timeSchema,
    severity: z.enum(["critical", "moderate", "minor"]),
    differences: z.array(
      z.object({ key: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
    ),
  })
  .meta({ id: "ContextChange" });

export interface RunDetail {
  readonly run: RunSummary;
  readonly attributes: { readonly [key: string]: AttributeValue };
  readonly grants: readonly string[];
  readonly outcome: OutcomeView | null;
  /** Set while it waits to begin. */
  readonly queued: { readonly since: number; readonly notBefore: number | null } | null;
  readonly paused: SaidOfRun | null;
  readonly cancelRequested: SaidOfRun | null;
  readonly stranded: { readonly reason: string; readonly hint: string; readonly at: number } | null;
  readonly counts: {
    readonly events: number;
    readonly completed: number;
    readonly failed: number;
    readonly retried: number;
    readonly lost: number;
    readonly undone: number;
  };
  readonly usage: {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly costUsd: number;
  } | null;
  /** The latest 200, the oldest first; without secrets. */
  readonly contextChanges: readonly ContextChangeView[];
  /** `kept`: why the trace is exported; null until the run has ended, and where it is not. */
  readonly trace: { readonly id: string; readonly kept: TraceKept | null };
  /** The latest runs that its steps started. */
  readonly children: readonly ChildView[];
  /** Everything up to this position is in the answer. */
  readonly position: number;
}

export interface ChildView {
  readonly run: string;
  readonly path: string;
  readonly outcome: OutcomeStatus | null;
}

export const runDetailSchema: z.ZodType<RunDetail> = z.object({
  run: runSummarySchema,
  attributes: z.record(z.string(), z.json()),
  grants: z.array(z.string()),
  outcome: outcomeViewSchema.nullable(),
  queued: z.object({ since: timeSchema, notBefore: timeSchema.nullable() }).nullable(),
  paused: saidSchema.nullable(),
  cancelRequested: saidSchema.nullable(),
  stranded: z.object({ reason: z.string(), hint: z.string(), at: timeSchema }).nullable(),
  counts: z.object({
    events: z.number(),
    completed: z.number(),
    failed: z.number(),
    retried: z.number(),
    lost: z.number(),
    undone: z.number(),
  }),
  usage: z.object({ inputTokens: z.number(), outputTokens: z.number(), costUsd: z.number() }).nullable(),
  contextChanges: z.array(contextChangeSchema),
  trace: z.object({
    id: z.string(),
    kept: z.enum(["error", "slow", "principal", "caller", "share"]).nullable(),
  }),
  children: z.array(z.object({ run: z.string(), path: z.string(), outcome: outcomeStatusSchema.nullable() })),
  position: z.number(),
});
