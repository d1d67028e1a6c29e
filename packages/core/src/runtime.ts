/**
 * The main path: `createRuntime` wires an engine to the interpreter and hands out runs. Only wiring: what a pattern
 * means is execution's, what is durable is the engine's.
 */
import { releaseAgents, useAgents } from "./agent-use.ts";
import type { AgentNode, Runnable } from "./delegation/agent.ts";
import type { ContextRequest } from "./delegation/context.ts";
import { makeContext } from "./delegation/make-context.ts";
import type { Event } from "./delegation/event.ts";
import type { Caller } from "./delegation/make-context.ts";
import type { Pattern } from "./delegation/pattern.ts";
import type { Engine, EventQuery, RunPage, RunQuery } from "./engine/engine.ts";
import type { ConfidenceReader } from "./learning/confidence-fold.ts";
import { phaseDurations } from "./execution/phase-durations.ts";
import { makeWalkHost } from "./execution/make-walk-host.ts";
import { hasSlowdown } from "./patterns/slowdown.ts";
import { agentsOf, usableGrants } from "./patterns/tree.ts";
import type { Advice } from "./patterns/advice.ts";
import type { RunHandle } from "./run-handle.ts";
import { callerWithin, type CallerOptions } from "./runtime/caller-within.ts";
import { checkEventQuery, checkRunQuery } from "./runtime/check-query.ts";
import { Chooser } from "./runtime/chooser.ts";
import { usableWith, visibleConfidence } from "./runtime/visible-choice.ts";
import type { ChoicePreview } from "./runtime/choice-preview.ts";
import { Delegator, type DelegateTaskOptions } from "./runtime/delegator.ts";
import { LocalRun } from "./runtime/local-run.ts";
import {
  Operations,
  type Pausable,
  type Paused,
  type ScheduleOptions,
  type ScheduleView,
} from "./runtime/operations.ts";
import { makeHost } from "./runtime/make-host.ts";
import { Profiles } from "./runtime/profiles.ts";
import { Registrations } from "./runtime/registrations.ts";
import { Scheduler } from "./runtime/scheduler.ts";
import { Starter } from "./runtime/starter.ts";
import { openTelemetry, type Sampler, type Telemetry } from "./runtime/telemetry.ts";
import { readStored } from "./runtime/stored-patterns.ts";
import { resolveSettings, type RuntimeOptions, type Settings } from "./runtime/settings.ts";
import { Registry } from "./selection/registry.ts";

export type { Pausable, Paused, ScheduleOptions, ScheduleView } from "./runtime/operations.ts";
export type { CallerOptions } from "./runtime/caller-within.ts";
export type { ChoicePreview, PreviewedCandidate } from "./runtime/choice-preview.ts";
export type { DelegateTaskOptions } from "./runtime/delegator.ts";
export type { RuntimeOptions } from "./runtime/settings.ts";

export interface StartOptions {
  /** Starting twice with one id starts one run. @default a new id */
  readonly id?: string;
  readonly context?: ContextRequest;
  /** The run is queued and begins after so many milliseconds, 0 or more. @default it begins at once */
  readonly delayMs?: number;
  /** As `delayMs`, but a point in time: a Date, or epoch milliseconds. */
  readonly runAt?: Date | number;
}

export interface Runtime extends AsyncDisposable {
  readonly engine: Engine;
  /** What is known of the log; undefined unless `telemetry` was asked for. */
  readonly telemetry: Telemetry | undefined;
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
   * run, if it has this input, domain and agent type; nothing is chosen again then.
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
>;

/**
 * Opens the engine and resumes what is unfinished.
 * @throws ReeveError `option-invalid`, `pattern-invalid`, `pattern-duplicate`, `stored-patterns-invalid`, and what
 * opening the engine throws; then the engine is closed.
 */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const settings = resolveSettings(options);
  const registry = new Registry();
  const patterns = [...options.patterns, ...readStored(options.stored)];
  for (const pattern of patterns) {
    registry.register(pattern);
    settings.widenGrants(usableGrants(pattern));
  }
  const agents = new Set(patterns.flatMap((pattern) => agentsOf(pattern)));
  const { engine } = options;
  const starter = new Starter(engine, settings);
  const scheduler = new Scheduler({ engine, registry, starter, settings });
  const profiles = new Profiles(engine, settings);
  const chooser = new Chooser({ engine, registry, settings, profiles });
  const delegator = new Delegator({ engine, registry, settings, starter, chooser });
  const walkHost = makeWalkHost(engine, settings, {
    choose: (context) => chooser.chosen(context),
    knownPoor: (pattern, context) => chooser.knownPoor(pattern, context),
    timeoutMsIn: (domain) => profiles.choosing.settingsIn(domain).timeoutMs,
    startDetached: (parent, path, start) =>
      starter.startDetached(registry.named(start.pattern), parent, path, start),
  });
  const host = makeHost(registry, walkHost, settings);
  await engine.open({ ...host, controlsChanged: () => scheduler.look() });
  useAgents(agents);
  try {
    // What is learned must not depend on who asks when, and is lost once events are trimmed. A guest only reads.
    if (engine.role === "owner") await chooser.follow();
    // A guest walks nothing, so nobody asks it how long phases usually take.
    const measures = engine.role === "owner" && patterns.some((pattern) => hasSlowdown(pattern));
    if (measures) walkHost.durations = await engine.fold(phaseDurations);
    await engine.resume();
    scheduler.look();
  } catch (error) {
    await giveUp(engine, agents, settings);
    throw error;
  }
  const registrations = new Registrations({ engine, registry, walkHost, settings, agents });
  const root = settings.caller;
  const own = { engine, registry, agents, settings, starter, scheduler, registrations, root };
  const parts = { ...own, profiles, chooser, delegator };
  return new LocalRuntime({ ...parts, ...(await openTelemetry(engine, settings)) });
}

