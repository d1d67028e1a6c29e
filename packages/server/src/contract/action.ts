/** What can be asked of the runtime. Who asks is taken from the credential, never from the request. */
import type { AttributeValue } from "@reeve/core";
import { z } from "zod";
import { runFilterSchema, type RunFilter } from "./run.ts";
import { timeSchema } from "./route.ts";

const id = z.string().min(1);
const reason = z.string().max(1_000).exactOptional();

/** What a caller may say of the context of a run. */
export interface ContextInput {
  readonly domain?: string;
  readonly agentType?: string;
  readonly priority?: number;
  readonly attributes?: { readonly [key: string]: AttributeValue };
  /** Narrows what the run may do. */
  readonly grants?: readonly string[];
}

const jsonSchema = z.json().meta({ id: "Json" });

export const contextInputSchema: z.ZodType<ContextInput> = z.strictObject({
  domain: z.string().exactOptional(),
  agentType: z.string().exactOptional(),
  priority: z.number().exactOptional(),
  attributes: z.record(z.string(), jsonSchema).exactOptional(),
  grants: z.array(z.string()).exactOptional(),
});

export interface StartInput {
  readonly pattern: string;
  /** JSON. @default none */
  readonly input?: unknown;
  /** Starting twice with one id starts one run. @default a new id */
  readonly id?: string;
  readonly context?: ContextInput;
  /** The run is queued and begins after so many milliseconds. */
  readonly delayMs?: number;
  /** As `delayMs`, but a point in time in epoch milliseconds. */
  readonly runAt?: number;
  /** The caller's span in the W3C's form; wins over the header `traceparent`. @default the run begins a trace */
  readonly traceparent?: string;
}

export const startInputSchema: z.ZodType<StartInput> = z.strictObject({
  pattern: z.string().min(1),
  input: z.unknown().exactOptional(),
  id: id.exactOptional(),
  context: contextInputSchema.exactOptional(),
  delayMs: z.number().min(0).exactOptional(),
  runAt: timeSchema.exactOptional(),
  traceparent: z.string().exactOptional(),
});

export interface DelegateInput {
  /** What the task is about; its domain and attributes decide which patterns fit. */
  readonly context: ContextInput;
  /** JSON. @default none */
  readonly input?: unknown;
  /** Delegating twice with one id starts one run. @default a new id */
  readonly id?: string;
  /** The run is queued and begins after so many milliseconds. */
  readonly delayMs?: number;
  /** As `delayMs`, but a point in time in epoch milliseconds. */
  readonly runAt?: number;
  /** False: the most trusted pattern is chosen, nothing is tried to learn about it. @default as the settings say */
  readonly explore?: boolean;
  /** The caller's span in the W3C's form; wins over the header `traceparent`. @default the run begins a trace */
  readonly traceparent?: string;
}

export const delegateInputSchema: z.ZodType<DelegateInput> = z.strictObject({
  context: contextInputSchema,
  input: z.unknown().exactOptional(),
  id: id.exactOptional(),
  delayMs: z.number().min(0).exactOptional(),
  runAt: timeSchema.exactOptional(),
  explore: z.boolean().exactOptional(),
  traceparent: z.string().exactOptional(),
});

export interface FeedbackInput {
  readonly id: string;
  /** 0 (of no use) to 1 (as wanted). */
  readonly score: number;
  /** Why; shown with the run. */
  readonly note?: string;
}

export const feedbackInputSchema: z.ZodType<FeedbackInput> = z.strictObject({
  id,
  score: z.number().min(0).max(1),
  note: reason,
});

/** The run that was started. */
export interface Started {
  readonly id: string;
}

export const startedSchema: z.ZodType<Started> = z.object({ id: z.string() });

export interface RunReasonInput {
  readonly id: string;
  readonly reason?: string;
}

export const runReasonInputSchema: z.ZodType<RunReasonInput> = z.strictObject({ id, reason });

export interface RunIdInput {
  readonly id: string;
}

