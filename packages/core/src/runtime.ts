/**
 * The main path: `createRuntime` wires an engine to the interpreter and hands out runs. Only wiring: what a pattern
 * means is execution's, what is durable is the engine's.
 */
import { releaseAgents, useAgents } from "./agent-use.ts";
import type { AgentNode, Runnable } from "./delegation/agent.ts";
import type { Context, ContextRequest } from "./delegation/context.ts";
import type { Event } from "./delegation/event.ts";
import { makeContext } from "./delegation/make-context.ts";
import type { Outcome } from "./delegation/outcome.ts";
import type { Pattern } from "./delegation/pattern.ts";
import type { Engine, EventQuery, Host, Journal, RunPage, RunQuery, RunRecord } from "./engine/engine.ts";
import { ReeveError } from "./errors.ts";
import { addressSignal, checkAnswer } from "./execution/address-signal.ts";
import { admit } from "./execution/admit.ts";
import { interpret } from "./execution/interpret.ts";
import { phaseDurations } from "./execution/phase-durations.ts";
import { makeWalkHost, type LocalWalkHost } from "./execution/make-walk-host.ts";
import { hasSlowdown } from "./patterns/slowdown.ts";
import { agentsOf } from "./patterns/tree.ts";
import type { EventOptions, RunHandle, SignalOptions } from "./run-handle.ts";
import { checkContextKeys, checkRunId, checkSignalKey, reasonText } from "./runtime/check-call.ts";
import { checkEventQuery, checkRunQuery } from "./runtime/check-query.ts";
import { resolveSettings, type RuntimeOptions, type Settings } from "./runtime/settings.ts";
import { Registry } from "./selection/registry.ts";

export type { RuntimeOptions } from "./runtime/settings.ts";

export interface StartOptions {
  /** Starting twice with one id starts one run. @default a new id */
  readonly id?: string;
  readonly context?: ContextRequest;
}

export interface Runtime extends AsyncDisposable {
  readonly engine: Engine;
  /** Every pattern that runs can be started with. */
  readonly patterns: readonly Pattern[];
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
  /** A run by its id; whether the log knows it shows at the first question. */
  run(id: string): RunHandle;
  /** @throws ReeveError `option-invalid` */
  runs(query?: RunQuery): Promise<RunPage>;
  /**
   * The events of all runs in order, those to come included.
   * @throws ReeveError `option-invalid`
   */
  events(query?: EventQuery): AsyncIterable<Event>;
  /** Lets running attempts finish for `drainMs`, then stops them; unfinished runs go on at the next start. */
  close(): Promise<void>;
}

/**
 * Opens the engine and resumes what is unfinished.
 * @throws ReeveError `option-invalid`, `pattern-invalid`, `pattern-duplicate`, and what opening the engine throws;
 * then the engine is closed.
 */
export async function createRuntime(options: RuntimeOptions): Promise<Runtime> {
  const settings = resolveSettings(options);
  const registry = new Registry();
  for (const pattern of options.patterns) registry.register(pattern);
  const agents = new Set(options.patterns.flatMap((pattern) => agentsOf(pattern)));
  const { engine } = options;
  const walkHost = makeWalkHost(engine, settings);
  await engine.open(makeHost(registry, walkHost, settings));
  useAgents(agents);
  try {
    // A guest walks nothing, so nobody asks it how long phases usually take.
    const measures = engine.role === "owner" && options.patterns.some((pattern) => hasSlowdown(pattern));
    if (measures) walkHost.durations = await engine.fold(phaseDurations);
    await engine.resume();
  } catch (error) {
    await giveUp(engine, agents, settings);
    throw error;
  }
  return new LocalRuntime(engine, registry, agents, settings);
}

/** Frees what a runtime that can't start holds: the file and its lock, threads. */
async function giveUp(engine: Engine, agents: ReadonlySet<AgentNode>, settings: Settings): Promise<void> {
  const freed = await Promise.allSettled([engine.close({ drainMs: 0 }), releaseAgents(agents)]);
  for (const one of freed) {
    // What kept the runtime from starting is thrown; this came of it.
    if (one.status === "rejected") settings.report({ what: "closing failed", error: one.reason });
  }
}

function makeHost(registry: Registry, walkHost: LocalWalkHost, settings: Settings): Host {
  return {
    report: settings.report,
    interpret: async (journal) => {
      const { pattern: name, patternVersion } = journal.run;
      const registered = registry.continuing(name, patternVersion);
      if (registered) await interpret(journal, registered.pattern, walkHost);
      else strand(journal);
    },
  };
}

