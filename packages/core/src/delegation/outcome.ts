/** How runs and steps end: values, never exceptions. */
import type { ErrorCode } from "../errors.ts";
import type { Path } from "./path.ts";
import type { Breach } from "./preserved.ts";

/**
 * An error as it is kept: what was thrown, and where. It survives restarts unchanged.
 * `code` is the thrown error's own `code` where it had one, else one of Reeve's.
 */
export interface StepError {
  /** The class name of what was thrown, or of the error Reeve made. */
  readonly name: string;
  readonly message: string;
  readonly code: ErrorCode | (string & {});
  readonly stack?: string;
  readonly cause?: StepError;
  /** What a person can do about it. */
  readonly hint?: string;
  /** The step that failed; empty for the run itself. */
  readonly path: Path;
  /** Which attempt it was, counted from 1. */
  readonly attempt?: number;
  readonly agent?: string;
  /** What a pattern declares to preserve, and the step would have changed. */
  readonly breach?: Breach;
}

/**
 * What was undone, and what a person must look at. All are paths of steps, in the order it happened. A run with a
 * failed undo ends as `rollback-failed`, also where the branch concerned was tolerated.
 */
export interface Aftermath {
  /** Steps whose undo succeeded. */
  readonly undone: readonly Path[];
  /** Steps whose undo failed for good. */
  readonly notUndone: readonly Path[];
  /** Steps with an attempt whose effect is unknown, and no `undoUnsure` to settle it. */
  readonly unsure: readonly Path[];
  /** Completed steps with an undo which the pattern's rollback setting left standing. */
  readonly kept: readonly Path[];
}

export type Outcome<Output = unknown> =
  | {
      readonly status: "completed";
      readonly output: Output;
      /** Of a degradation chain: the name of the level that gave the output. */
      readonly level?: string;
    }
  | ({ readonly status: "failed"; readonly error: StepError } & Aftermath)
  | ({ readonly status: "rolled-back"; readonly error: StepError } & Aftermath)
  | ({
      readonly status: "rollback-failed";
      /** What the run would have ended as, had every undo succeeded. */
      readonly because: "failed" | "cancelled" | "timed-out";
      readonly error: StepError;
    } & Aftermath)
  | ({ readonly status: "cancelled"; readonly reason: string } & Aftermath)
  | ({ readonly status: "timed-out"; readonly afterMs: number } & Aftermath)
  | ({ readonly status: "rejected"; readonly reason: string; readonly error: StepError } & Aftermath);

export type OutcomeStatus = Outcome["status"];

/** Every status a run can end with. */
export const OUTCOME_STATUSES: readonly OutcomeStatus[] = [
  "completed",
  "failed",
  "rolled-back",
  "rollback-failed",
  "cancelled",
  "timed-out",
  "rejected",
];

/** One result among several of which some may fail. */
export type Settled<T> =
  | { readonly ok: true; readonly output: T }
  | { readonly ok: false; readonly error: StepError };

/** Where a run stands. */
export type RunState = "queued" | "running" | "waiting" | "paused" | "undoing" | "stranded" | "ended";

/** Every state a run can be in. */
export const RUN_STATES: readonly RunState[] = [
  "queued",
  "running",
  "waiting",
  "paused",
  "undoing",
  "stranded",
  "ended",
];
