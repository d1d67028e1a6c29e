/**
 * The port that makes steps durable. Outwards: start, outcome, cancel, signal, query, events, close. Towards the
 * interpreter: a `Journal` per run, through which a synchronous, deterministic walk of the pattern issues commands
 * and awaits completions. The invariants E1–E19 are in docs/invariants.md; their tests are in engine/conformance/.
 */
import type { CancelTimer, Clock } from "../clock.ts";
import type { RunChoice } from "../delegation/choice.ts";
import type { ControlFact, ControlState } from "../delegation/controls.ts";
import type { Context } from "../delegation/context.ts";
import type {
  Admission,
  ContextUpdate,
  Decision,
  EndFacts,
  Event,
  Fact,
  LogLevel,
  LoopPoint,
  RunOrigin,
  StoredOutcome,
  Usage,
} from "../delegation/event.ts";
import type { Checkpoint, Fold, FoldReader } from "../delegation/fold.ts";
import type { PlaceLimit } from "../delegation/limit.ts";
import type { Outcome, OutcomeStatus, RunState, StepError } from "../delegation/outcome.ts";
import type { Path } from "../delegation/path.ts";
import type { PayloadId, Reference } from "../delegation/reference.ts";
import type { ProcessSample } from "../delegation/resource-sample.ts";
import type { TraceKept } from "../delegation/trace-kept.ts";

/** A value after the codec; see delegation/codec.ts. */
export type Encoded = string;

/** What an engine can promise; conformance tests that need more are skipped, and say so. */
export interface Capabilities {
  /** What was acknowledged outlives the process. */
  readonly survivesCrash: boolean;
  /** The log is a file that other processes can read. */
  readonly file: boolean;
  /** Positions order the events of all runs. */
  readonly globalOrder: boolean;
}

export interface Engine {
  readonly capabilities: Capabilities;
  readonly clock: Clock;
  /** The log's file as an absolute path, where the log is one. */
  readonly file: string | undefined;
  /** "guest": another process owns the file; this one reads, and asks the owner to start, cancel and signal. */
  readonly role: "owner" | "guest";
  /** Names this log; part of every idempotency key. */
  readonly logId: string;
  /** Opens the log. Called once, before anything below. */
  open(host: Host): Promise<void>;
  /** Begins to work: unfinished runs resume (E9), requests of other processes are taken (E15). */
  resume(): Promise<void>;
  /** An engine for the same log that never executes: it reads, and asks the owner to start, cancel and signal. */
  asGuest(): Engine;
  /**
   * Resolves once the start is on disk. An id that exists returns that run (E4).
   * @throws ReeveError `run-conflict` when the id belongs to another pattern or input.
   */
  start(request: StartRequest): Promise<RunRecord>;
  /** Resolves when the run has ended. @throws ReeveError `run-not-found`, `secret-key-missing` */
  outcome(runId: string, options?: OutcomeOptions): Promise<Outcome>;
  /** Asks for the end of a run; harmless when it has ended. @throws ReeveError `run-not-found` */
  cancel(runId: string, request: CancelRequest): Promise<void>;
  /** Resolves once the signal is on disk. @throws ReeveError `run-not-found` */
  signal(runId: string, request: SignalRequest): Promise<void>;
  /**
   * Notes a judgement on the run, which may have ended; resolves when it is on disk. It never changes the outcome.
   * @throws ReeveError `run-not-found`
   */
  feedback(runId: string, request: FeedbackRequest): Promise<void>;
  /** No attempt of a paused run begins; those that run may end. @throws ReeveError `run-not-found`, `run-ended` */
  pause(runId: string, request: CancelRequest): Promise<void>;
  /** @throws ReeveError `run-not-found` */
  unpause(runId: string, request: { readonly by: string }): Promise<void>;
  /**
   * Says something about the log as a whole; resolves when it is on disk.
   * @param input of a schedule's runs
   */
  control(fact: ControlFact, input?: Encoded): Promise<void>;
  sample(sample: ProcessSample): void;
  /** What was said so. */
  controls(): ControlState;
  /**
   * Gates of the agent's attempts may no longer be shut: those held back are tried again, and those of as many runs that
   * are not in memory.
   */
  lookAgain(agent: string, runsMax: number): void;
  /** What the host says of a pattern has changed: stranded runs that can go on now do, on disk; so do queued ones. */
  patternChanged(pattern: string): Promise<void>;
  find(runId: string): Promise<RunRecord | undefined>;
  runs(query: RunQuery): Promise<RunPage>;
  /**
   * Every event after `from` in order, once each (E11); ends with the run when `run` is given. The iteration throws a
   * ReeveError `log-trimmed` when events after `from` are gone; from 0 it begins with what is there.
   */
  events(query: EventQuery): AsyncIterable<Event>;
  /** The value behind a reference; for showing, with secrets replaced, which takes no key. */
  read(reference: Reference, options?: OutcomeOptions): unknown;
  /** Follows the log with a fold, once for all who ask; resolves when its state has caught up with what was there. */
  fold<State>(fold: Fold<State>): Promise<FoldReader<State>>;
  /** Is told each batch of events once it is on disk, from now on, whoever wrote it. @returns stops that */
  watch(watcher: (events: readonly Event[]) => void, options?: WatchOptions): () => void;
  /** The states of the folds that are followed and went on since the position given by name; also once it is closed. */
  foldStates(after: ReadonlyMap<string, number>): readonly Checkpoint[];
  /**
   * As a guest of an owner in the same process: takes the states of its folds over. A fold that was taken over once is
   * not computed here any more.
   */
  adoptFolds(states: readonly Checkpoint[]): void;
  /** Lets running attempts finish for `drainMs`, then stops them and leaves the rest to the next start. */
  close(options: { readonly drainMs: number }): Promise<void>;
}