export const runIdInputSchema: z.ZodType<RunIdInput> = z.strictObject({ id });

export interface SignalInput {
  readonly id: string;
  /** The approval's path, or its last part where that is enough. */
  readonly name: string;
  /** JSON. @default none */
  readonly answer?: unknown;
  /** Sending twice with one key counts once. @default a new key for each request */
  readonly key?: string;
}

export const signalInputSchema: z.ZodType<SignalInput> = z.strictObject({
  id,
  name: z.string().min(1),
  answer: z.unknown().exactOptional(),
  key: z.string().min(1).max(200).exactOptional(),
});

export interface RetryInput {
  readonly id: string;
  /** Of the new run. @default a new id */
  readonly newId?: string;
}

export const retryInputSchema: z.ZodType<RetryInput> = z.strictObject({ id, newId: id.exactOptional() });

export interface ForkInput extends RetryInput {
  /** The path of the step that is made anew. @default the whole run is */
  readonly from?: string;
  /** What that step gets in place of its input; without `from`, the run's new input. */
  readonly input?: unknown;
  /** What that step is taken to have returned: it is not made anew then. */
  readonly output?: unknown;
}

export const forkInputSchema: z.ZodType<ForkInput> = z.strictObject({
  id,
  newId: id.exactOptional(),
  from: z.string().exactOptional(),
  input: z.unknown().exactOptional(),
  output: z.unknown().exactOptional(),
});

export interface NameInput {
  readonly name: string;
}

export const nameInputSchema: z.ZodType<NameInput> = z.strictObject({ name: z.string().min(1) });

export interface NameReasonInput extends NameInput {
  readonly reason?: string;
}

export const nameReasonInputSchema: z.ZodType<NameReasonInput> = z.strictObject({
  name: z.string().min(1),
  reason,
});

export interface ScheduleInput extends NameInput {
  readonly pattern: string;
  readonly cron: string;
  readonly timeZone?: string;
  readonly missed?: "skip" | "once" | "all";
  readonly input?: unknown;
  readonly context?: ContextInput;
}

export const scheduleInputSchema: z.ZodType<ScheduleInput> = z.strictObject({
  name: z.string().min(1),
  pattern: z.string().min(1),
  cron: z.string().min(1),
  timeZone: z.string().exactOptional(),
  missed: z.enum(["skip", "once", "all"]).exactOptional(),
  input: z.unknown().exactOptional(),
  context: contextInputSchema.exactOptional(),
});

export type BulkAction = "cancel" | "pause" | "resume" | "retry";

export interface BulkInput {
  readonly action: BulkAction;
  /** At least one condition. */
  readonly filter: RunFilter;
  /** Say what would be done, and do nothing. @default true */
  readonly dryRun?: boolean;
  /** No more runs than this, 1 to 1,000; the newest. @default 100 */
  readonly limit?: number;
  readonly reason?: string;
}

export const bulkInputSchema: z.ZodType<BulkInput> = z.strictObject({
  action: z.enum(["cancel", "pause", "resume", "retry"]),
  filter: runFilterSchema.refine((filter) => Object.keys(filter).length > 0, "give at least one condition"),
  dryRun: z.boolean().exactOptional(),
  limit: z.int().min(1).max(1_000).exactOptional(),
  reason,
});

export interface BulkResult {
  readonly dryRun: boolean;
  /** Runs that the filter names and the action fits. */
  readonly runs: readonly {
    readonly id: string;
    /** Of a retry: the run that was started. */
    readonly started: string | null;
    /** Why it was not done. */
    readonly error: string | null;
  }[];
  /** The filter names more runs than `limit`. */
  readonly isMore: boolean;
}

export const bulkResultSchema: z.ZodType<BulkResult> = z.object({
  dryRun: z.boolean(),
  runs: z.array(z.object({ id: z.string(), started: z.string().nullable(), error: z.string().nullable() })),
  isMore: z.boolean(),
});
