/**
 * The facts of the log. Each is appended once, durably and in order; everything else Reeve knows is a fold over them.
 *
 * Values (inputs, outputs, answers) are not in events but beside them, by reference, so that events can be shown.
 * An event's `version` is that of its kind's shape; a reader must ignore kinds and fields it does not know.
 */
import type { Context } from "./context.ts";
import type { Outcome, StepError } from "./outcome.ts";
import type { Path } from "./path.ts";
import type { PayloadId, Reference } from "./reference.ts";

/** What an agent reported to have used, added up over the attempt. */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly costUsd?: number;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

/** The outcome as the log holds it: its output by reference. */
export type StoredOutcome =
  | { readonly status: "completed"; readonly output: Reference }
  | Exclude<Outcome, { readonly status: "completed" }>;

/** A small JSON answer of user code that the interpreter branches on. */
export type Decision = string | number | boolean | null;

/** What is specific to each kind of event. `path` and `attempt` are set where the kind is about a step. */
export type Fact =
  | {
      readonly kind: "run-started";
      readonly pattern: string;
      readonly patternVersion: string;
      readonly input: PayloadId | undefined;
      readonly context: Context;
    }
  /** The run waits for a concurrency slot of its agent no longer and its attempt may begin. */
  | {
      readonly kind: "attempt-started";
      readonly path: Path;
      readonly attempt: number;
      /** How often this step's attempts were lost before. */
      readonly recovery: number;
      readonly agent: string;
    }
  | {
      readonly kind: "step-completed";
      readonly path: Path;
      readonly attempt: number;
      readonly agent: string;
      /** Undefined where the agent returned undefined. */
      readonly output: PayloadId | undefined;
      readonly durationMs: number;
      readonly usage?: Usage;
    }
  | {
      readonly kind: "attempt-failed";
      readonly path: Path;
      readonly attempt: number;
      readonly agent: string;
      readonly error: StepError;
      readonly durationMs: number;
      /** Set when the policy asks for another attempt. */
      readonly retryInMs?: number;
      /** The attempt may have had its effect although it left no accepted result. */
      readonly unsure: boolean;
      /** The output that a schema or `verify` refused. */
      readonly refused?: PayloadId;
      readonly usage?: Usage;
    }
  /** The process or runtime ended while the attempt ran. */
  | { readonly kind: "attempt-lost"; readonly path: Path; readonly attempt: number; readonly agent: string }
  /** An attempt given up after its grace period ended after all; its result was discarded. */
  | {
      readonly kind: "attempt-ended-late";
      readonly path: Path;
      readonly attempt: number;
      readonly ok: boolean;
    }
  | {
      readonly kind: "value-recorded";
      readonly path: Path;
      readonly decision: Decision;
      /** A larger value recorded with the decision, such as the items of a `forEach`. */
      readonly payload?: PayloadId;
    }
  | { readonly kind: "value-failed"; readonly path: Path; readonly error: StepError }
  | { readonly kind: "timer-fired"; readonly path: Path }
  | { readonly kind: "wait-started"; readonly path: Path; readonly until: "signal" | "time" }
  | {
      readonly kind: "signal-sent";
      readonly path: Path;
      readonly key: string;
      readonly answer: PayloadId | undefined;
      readonly by: string;
    }
  | { readonly kind: "signal-received"; readonly path: Path; readonly answer: PayloadId | undefined }
  | { readonly kind: "cancel-requested"; readonly reason: string; readonly by: string }
  | {
      readonly kind: "substep-completed";
      readonly path: Path;
      readonly name: string;
      readonly output: PayloadId | undefined;
    }
  | {
      readonly kind: "step-progressed";
      readonly path: Path;
      readonly attempt: number;
      readonly fraction: number;
      readonly note?: string;
    }
  | {
      readonly kind: "step-logged";
      readonly path: Path;
      readonly attempt: number;
      readonly level: LogLevel;
      readonly message: string;
    }
  | { readonly kind: "phase-started"; readonly path: Path }
  | {
      readonly kind: "phase-ended";
      /** The run's pattern, so that folds need not look it up. */
      readonly pattern: string;
      readonly path: Path;
      readonly ok: boolean;
      readonly durationMs: number;
    }
  | { readonly kind: "run-stranded"; readonly reason: string; readonly hint: string }
  | { readonly kind: "run-unstranded" }
  | { readonly kind: "run-ended"; readonly outcome: StoredOutcome };

export type EventKind = Fact["kind"];

/** What every event carries. */
export interface EventHead {
  /** The shape of this kind of event; now always 1. */
  readonly version: 1;
  readonly run: string;
  /** Counts the run's events from 1 without a gap. */
  readonly seq: number;
  /** An opaque cursor over the whole log that only grows. */
  readonly position: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** One fact in the log. `path` and `attempt` can be asked of every kind. */
export type Event = EventHead & Fact & { readonly path?: Path; readonly attempt?: number };