function strand(journal: Journal): void {
  const { id, pattern, patternVersion } = journal.run;
  journal.strand(
    `version '${patternVersion}' of pattern '${pattern}' is not registered`,
    `register that version again, or a newer one with continues: ["${patternVersion}"]; or have it cancelled once it is there: reeve cancel ${id}`,
  );
}

class LocalRuntime implements Runtime {
  readonly engine: Engine;
  readonly #registry: Registry;
  readonly #agents: ReadonlySet<AgentNode>;
  readonly #settings: Settings;
  readonly #defaults = new Map<Pattern, Context>();
  #closing: Promise<void> | undefined;

  constructor(engine: Engine, registry: Registry, agents: ReadonlySet<AgentNode>, settings: Settings) {
    this.engine = engine;
    this.#registry = registry;
    this.#agents = agents;
    this.#settings = settings;
  }

  get patterns(): readonly Pattern[] {
    return this.#registry.all().map((registered) => registered.pattern);
  }

  async start<Output>(
    pattern: string | Pattern,
    input: unknown,
    options: StartOptions = {},
  ): Promise<RunHandle<Output>> {
    const registered =
      typeof pattern === "string" ? this.#registry.named(pattern) : this.#registry.holding(pattern);
    const { pattern: node, version } = registered;
    const id = options.id === undefined ? this.#newId() : checkRunId(options.id);
    const context = this.#context(node, options.context);
    const admitted = await admit(node, registered.requires, input, context.grants);
    await this.engine.start({
      id,
      isNewId: options.id === undefined,
      pattern: node.name,
      patternVersion: version,
      input: admitted.input,
      context,
      ...(admitted.rejected ? { rejected: admitted.rejected } : {}),
    });
    return this.#handle(id);
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

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    await this.engine.close({ drainMs: this.#settings.drainMs });
    await releaseAgents(this.#agents);
  }

  /** Begins with the time, so that new ids stand side by side in an index: 12 hexadecimal digits, then 20 of chance. */
  #newId(): string {
    const time = Math.floor(this.engine.clock.now()).toString(16).padStart(12, "0");
    return time + this.#settings.random.id().slice(0, 20);
  }

  /** Most tasks come without a context of their own, and share one frozen default per pattern. */
  #context(pattern: Pattern, request: ContextRequest | undefined): Context {
    const { caller } = this.#settings;
    if (request !== undefined) {
      const context = makeContext(request, pattern.matches, caller);
      checkContextKeys(request);
      return context;
    }
    let context = this.#defaults.get(pattern);
    if (!context) this.#defaults.set(pattern, (context = makeContext({}, pattern.matches, caller)));
    return context;
  }

  #handle<Output>(id: string): RunHandle<Output> {
    const { engine } = this;
    return {
      id,
      // The pattern's type vouches for its output.
      outcome: () => engine.outcome(id) as Promise<Outcome<Output>>,
      // Anything may stand in place of a text in plain JavaScript; events hold texts only.
      cancel: (reason: unknown = "cancelled by its caller") =>
        engine.cancel(id, { reason: reasonText(reason), by: this.#settings.caller.principal }),
      signal: (name, answer, options) => this.#signal(id, name, answer, options),
      events: (options: EventOptions = {}) => this.events({ ...options, run: id }),
      record: () => this.#record(id),
    };
  }

  async #signal(id: string, name: string, answer: unknown, options: SignalOptions = {}): Promise<void> {
    const key = options.key === undefined ? this.#settings.random.id() : checkSignalKey(options.key);
    const record = await this.#record(id);
    const registered = this.#registry.continuing(record.pattern, record.patternVersion);
    if (!registered) {
      throw new ReeveError("run-stranded", `pattern '${record.pattern}' of run '${id}' is not registered`, {
        hint: "register the version of the pattern that the run began with",
      });
    }
    const addressed = addressSignal(registered.pattern, name);
    const { path, node } = addressed;
    const by = this.#settings.caller.principal;
    if (node.notBy === "starter" && by === record.context.principal) {
      throw new ReeveError(
        "permission-denied",
        `'${path}' must not be answered by '${by}', who started the run`,
        { hint: "have someone else answer it" },
      );
    }
    const encoded = await checkAnswer(addressed, answer);
    await this.engine.signal(id, { path, answer: encoded, key, by });
  }

  async #record(id: string): Promise<RunRecord> {
    const record = await this.engine.find(id);
    if (record) return record;
    throw new ReeveError("run-not-found", `there is no run '${id}'`, {
      hint: "list the runs with `reeve runs`",
    });
  }
}