/** Frees what a runtime that can't start holds: the file and its lock, threads. */
async function giveUp(engine: Engine, agents: ReadonlySet<AgentNode>, settings: Settings): Promise<void> {
  const freed = await Promise.allSettled([engine.close({ drainMs: 0 }), releaseAgents(agents)]);
  for (const one of freed) {
    // What kept the runtime from starting is thrown; this came of it.
    if (one.status === "rejected") settings.report({ what: "closing failed", error: one.reason });
  }
}

interface Parts {
  readonly engine: Engine;
  readonly registry: Registry;
  readonly agents: ReadonlySet<AgentNode>;
  readonly settings: Settings;
  readonly starter: Starter;
  readonly scheduler: Scheduler;
  readonly registrations: Registrations;
  readonly profiles: Profiles;
  readonly chooser: Chooser;
  readonly delegator: Delegator;
  readonly telemetry?: Telemetry;
  readonly sampler?: Sampler;
  /** The caller that the process is by itself. */
  readonly root: Caller;
}

class LocalRuntime implements Runtime {
  readonly engine: Engine;
  readonly #registry: Registry;
  readonly #agents: ReadonlySet<AgentNode>;
  readonly #settings: Settings;
  readonly #starter: Starter;
  readonly #operations: Operations;
  readonly #scheduler: Scheduler;
  readonly #registrations: Registrations;
  readonly #parts: Parts;
  readonly #chooser: Chooser;
  readonly #delegator: Delegator;
  #closing: Promise<void> | undefined;

  constructor(parts: Parts) {
    const { engine, registry, agents, settings, starter, scheduler, registrations, root } = parts;
    this.#parts = parts;
    this.engine = engine;
    this.#registry = registry;
    this.#agents = agents;
    this.#settings = settings;
    this.#starter = starter;
    this.#scheduler = scheduler;
    this.#registrations = registrations;
    this.#chooser = parts.chooser;
    this.#delegator = parts.delegator;
    this.#operations = new Operations(engine, registry, settings.caller, root);
  }

  get telemetry(): Telemetry | undefined {
    return this.#parts.telemetry;
  }

  get patterns(): readonly Pattern[] {
    return this.#registry.all().map((registered) => registered.pattern);
  }

  register(pattern: Pattern): Promise<readonly Advice[]> {
    return this.#registrations.register(pattern);
  }

  replace(pattern: Pattern): Promise<readonly Advice[]> {
    return this.#registrations.replace(pattern);
  }

  unregister(pattern: Pattern | string): Promise<void> {
    return this.#registrations.unregister(pattern);
  }

  async start<Output>(
    pattern: string | Pattern,
    input: unknown,
    options: StartOptions = {},
  ): Promise<RunHandle<Output>> {
    const registered =
      typeof pattern === "string" ? this.#registry.named(pattern) : this.#registry.holding(pattern);
    return this.#handle(await this.#starter.start(registered, input, options));
  }

  async delegate<Output>(
    context: ContextRequest,
    input: unknown,
    options: DelegateTaskOptions = {},
  ): Promise<RunHandle<Output>> {
    return this.#handle(await this.#delegator.delegate(context, input, options));
  }

  async choose(context: ContextRequest): Promise<ChoicePreview> {
    await this.#chooser.follow();
    return this.#chooser.preview(makeContext(context, undefined, this.#settings.caller));
  }

  async confidence(): Promise<ConfidenceReader> {
    const { confidence } = (await this.#chooser.follow()).state();
    return visibleConfidence(confidence, usableWith(this.#settings.caller.grants, this.#registry));
  }

  run(id: string): RunHandle {
    return this.#handle(id);
  }

  async runs(query: RunQuery = {}): Promise<RunPage> {
    checkRunQuery(query);
    return this.engine.runs(query);
  }

  events(query: EventQuery = {}): AsyncIterable<Event> {
    checkEventQuery(query);
    return this.engine.events(query);
  }

  pause(what: Pausable, reason: unknown = "paused by its caller"): Promise<void> {
    return this.#operations.pause(what, reason);
  }

  resume(what: Pausable): Promise<void> {
    return this.#operations.resume(what);
  }

  paused(): Paused {
    return this.#operations.paused();
  }

  schedule(name: string, options: ScheduleOptions): Promise<void> {
    return this.#operations.schedule(name, options);
  }

  unschedule(name: string): Promise<void> {
    return this.#operations.unschedule(name);
  }

  schedules(): readonly ScheduleView[] {
    return this.#operations.schedules();
  }

  as(caller: CallerOptions): RuntimeOfCaller {
    const settings = { ...this.#settings, caller: callerWithin(this.#settings.caller, caller) };
    const starter = new Starter(this.engine, settings);
    const delegator = this.#delegator.as(settings, starter);
    return new LocalRuntime({ ...this.#parts, settings, starter, delegator });
  }

  activate(profile?: string): Promise<void> {
    return this.#parts.profiles.activate(profile);
  }

  profile(): string | undefined {
    return this.#parts.profiles.active;
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#parts.sampler?.close();
    await this.#scheduler.close();
    await this.engine.close({ drainMs: this.#settings.drainMs });
    await releaseAgents(this.#agents);
  }

  #handle<Output>(id: string): RunHandle<Output> {
    return new LocalRun<Output>(id, {
      engine: this.engine,
      registry: this.#registry,
      starter: this.#starter,
      settings: this.#settings,
    });
  }
}
