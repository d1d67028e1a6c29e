/** How the runtime does, in one sentence and in its parts. */
import { z } from "zod";
import { timeSchema } from "./route.ts";

export type FindingKind =
  | "runtime-blocked"
  | "runtime-absent"
  | "storage-refused"
  | "pattern-failing"
  | "breaker-open"
  | "rollback-failed"
  | "stranded"
  | "unsure"
  | "approval-forgotten"
  | "stuck"
  | "queue-waits"
  | "disk-low"
  | "loop-blocked"
  | "export-behind"
  | "budget-burns"
  | "threshold-passed"
  | "fault-reported";

/** One thing that a person should know, worst first. */
export interface Finding {
  readonly kind: FindingKind;
  readonly level: "failing" | "attention";
  /** The whole finding as one sentence. */
  readonly sentence: string;
  readonly pattern: string | null;
  readonly cause: string;
  readonly since: number;
  /** What was done about it, or what helps. */
  readonly repair: string;
  /** Runs concerned, the latest ones. */
  readonly runs: readonly string[];
}

const findingSchema: z.ZodType<Finding> = z
  .object({
    kind: z.enum([
      "runtime-blocked",
      "runtime-absent",
      "storage-refused",
      "pattern-failing",
      "breaker-open",
      "rollback-failed",
      "stranded",
      "unsure",
      "approval-forgotten",
      "stuck",
      "queue-waits",
      "disk-low",
      "loop-blocked",
      "export-behind",
      "budget-burns",
      "threshold-passed",
      "fault-reported",
    ]),
    level: z.enum(["failing", "attention"]),
    sentence: z.string(),
    pattern: z.string().nullable(),
    cause: z.string(),
    since: timeSchema,
    repair: z.string(),
    runs: z.array(z.string()),
  })
  .meta({ id: "Finding" });

/** The process that executes the runs. */
export interface RuntimeState {
  /** "reading": nobody works; the log of a runtime that has ended is shown. "guest": another process works. */
  readonly state: "working" | "blocked" | "reading" | "guest" | "closing";
  /** For how long its event loop has not answered. */
  readonly blockedMs: number | null;
  readonly pid: number | null;
  readonly startedAt: number;
  /** Actions are refused. */
  readonly readOnly: boolean;
}

const runtimeStateSchema: z.ZodType<RuntimeState> = z.object({
  state: z.enum(["working", "blocked", "reading", "guest", "closing"]),
  blockedMs: z.number().nullable(),
  pid: z.number().nullable(),
  startedAt: timeSchema,
  readOnly: z.boolean(),
});

export interface Health {
  readonly level: "ok" | "attention" | "failing";
  /** Names pattern, cause, since when and repair of the worst finding, or says that all is well. */
  readonly sentence: string;
  readonly findings: readonly Finding[];
  readonly runtime: RuntimeState;
  readonly logId: string;
  /** The last event that was taken into account. */
  readonly position: number;
  /** The server's clock. */
  readonly now: number;
}

export const healthSchema: z.ZodType<Health> = z
  .object({
    level: z.enum(["ok", "attention", "failing"]),
    sentence: z.string(),
    findings: z.array(findingSchema),
    runtime: runtimeStateSchema,
    logId: z.string(),
    position: z.number(),
    now: timeSchema,
  })
  .meta({ id: "Health" });

export interface Readiness {
  readonly ready: boolean;
  readonly reason: string | null;
}

export const readinessSchema: z.ZodType<Readiness> = z.object({
  ready: z.boolean(),
  reason: z.string().nullable(),
});