export interface WatchOptions {
  /** Told many batches one after the other, when states of folds are asked for or enough events have come together. @default false */
  readonly lazy?: boolean;
}

export interface OutcomeOptions {
  /** For showing: secrets in the output are replaced by "[redacted]", which takes no key. @default false */
  readonly redacted?: boolean;
}

/** What an engine asks of the runtime. */
export interface Host {
  /** Without it, nothing leaves the log. */
  readonly retention?: Retention;
  /** What secrets are sealed with; without it, a key of the engine's own. */
  readonly secretKey?: string;
  /**
   * Walks the run's pattern; called when a run starts and again whenever it is resumed. Returns when the run has
   * ended, is stranded, or was dropped from memory (then `journal.next()` never resolves).
   */
  interpret(journal: Journal): Promise<void>;
  /** Why a run that ends becomes a trace; undefined where it does not. @default none does */
  keeps?(run: RunRecord, status: OutcomeStatus, durationMs: number): TraceKept | undefined;
  /** How many runs may take up a place at once and begin per second; undefined: as many as want to. */
  limitOf(place: string): PlaceLimit | undefined;
  /** What `controls()` says has changed. */
  controlsChanged(): void;
  /** A fold or a background task threw; the run or fold concerned is parked, the engine goes on. */
  report(problem: { readonly what: string; readonly error: unknown }): void;
}

/** Which runs leave the log. */
export interface Retention {
  /** Those that ended so long ago, in milliseconds. */
  readonly afterMs: number;
  /** Is handed each run before it leaves, as one line of JSON; resolves when the lines are on disk. */
  readonly archive?: (lines: readonly string[]) => Promise<void>;
}

export interface StartRequest {
  readonly id: string;
  /** The id was made for this start, so that no run can have it yet. */
  readonly isNewId?: boolean;
  readonly pattern: string;
  readonly patternVersion: string;
  readonly input: Encoded | undefined;
  readonly context: Context;
  /** Of a run that is forked, `input` is undefined where it is that of the other run. */
  readonly origin?: RunOrigin;
  /** What a forked run is to have in place of what is stored. */
  readonly edit?: { readonly input?: Encoded; readonly output?: Encoded };
  readonly admission?: Admission;
  /** Set when the pattern was chosen. */
  readonly choice?: RunChoice;
  /** Set when the task is refused: the run is recorded as ended, and nothing executes. */
  readonly rejected?: StoredOutcome;
}

