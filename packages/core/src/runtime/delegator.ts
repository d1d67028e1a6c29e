/** Delegates tasks: chooses a pattern for a context, and starts its run with the choice on record. */
import type { ContextRequest } from "../delegation/context.ts";
import { makeContext } from "../delegation/make-context.ts";
import type { Engine, RunRecord } from "../engine/engine.ts";
import { ReeveError } from "../errors.ts";
import { delegatedTasks } from "../patterns/delegated.ts";
import type { Registry } from "../selection/registry.ts";
import type { Chooser } from "./chooser.ts";
import type { Settings } from "./settings.ts";
import type { Starter } from "./starter.ts";

export interface DelegateTaskOptions {
  /** Delegating twice with one id starts one run. @default a new id */
  readonly id?: string;
  /** The run is queued and begins after so many milliseconds, 0 or more. @default it begins at once */
  readonly delayMs?: number;
  /** As `delayMs`, but a point in time: a Date, or epoch milliseconds. */
  readonly runAt?: Date | number;
  /** False: the most trusted pattern is chosen, nothing is tried to learn about it. @default as the settings say */
  readonly explore?: boolean;
  /**
   * The caller's span in the W3C's form, `00-TRACE-SPAN-FLAGS`: the run becomes part of that trace.
   * @default the run begins a trace of its own
   */
  readonly traceparent?: string;
}

export interface DelegatorHost {
  readonly engine: Engine;
  readonly registry: Registry;
  readonly settings: Settings;
  readonly starter: Starter;
  readonly chooser: Chooser;
}

export class Delegator {
  readonly #host: DelegatorHost;
  /** Tasks with an id of their caller's that are being started here. */
  readonly #starting: Map<string, Promise<unknown>>;

  constructor(host: DelegatorHost, starting: Map<string, Promise<unknown>> = new Map()) {
    this.#host = host;
    this.#starting = starting;
  }

  /** Delegates for another caller. */
  as(settings: Settings, starter: Starter): Delegator {
    return new Delegator({ ...this.#host, settings, starter }, this.#starting);
  }

  /** The id of the run, once its start is on disk. */
  async delegate(request: ContextRequest, input: unknown, options: DelegateTaskOptions): Promise<string> {
    const { id } = options;
    if (id === undefined) return this.#start(request, input, options);
    // Two calls with one id are one task: the second must not draw another pattern.
    while (this.#starting.has(id)) await this.#starting.get(id);
    const starting = this.#startOnce(request, input, { ...options, id });
    this.#starting.set(id, Promise.allSettled([starting]));
    try {
      return await starting;
    } finally {
      this.#starting.delete(id);
    }
  }

  async #startOnce(
    request: ContextRequest,
    input: unknown,
    options: DelegateTaskOptions & { readonly id: string },
  ): Promise<string> {
    const existing = await this.#host.engine.find(options.id);
    if (existing) return this.#again(existing, request, input);
    try {
      return await this.#start(request, input, options);
    } catch (error) {
      if (!(error instanceof ReeveError) || error.code !== "run-conflict") throw error;
      // Another process was faster, and drew another pattern.
      const started = await this.#host.engine.find(options.id);
      if (!started) throw error;
      return this.#again(started, request, input);
    }
  }

  async #start(request: ContextRequest, input: unknown, options: DelegateTaskOptions): Promise<string> {
    const { chooser, registry, settings, starter } = this.#host;
    const context = makeContext(request, undefined, settings.caller);
    await chooser.follow();
    const decision = await chooser.decide(context, options.explore);
    if (!decision.chosen || !chooser.mayTryAgain) return starter.delegate(decision, context, input, options);
    // The tries must outlive the process, so they are children of a run; it chooses for itself, at its own time.
    const standing = options.explore === false ? delegatedTasks.trusting : delegatedTasks.exploring;
    const registered = registry.continuing(standing.name, standing.version ?? "");
    if (!registered) throw new RangeError(`the registry does not keep '${standing.name}'`);
    return starter.start(registered, input, { ...options, context: request });
  }

  /**
   * The run that has the id, if it is the same task: this input, domain and agent type. Nothing is chosen again.
   * @throws ReeveError `run-conflict`
   */
  async #again(existing: RunRecord, request: ContextRequest, input: unknown): Promise<string> {
    const { registry, settings, starter } = this.#host;
    const { id, pattern, patternVersion, context } = existing;
    const { domain, agentType } = makeContext(request, undefined, settings.caller);
    if (domain !== context.domain || agentType !== context.agentType) {
      throw new ReeveError(
        "run-conflict",
        `run '${id}' exists for domain '${context.domain}' and agent type '${context.agentType}', not '${domain}' and '${agentType}'`,
        { hint: "use another id, or no id to have one made" },
      );
    }
    await starter.restart(existing, registry.continuing(pattern, patternVersion), input);
    return id;
  }
}
