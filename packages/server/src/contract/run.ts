/** Runs as lists show them, and what lists are asked. */
import type { AttributeValue, OutcomeStatus, RunState } from "@reeve/core";
import { z } from "zod";
import { timeSchema } from "./route.ts";

const runStateSchema: z.ZodType<RunState> = z.enum([
  "queued",
  "running",
  "waiting",
  "paused",
  "undoing",
  "stranded",
  "ended",
]);

export const outcomeStatusSchema: z.ZodType<OutcomeStatus> = z.enum([
  "completed",
  "failed",
  "rolled-back",
  "rollback-failed",
  "cancelled",
  "timed-out",
  "rejected",
]);

/** Where a run comes from, when nobody outside started it with an input of its own. */
export interface RunOriginView {
  /** The run whose step started it. */
  readonly parent: {
    readonly run: string;
    readonly path: string;
    readonly attached: boolean;
    /** Of one that is attached: how many runs are above it. */
    readonly depth: number | null;
  } | null;
  readonly forkedFrom: ForkView | null;
  readonly schedule: { readonly name: string; readonly dueAt: number } | null;
  /** The caller's, which its spans belong to. */
  readonly traceparent: string | null;
}

/** What a run took over from another one. */
export interface ForkView {
  readonly run: string;
  /** The step made anew; empty: the whole run; null: what failed. */
  readonly from: string | null;
  /** The `seq` of the last event that it took over. */
  readonly upTo: number | null;
  /** Names the stored value that the step got in place of its input; null: its own. */
  readonly input: number | null;
  /** Names the stored value that the step is taken to have returned; null: it was made anew. */
  readonly output: number | null;
  /** It undoes what the other run did. */
  readonly undoes: boolean;
}

const forkSchema: z.ZodType<ForkView> = z.object({
  run: z.string(),
  from: z.string().nullable(),
  upTo: z.number().nullable(),
  input: z.number().nullable(),
  output: z.number().nullable(),
  undoes: z.boolean(),
});

/** One row of a list. */
export interface RunSummary {
  readonly id: string;
  readonly pattern: string;
  readonly patternVersion: string;
  readonly state: RunState;
  /** Null until it has ended. */
  readonly outcome: OutcomeStatus | null;
  readonly domain: string;
  readonly agentType: string;
  /** 0 to 4. */
  readonly priority: number;
  /** Who asked. */
  readonly principal: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly origin: RunOriginView | null;
  /** The rest of its context, where it was asked for. */
  readonly whole?: {
    readonly attributes: { readonly [key: string]: AttributeValue };
    readonly grants: readonly string[];
  };
}

export const runSummarySchema: z.ZodType<RunSummary> = z
  .object({
    id: z.string(),
    pattern: z.string(),
    patternVersion: z.string(),
    state: runStateSchema,
    outcome: outcomeStatusSchema.nullable(),
    domain: z.string(),
    agentType: z.string(),
    priority: z.number(),
    principal: z.string(),
    startedAt: timeSchema,
    endedAt: timeSchema.nullable(),
    origin: z
      .object({
        parent: z
          .object({
            run: z.string(),
            path: z.string(),
            attached: z.boolean(),
            depth: z.number().nullable(),
          })
          .nullable(),
        forkedFrom: forkSchema.nullable(),
        schedule: z.object({ name: z.string(), dueAt: timeSchema }).nullable(),
        traceparent: z.string().nullable(),
      })
      .nullable(),
    whole: z
      .object({ attributes: z.record(z.string(), z.json()), grants: z.array(z.string()) })
      .exactOptional(),
  })
  .meta({ id: "RunSummary" });

/** Which runs; all that is given must hold. */
export interface RunFilter {
  readonly states?: readonly RunState[];
  readonly outcomes?: readonly OutcomeStatus[];
  readonly pattern?: string;
  readonly domain?: string;
  /** Epoch milliseconds, inclusive. */
  readonly startedFrom?: number;
  /** Epoch milliseconds, exclusive. */
  readonly startedBefore?: number;
}

const filterFields = {
  states: z.array(runStateSchema).exactOptional(),
  outcomes: z.array(outcomeStatusSchema).exactOptional(),
  pattern: z.string().exactOptional(),
  domain: z.string().exactOptional(),
  startedFrom: timeSchema.exactOptional(),
  startedBefore: timeSchema.exactOptional(),
};

export const runFilterSchema: z.ZodType<RunFilter> = z.strictObject(filterFields);

export interface RunsQuery extends RunFilter {
  /** @default "started" */
  readonly sort?: "started" | "ended" | "duration";
  /** @default true: newest, latest, longest first */
  readonly descending?: boolean;
  /** 1 to 1,000. @default 50 */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly after?: string;
  /** With each run's attributes and grants. @default false */
  readonly whole?: boolean;
}

export const runsQuerySchema: z.ZodType<RunsQuery> = z.strictObject({
  ...filterFields,
  sort: z.enum(["started", "ended", "duration"]).exactOptional(),
  descending: z.boolean().exactOptional(),
  limit: z.int().min(1).max(1_000).exactOptional(),
  after: z.string().exactOptional(),
  whole: z.boolean().exactOptional(),
});

export interface RunsPage {
  readonly runs: readonly RunSummary[];
  /** Null on the last page. */
  readonly next: string | null;
}

export const runsPageSchema: z.ZodType<RunsPage> = z.object({
  runs: z.array(runSummarySchema),
  next: z.string().nullable(),
});