/** A child run as `record` keeps it; its input is handed on apart. */
export type ChildPlan = Pick<StartRequest, "pattern" | "patternVersion" | "context" | "admission" | "choice">;

export interface CancelRequest {
  readonly reason: string;
  readonly by: string;
}

export interface SignalRequest {
  readonly path: Path;
  readonly answer: Encoded | undefined;
  /** Sending twice with one key counts once. */
  readonly key: string;
  readonly by: string;
  /** Why the answer was refused: that is noted, and nobody receives it. */
  readonly refused?: string;
}

export interface FeedbackRequest {
  /** 0 to 1. */
  readonly score: number;
  readonly note?: string;
  readonly by: string;
}

/** A run as the `runs` fold knows it. */
export interface RunRecord {
  readonly id: string;
  readonly pattern: string;
  readonly patternVersion: string;
  readonly state: RunState;
  /** Set once the run has ended. */
  readonly outcome: OutcomeStatus | undefined;
  readonly context: Context;
  readonly input: PayloadId | undefined;
  readonly origin: RunOrigin | undefined;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
}

export interface RunQuery {
  readonly states?: readonly RunState[];
  readonly outcomes?: readonly OutcomeStatus[];
  readonly pattern?: string;
  readonly domain?: string;
  /** Epoch milliseconds, inclusive. */
  readonly startedFrom?: number;
  /** Epoch milliseconds, exclusive. */
  readonly startedBefore?: number;
  /** @default "started" */
  readonly sort?: "started" | "ended" | "duration";
  /** @default true: newest, latest, longest first */
  readonly descending?: boolean;
  /** 1 to 1,000. @default 50 */
  readonly limit?: number;
  /** `next` of the page before. */
  readonly after?: string;
}

export interface RunPage {
  readonly runs: readonly RunRecord[];
  /** Undefined on the last page. */
  readonly next: string | undefined;
}

export interface EventQuery {
  readonly run?: string;
  /** Only events with a larger position. @default 0 */
  readonly from?: number;
  /** Only events of the run with a larger `seq`, found without reading those before. @default 0 */
  readonly afterSeq?: number;
  /** Wait for events to come. @default true */
  readonly follow?: boolean;
  /** Ends the iteration. */
  readonly signal?: AbortSignal;
}

/** The events that end a command; `next()` hands them over in the order of the log. */
export type Completion = Event &
  Extract<
    Fact,
    {
      readonly kind:
        | "step-completed"
        | "attempt-failed"
        | "attempt-lost"
        | "value-recorded"
        | "value-failed"
        | "timer-fired"
        | "signal-received"
        | "child-ended"
        | "cancel-requested";
    }
  >;

/** Facts the walk states of itself; written once per kind and path, also when the walk is repeated. */
export type Note = Extract<
  Fact,
  { readonly kind: "wait-started" | "phase-started" | "phase-ended" | "level-ended" | "loop-advanced" }
>;

