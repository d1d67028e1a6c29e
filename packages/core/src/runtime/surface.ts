/** What a runtime can be asked and told. */
import type { Runnable } from "../delegation/agent.ts";
import type { OpenBreaker } from "../delegation/breaker.ts";
import type { ActiveAlert, Silence } from "../delegation/alert.ts";
import type { ContextRequest } from "../delegation/context.ts";
import type { Event } from "../delegation/event.ts";
import type { Pattern } from "../delegation/pattern.ts";
import type { Engine, EventQuery, RunPage, RunQuery } from "../engine/engine.ts";
import type { ConfidenceReader } from "../learning/confidence-fold.ts";
import type { Advice } from "../patterns/advice.ts";
import type { TracingOptions } from "../telemetry/keep-trace.ts";
import type { RunHandle } from "../run-handle.ts";
import type { CallerOptions } from "./caller-within.ts";
import type { ChoicePreview } from "./choice-preview.ts";
import type { DelegateTaskOptions } from "./delegator.ts";
import type { Pausable, Paused, ScheduleOptions, ScheduleView } from "./operations.ts";
import type { AlertRules } from "./alert-rules.ts";
import type { SilenceOptions } from "./silences.ts";
import type { Telemetry } from "./telemetry.ts";

export interface StartOptions {
  /** Starting twice with one id starts one run. @default a new id */
  readonly id?: string;
  readonly context?: ContextRequest;
  /** The run is queued and begins after so many milliseconds, 0 or more. @default it begins at once */
  readonly delayMs?: number;
  /** As `delayMs`, but a point in time: a Date, or epoch milliseconds. */
  readonly runAt?: Date | number;
  /**
   * The caller's span in the W3C's form, `00-TRACE-SPAN-FLAGS`: the run becomes part of that trace.
   * @default the run begins a trace of its own
   */
  readonly traceparent?: string;
}

