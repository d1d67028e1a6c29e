/**
 * The facts of the log. Each is appended once, durably and in order; everything else Reeve knows is a fold over them.
 *
 * Values (inputs, outputs, answers) are not in events but beside them, by reference, so that events can be shown.
 * An event's `version` is that of its kind's shape; a reader must ignore kinds and fields it does not know.
 */
import type { AlertChange, Silence } from "./alert.ts";
import type { BreakerChange } from "./breaker.ts";
import type { RunChoice } from "./choice.ts";
import type { Context, ContextRequest } from "./context.ts";
import type { ChangeSeverity, ContextDifference } from "./changed.ts";
import type { Outcome, StepError } from "./outcome.ts";
import type { Path } from "./path.ts";
import type { PayloadId, Reference } from "./reference.ts";
import type { ResourceSample } from "./resource-sample.ts";
import type { TraceKept } from "./trace-kept.ts";

/** What agents report to have used, added up. */
export interface Usage {
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** In dollars. */
  readonly costUsd?: number;
}

export type LogLevel = "debug" | "info" | "warn" | "error";

/** The outcome as the log holds it: its output by reference. */
export type StoredOutcome =
  | { readonly status: "completed"; readonly output: Reference; readonly level?: string }
  | Exclude<Outcome, { readonly status: "completed" }>;

/**
 * All that the iterations of a loop left behind, up to and with the one at the event's path, and what the run has used
 * so far.
 */
export interface LoopPoint extends Usage {
  /** Of the loop itself. */
  readonly loop: Path;
  /** The last one, counted from 0. */
  readonly iteration: number;
  readonly value: Reference;
  /** The context that its iterations have changed. */
  readonly contextAfter?: Reference;
  /** The latest output of each node inside the loop, in the order of its tree; null where there is none. */
  readonly outputs: readonly (Reference | null)[];
  /** How many leaves there were and completed, how many attempts were made and failed. */
  readonly counts: readonly [number, number, number, number];
  /** The walk's time. */
  readonly now: number;
  /** First and last `seq` of the stretches of events, one after the other, that only those iterations are about. */
  readonly finished?: readonly number[];
  /** The run's log lines so far. */
  readonly logLines?: number;
  /** Patterns met so far that declare what must survive; none of them was broken. */
  readonly preserved?: readonly string[];
  readonly logBytes?: number;
}

/** A small JSON answer of user code that the interpreter branches on. */
export type Decision = string | number | boolean | null;

/** Where a run comes from, when nobody outside started it with an input of its own. */
export interface RunOrigin {
  /** The step of another run that started it. */
  readonly parent?: {
    readonly run: string;
    readonly path: Path;
    /** The parent awaits its end, hands on its output and cancels it. */
    readonly attached: boolean;
    /** Of one that is attached: how many runs are above it, the topmost one without a parent that awaits it. */
    readonly depth?: number;
    /** Its trace, where that does not follow from its id. */
    readonly traceId?: string;
  };
  /** The span of whoever started it, in the W3C's form: the run is part of that trace. */
  readonly traceparent?: string;
  readonly forkedFrom?: Fork;
  readonly schedule?: { readonly name: string; readonly dueAt: number };
}

/** What a run takes over from another one that has ended or goes on beside it. */
export interface Fork {
  readonly run: string;
  /** The step done anew with all that comes of it; empty: the whole run; undefined: every step that failed. */
  readonly from: Path | undefined;
  /** The `seq` of the other run's last event when this one was forked; later ones are not taken over. */
  readonly upTo?: number;
  /** What the step at `from` gets in place of its input. */
  readonly input?: PayloadId;
  /** What the step at `from` is taken to have returned; it is not done anew then. */
  readonly output?: PayloadId;
  /** The other run's trace, where that does not follow from its id. */
  readonly traceId?: string;
  /** The run begins where the other one has ended, undoes what that did, and ends as cancelled. */
  readonly undoes?: boolean;
}

/** What a run has to wait for before it begins. */
export interface Admission {
  /** Names of the places it takes up while it works; each has a limit. */
  readonly places: readonly string[];
  /** Epoch milliseconds. */
  readonly notBefore?: number;
  /** Epoch milliseconds: the run's deadline, which also passes while it is queued. */
  readonly deadline?: number;
}

