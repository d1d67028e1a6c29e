/**
 * How far a run is: the state that its events add up to, and what is asked of it. See advance.ts for the fold.
 *
 * Bounded: outside of loops one entry per step of the pattern; of a loop's items only those under way.
 */
import type { Event, OutcomeStatus, RunState, StepError, TraceKept, Usage } from "@reeve/core";
import type { Plan } from "./plan.ts";
import type { Rate } from "./rate.ts";

export type StepState =
  | "running"
  | "retrying"
  | "waiting"
  | "lost"
  | "completed"
  | "skipped"
  | "failed"
  | "stopped"
  | "undoing"
  | "undone"
  | "not-undone";

/** One place of the run: a step, or a group of steps. A place without an entry has not begun. */
export interface StepProgress {
  readonly path: string;
  state: StepState;
  readonly startedAt: number;
  endedAt?: number;
  attempt: number;
  /** What the step said of itself: 0 to 1, and a note. */
  fraction?: number;
  note?: string | undefined;
  retryAt?: number;
  waitsFor?: "signal" | "time";
  error?: StepError;
  /** Its result is that of the run that this one was made from. */
  isTakenOver?: boolean;
  /** The run that the step started and awaits. */
  child?: string;
  /** Whether another pattern may be tried if that run fails. */
  mayTryAgain?: boolean;
  /** Where that run stands, as far as somebody asked. */
  childState?: RunState | undefined;
  /** Of a level of a degradation chain: why it was passed over. */
  passedOver?: string;
  /** Of a degradation chain: the level that gave its output. */
  level?: string;
  /** Of a `repeat`: which iteration goes on, counted from 1. */
  iteration?: number;
}

/** A run that a step of this one started and awaited. */
export interface ChildProgress {
  readonly run: string;
  readonly path: string;
  outcome: OutcomeStatus | undefined;
  /** Where it stands while it has not ended, as far as somebody asked. */
  state?: RunState | undefined;
}

/** A `forEach`: how many of its items are done. */
export interface LoopProgress {
  readonly items: number;
  readonly batch: number;
  readonly startedAt: number;
  endedAt?: number;
  /** When its last item or batch was over. */
  lastAt?: number;
  done: number;
  failed: number;
  readonly rate: Rate;
  /** Attempts under way below it. */
  active: number;
}

export interface Counts {
  completed: number;
  failed: number;
  retried: number;
  lost: number;
  undone: number;
}

/** Where a queued run stands among those of its pattern. */
export interface QueuePlace {
  /** So many runs of the pattern are queued that were started before it. */
  readonly before: number;
  /** Whether there are more than were counted. */
  readonly isMore: boolean;
  /** The pattern's limits in words, such as "4 at once per key"; empty where they are not known. */
  readonly limits: readonly string[];
}

export type EndedOutcome = Extract<Event, { readonly kind: "run-ended" }>["outcome"];

export interface Progress {
  readonly plan: Plan;
  /** When it began; a run that was queued was started before. */
  startedAt: number | undefined;
  readonly steps: Map<string, StepProgress>;
  readonly loops: Map<string, LoopProgress>;
  /** Per parallel place how many of its tasks have ended. */
  readonly ended: Map<string, number>;
  readonly counts: Counts;
  /** Undefined where no agent told any. */
  usage: Required<Usage> | undefined;
  /** The latest steps that failed for good. */
  readonly failures: StepProgress[];
  /** The latest child runs by id, and how many there were. */
  readonly children: Map<string, ChildProgress>;
  childCount: number;
  /** Set while the run waits to begin, in epoch milliseconds. */
  queued: { readonly since: number; readonly notBefore: number | undefined } | undefined;
  /** What the queued run waits for, as far as somebody asked. */
  queuePlace: QueuePlace | undefined;
  /** How long the run had to wait before it began. */
  queuedMs: number | undefined;
  paused: { readonly reason: string; readonly by: string; readonly at: number } | undefined;
  /** What beside the run keeps it from going on, such as a paused pattern; as far as somebody asked. */
  heldBack: string | undefined;
  cancelReason: string | undefined;
  stranded: { readonly reason: string; readonly hint: string } | undefined;
  outcome: EndedOutcome | undefined;
  /** Why its trace is kept, where it is. */
  trace: TraceKept | undefined;
  /** How good its steps said it was, or who judged it before its end. */
  score: number | undefined;
  /** The latest judgements on it. */
  readonly feedback: FeedbackProgress[];
  endedAt: number | undefined;
}

export interface FeedbackProgress {
  readonly score: number;
  readonly by: string;
  readonly note: string | undefined;
  readonly at: number;
}

/** A run of which nothing is known. */
export function newProgress(plan: Plan): Progress {
  return {
    plan,
    startedAt: undefined,
    steps: new Map(),
    loops: new Map(),
    ended: new Map(),
    counts: { completed: 0, failed: 0, retried: 0, lost: 0, undone: 0 },
    usage: undefined,
    failures: [],
    children: new Map(),
    childCount: 0,
    queued: undefined,
    queuePlace: undefined,
    queuedMs: undefined,
    paused: undefined,
    heldBack: undefined,
    cancelReason: undefined,
    stranded: undefined,
    outcome: undefined,
    trace: undefined,
    score: undefined,
    feedback: [],
    endedAt: undefined,
  };
}

/** Whether the step is under way: worth a line even where space is short. */
export function isUnderWay(step: StepProgress): boolean {
  return step.endedAt === undefined;
}