export interface Runtime extends AsyncDisposable {
  readonly engine: Engine;
  /** What is known of the log; undefined unless `telemetry` was asked for. */
  readonly telemetry: Telemetry | undefined;
  /** Which runs become traces. */
  readonly tracing: Required<TracingOptions>;
  /** Every pattern that runs can be started with, in all its versions. */
  readonly patterns: readonly Pattern[];
  /**
   * Adds a pattern, or a version of one: the version registered last starts new runs. Stranded runs that it can go on
   * with do so. Resolves when they do, with advice on the pattern.
   * @throws ReeveError `pattern-duplicate`, `pattern-invalid`
   */
  register(pattern: Pattern): Promise<readonly Advice[]>;
  /**
   * Puts a pattern in the place of all versions of its name; runs that have begun go on in the version they began with.
   * @throws ReeveError `pattern-not-found` when nothing has the name, `pattern-invalid`
   */
  replace(pattern: Pattern): Promise<readonly Advice[]>;
  /**
   * Removes a version, or all versions of a name: none is started or chosen any more. Runs that have begun go on while
   * this runtime is open; if the version is not registered at the next start, they are stranded.
   * @throws ReeveError `pattern-not-found`
   */
  unregister(pattern: Pattern | string): Promise<void>;
  /**
   * Starts a run; resolves when its start is on disk. A task that is refused gives a run that ended as `rejected`.
   * @throws ReeveError `pattern-not-found`, `run-conflict`, `run-id-invalid`, `permission-denied`, `option-invalid`
   */
  start<Input, Output>(
    pattern: Pattern & Runnable<string, Input, Output>,
    input: NoInfer<Input>,
    options?: StartOptions,
  ): Promise<RunHandle<Output>>;
  start(pattern: string, input: unknown, options?: StartOptions): Promise<RunHandle>;
  /**
   * Has Reeve choose a pattern for the task and starts its run; resolves when that is on disk. The choice is kept with
   * the run's start. A task that no pattern can take gives a run that ended as `rejected`, with one of the codes
   * `pattern-not-found`, `permission-denied`, `confidence-too-low`, `resources-exhausted`. An id that exists gives that
   * run, if it has this input, domain and agent type; nothing is chosen again then. Where
   * `recovery["execution-failed"]` is on, the run stands for the task, and its tries are children of it.
   * @throws ReeveError `run-conflict`, `run-id-invalid`, `permission-denied` for grants that the caller does not hold,
   * `option-invalid`
   */
  delegate<Output = unknown>(
    context: ContextRequest,
    input: unknown,
    options?: DelegateTaskOptions,
  ): Promise<RunHandle<Output>>;
  /**
   * How a task would be delegated now: the candidates with what is believed of them, and why. Draws nothing and starts
   * nothing.
   * @throws ReeveError `permission-denied` for grants that the caller does not hold, `option-invalid`
   */
  choose(context: ContextRequest): Promise<ChoicePreview>;
  /**
   * What was learned from the log so far; of another process's log, as far as it was read. Nothing is told of patterns
   * that this runtime's grants do not cover.
   */
  confidence(): Promise<ConfidenceReader>;
  /** A run by its id; whether the log knows it shows at the first question. */
  run(id: string): RunHandle;
  /** @throws ReeveError `option-invalid` */
  runs(query?: RunQuery): Promise<RunPage>;
  /**
   * The events of all runs in order, those to come included.
   * @throws ReeveError `option-invalid`
   */
  events(query?: EventQuery): AsyncIterable<Event>;
  /**
   * Holds back every attempt of a pattern's runs, or of an agent, until it is resumed; kept in the log, so that it holds
   * over restarts. What runs may end; new runs of a paused pattern are queued.
   * @throws ReeveError `pattern-not-found`, `agent-not-found`, `option-invalid`
   */
  pause(what: Pausable, reason?: string): Promise<void>;
  /** Lets what is paused go on; harmless when it is not. */
  resume(what: Pausable): Promise<void>;
  paused(): Paused;
  /**
   * Starts a run of a pattern at every time that `cron` names. Kept in the log; setting it again replaces it.
   * @throws ReeveError `schedule-invalid`, `pattern-not-found`, `option-invalid`
   */
  schedule(name: string, options: ScheduleOptions): Promise<void>;
  /** Forgets a schedule; harmless when there is none. Its runs stay. */
  unschedule(name: string): Promise<void>;
  schedules(): readonly ScheduleView[];
  /**
   * The same runtime for somebody else: what is asked of it bears that name, and runs started so may at most what the
   * caller holds. For those who check credentials, such as a server.
   * @throws ReeveError `option-invalid`
   */
  as(caller: CallerOptions): RuntimeOfCaller;
  /**
   * Puts the settings of one of `createRuntime({ profiles })` in force, or, without a name, those without a profile;
   * kept in the log, so that it holds over restarts and for every process.
   * @throws ReeveError `option-invalid`
   */
  activate(profile?: string): Promise<void>;
  /** The active profile; undefined: none. */
  profile(): string | undefined;
  /** What alerts follow from beside the log; for `followAlerts`. */
  readonly alertRules: AlertRules;
  /** The breakers that are not closed, by agent. */
  breakers(): ReadonlyMap<string, OpenBreaker>;
  /** The alerts that fire, those that began first first; the log's owner evaluates its objectives every 30 seconds. */
  alerts(): readonly ActiveAlert[];
  /**
   * Has no news of an alert handed on for a while; the alert fires and is resolved as ever. Kept in the log with who asked.
   * @param alert its name, or the beginning of some names and a `*`
   * @returns the silence's id
   * @throws ReeveError `option-invalid`
   */
  silence(alert: string, options: SilenceOptions): Promise<string>;
  /** Ends a silence before its time; harmless when there is none. */
  unsilence(id: string): Promise<void>;
  /** The silences in force, the next to end first. */
  silences(): readonly Silence[];
  /**
   * Has the alert `export-lag/NAME` fire while what is handed on to another tool stays behind the log.
   * @param position of the last event that was handed on
   * @param refused how much the other tool has refused for good, ever: what is added is counted in the metrics
   * @returns stops watching
   */
  watchExport(name: string, position: () => number, refused?: () => number): () => void;
  /** Lets running attempts finish for `drainMs`, then stops them; unfinished runs go on at the next start. */
  close(): Promise<void>;
}

/** What callers other than the process itself can ask of a runtime. */
export type RuntimeOfCaller = Pick<
  Runtime,
  | "start"
  | "confidence"
  | "delegate"
  | "choose"
  | "run"
  | "runs"
  | "events"
  | "pause"
  | "resume"
  | "paused"
  | "schedule"
  | "unschedule"
  | "schedules"
  | "silence"
  | "unsilence"
  | "silences"
>;