/** What is specific to each kind of event. `path` and `attempt` are set where the kind is about a step. */
export type Fact =
  | {
      readonly kind: "run-started";
      readonly pattern: string;
      readonly patternVersion: string;
      readonly input: PayloadId | undefined;
      readonly context: Context;
      readonly origin?: RunOrigin;
      /** Set where limits hold for the run, or it is to begin later. */
      readonly admission?: Admission;
      /** It did not begin at once: `run-admitted` tells when it does. */
      readonly queued?: true;
      /** Set where the pattern was chosen, not named by the caller. */
      readonly choice?: RunChoice;
    }
  /** The run was queued and begins now. */
  | { readonly kind: "run-admitted"; readonly waitedMs: number }
  | { readonly kind: "run-paused"; readonly reason: string; readonly by: string }
  | { readonly kind: "run-resumed"; readonly by: string }
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
      /** The context for the steps after it, where the step has changed it. */
      readonly contextAfter?: PayloadId;
      readonly durationMs: number;
      readonly usage?: Usage;
      /** What `verify` gave it, 0 to 1; absent where it gave no number. */
      readonly score?: number;
      /** Who asked, where a breaker counts the attempt and it is not "local". */
      readonly principal?: string;
    }
  /** The step that completes with this has changed the context for those after it. */
  | {
      readonly kind: "context-changed";
      readonly path: Path;
      readonly attempt: number;
      readonly agent: string;
      /** The run's pattern, so that folds need not look it up. */
      readonly pattern: string;
      /** Without secrets. */
      readonly diff: readonly ContextDifference[];
      readonly severity: ChangeSeverity;
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
      /** The agent itself failed, and its breaker counts that. */
      readonly agentFault?: true;
      readonly principal?: string;
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
  /** Somebody who may not answer tried to. */
  | { readonly kind: "signal-refused"; readonly path: Path; readonly by: string; readonly reason: string }
  | { readonly kind: "child-started"; readonly path: Path; readonly child: string }
  | {
      readonly kind: "child-ended";
      readonly path: Path;
      readonly child: string;
      readonly outcome: StoredOutcome;
      /** What it has used, with the runs that it awaited; absent where agents told nothing. */
      readonly usage?: Usage;
    }
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
  /** Where a loop stands, so that the iterations before need not be read again. */
  | ({ readonly kind: "loop-advanced"; readonly path: Path } & LoopPoint)
  | { readonly kind: "phase-started"; readonly path: Path }
  | {
      readonly kind: "phase-ended";
      /** The run's pattern, so that folds need not look it up. */
      readonly pattern: string;
      readonly path: Path;
      readonly ok: boolean;
      readonly durationMs: number;
      /** The phase was taken over from another run. */
      readonly copied?: boolean;
    }
  /** A level of a degradation chain was tried; what it teaches is in here. */
  | {
      readonly kind: "level-ended";
      /** Of the level. */
      readonly path: Path;
      readonly chain: string;
      /** What its result teaches about. */
      readonly pattern: string;
      readonly domain: string;
      readonly ok: boolean;
      /** Of one that did not fail by itself: what stopped it. */
      readonly stopped?: "cancelled" | "timed-out" | "sibling-failed" | "quorum-reached" | "only-one-left";
      readonly durationMs: number;
      /** Who asked; absent where it is "local". */
      readonly principal?: string;
      /** Of one that is ok: the mean of the scores of its steps; absent where none has one. */
      readonly score?: number;
      /** Set in a retry or fork, which teaches nothing. */
      readonly teaches?: false;
    }
  | {
      readonly kind: "pattern-paused";
      readonly pattern: string;
      readonly reason: string;
      readonly by: string;
    }
  | { readonly kind: "pattern-resumed"; readonly pattern: string; readonly by: string }
  | { readonly kind: "agent-paused"; readonly agent: string; readonly reason: string; readonly by: string }
  | { readonly kind: "agent-resumed"; readonly agent: string; readonly by: string }
  | ({ readonly kind: "breaker-changed" } & BreakerChange)
  | {
      readonly kind: "schedule-set";
      readonly name: string;
      readonly cron: string;
      readonly timeZone: string;
      readonly missed: "skip" | "once" | "all";
      readonly pattern: string;
      readonly input: PayloadId | undefined;
      readonly context: ContextRequest;
      readonly by: string;
    }
  | { readonly kind: "schedule-removed"; readonly name: string; readonly by: string }
  /** Other settings hold from here on; without a profile, those that the runtime was opened with. */
  | { readonly kind: "profile-activated"; readonly profile?: string; readonly by: string }
  /** An alert began to fire, or is resolved. */
  | ({ readonly kind: "alert-changed" } & AlertChange)
  /** News of the alerts that are named so is not handed on until then. */
  | ({ readonly kind: "alert-silenced"; readonly silence: string } & Omit<Silence, "id" | "at">)
  | { readonly kind: "silence-ended"; readonly silence: string; readonly by: string }
  /** To whom news of alerts is handed on from here on. */
  | { readonly kind: "alert-receivers-set"; readonly receivers: readonly string[] }
  | {
      readonly kind: "alert-delivery-tried";
      readonly receiver: string;
      /** The position of the change. */
      readonly change: number;
      /** "failed" is tried again; "silenced" was over before anybody was to know. */
      readonly outcome: "delivered" | "failed" | "given-up" | "silenced";
      readonly error?: string;
    }
  /** Someone has judged what the run did; its outcome stays what it is. */
  | {
      readonly kind: "feedback-given";
      /** 0 to 1. */
      readonly score: number;
      /** What the run had taught by then; absent where it has not ended, or teaches nothing. */
      readonly before?: number;
      /** The run's, so that folds need not look them up. */
      readonly pattern: string;
      readonly domain: string;
      readonly by: string;
      readonly note?: string;
    }
  /** Every ten seconds, where a runtime is asked for telemetry. */
  | { readonly kind: "resources-sampled"; readonly sample: ResourceSample }
  /** From here on the run knows secrets: those that are sealed in this value. */
  | { readonly kind: "secrets-sealed"; readonly payload: PayloadId }
  | {
      readonly kind: "run-stranded";
      readonly reason: string;
      readonly hint: string;
      /** So that folds need not look it up; missing in older logs. */
      readonly pattern?: string;
    }
  | { readonly kind: "run-unstranded" }
  /** With all that its attempts, and the runs that it awaited, have used; those that it only started count for themselves. */
  | ({
      readonly kind: "run-ended";
      readonly outcome: StoredOutcome;
      /** What folds need to know of the run, so that they need not keep those that go on. */
      readonly pattern: string;
      readonly domain: string;
      /** From its start, time in the queue included. */
      readonly durationMs: number;
      /** Who asked; absent where it is "local". */
      readonly principal?: string;
      /** Of a completed run: feedback given before, else the mean of its steps' scores; absent where there is neither. */
      readonly score?: number;
      /** False for a retry or fork: it says nothing new of its pattern. */
      readonly teaches?: false;
      /** Those of the choice that it began with. */
      readonly features?: Readonly<Record<string, number>>;
      /** Patterns of the run that declare what must survive it, and whether it did; absent where none does. */
      readonly preserved?: readonly { readonly pattern: string; readonly ok: boolean }[];
      /** Why the run becomes a trace; absent where it does not. */
      readonly trace?: TraceKept;
      /** How many lines of its log were dropped since it was last brought back to memory; absent where none was. */
      readonly logDropped?: number;
    } & Usage);

export type EventKind = Fact["kind"];

/** What the end of a run tells beside its outcome. */
export type EndFacts = Pick<Extract<Fact, { readonly kind: "run-ended" }>, "score" | "preserved">;

/** A context that a step has changed. */
export interface ContextUpdate {
  /** What can be changed of it, after the codec. */
  readonly value: string;
  readonly fact: Extract<Fact, { readonly kind: "context-changed" }>;
}

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
export type Event = EventHead &
  Fact & {
    readonly path?: Path;
    readonly attempt?: number;
    /** It came about in the run that this one was forked from. */
    readonly copied?: boolean;
  };