/** One run's durable side. Commands are keyed by path; at most one is open per path. */
export interface Journal {
  readonly run: RunRecord;
  readonly logId: string;
  /** Epoch milliseconds from which the run's deadline counts: its start, or when it was to begin. */
  readonly beginsAt: number;
  /** From where the loop at `path` goes on; undefined: from its beginning. */
  loopPoint(path: Path): LoopPoint | undefined;
  /** While a forked run takes over what another one did: what that is at `path`. */
  takesOver(path: Path): Completion | undefined;
  /** What the node at `path` gets in place of its input, in a run that was forked so. */
  editedInput(path: Path): Reference | undefined;
  /** Makes one attempt; completes with step-completed, attempt-failed or attempt-lost. */
  attempt(command: AttemptCommand): void;
  /** Completes with timer-fired at or after `dueAt` (epoch milliseconds). */
  timer(path: Path, dueAt: number): void;
  /** Completes with signal-received, taking the oldest signal sent to `path`. */
  awaitSignal(path: Path): void;
  /** Asks user code or a measurement once; completes with value-recorded or value-failed. */
  record(path: Path, decide: () => Recorded | Promise<Recorded>): void;
  /**
   * Starts a run of its own and awaits its end; completes with child-ended.
   * @param plan refers to a `ChildPlan`
   */
  child(path: Path, plan: Reference, input: Reference): void;
  /** Starts a run that takes over what the child did, in order to undo it; completes with child-ended. */
  undoChild(path: Path, child: string): void;
  /** Stops an attempt or a child, which still completes. */
  abort(path: Path, reason: string): void;
  /** Forgets an open timer or awaited signal; it does not complete. */
  drop(path: Path): void;
  note(fact: Note): void;
  /** The next completion, in an order that is the same in every repetition. The walk's only await. */
  next(): Promise<Completion>;
  /** The value behind a reference: a fresh copy on each call. For use inside attempts and `record`. */
  read(reference: Reference): unknown;
  /** @param facts what else is known of the run at its end */
  end(outcome: StoredOutcome, facts?: EndFacts): void;
  /** The run can't go on with the code at hand; it is shown and kept (E10). */
  strand(reason: string, hint: string): void;
}

/** An answer to `record`; a thrown error is described by `failure`. */
export type Recorded =
  | { readonly ok: true; readonly decision: Decision; readonly value?: Encoded }
  | { readonly ok: false; readonly error: StepError };

export interface AttemptCommand {
  readonly path: Path;
  /** Counted from 1. */
  readonly attempt: number;
  /** How often attempts of this step were lost. */
  readonly recovery: number;
  readonly agent: string;
  /** Limits how many attempts of the agent run at once. */
  readonly gate: Gate | undefined;
  /** Makes the attempt; never throws, and settles soon after `scope.stop` aborts. */
  begin(scope: AttemptScope): Promise<AttemptResult>;
}

/** Slots for attempts at once. Whoever entered leaves once. */
export interface Gate {
  /** No attempt is to begin until the engine is told to look again; the run may be dropped from memory meanwhile. */
  readonly isShut?: boolean;
  tryEnter(): boolean;
  /** Calls `entered` when a slot is free and taken; the function returned gives up the place in the queue. */
  queue(entered: () => void): CancelTimer;
  leave(): void;
}

/** What an engine lends to a running attempt. */
export interface AttemptScope {
  readonly stop: StopSignal;
  readonly substeps: SubstepStore;
  progress(fraction: number, note: string | undefined): void;
  log(level: LogLevel, message: string): void;
}

/** Tells an attempt to stop. The part of `AbortSignal` that is needed, so that an engine need not make one for each. */
export interface StopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

/** Finished sub-steps of one step, by name. */
export interface SubstepStore {
  get(name: string): { readonly found: true; readonly output: unknown } | { readonly found: false };
  /** Resolves when the output is on disk. */
  put(name: string, output: Encoded | undefined): Promise<void>;
}

export type AttemptResult =
  | {
      readonly ok: true;
      readonly output: Encoded | undefined;
      readonly context?: ContextUpdate;
      readonly durationMs: number;
      readonly usage?: Usage;
      /** 0 to 1. */
      readonly score?: number;
      /** Who asked, where a breaker counts it. */
      readonly principal?: string;
    }
  | {
      readonly ok: false;
      readonly error: StepError;
      readonly durationMs: number;
      readonly retryInMs?: number;
      readonly unsure: boolean;
      readonly refused?: Encoded;
      readonly usage?: Usage;
      readonly principal?: string;
      /** The agent itself failed, and its breaker counts that. */
      readonly agentFault?: true;
      /** Set when the attempt was given up while still running; settles when it ends after all. */
      readonly late?: Promise<boolean>;
    };
