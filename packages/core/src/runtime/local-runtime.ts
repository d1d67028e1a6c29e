/** The runtime of this process: hands each call to the room that knows what it means. */
import { releaseAgents } from "../agent-use.ts";
import type { AgentNode } from "../delegation/agent.ts";
import type { OpenBreaker } from "../delegation/breaker.ts";
import type { ActiveAlert, Silence } from "../delegation/alert.ts";
import type { ContextRequest } from "../delegation/context.ts";
import { makeContext } from "../delegation/make-context.ts";
import type { Event } from "../delegation/event.ts";
import type { Caller } from "../delegation/make-context.ts";
import type { Pattern } from "../delegation/pattern.ts";
import type { Engine, EventQuery, RunPage, RunQuery } from "../engine/engine.ts";
import type { ConfidenceReader } from "../learning/confidence-fold.ts";
import type { Advice } from "../patterns/advice.ts";
import type { TracingOptions } from "../telemetry/keep-trace.ts";
import type { Breakers } from "../execution/breaker/breakers.ts";
import type { RunHandle } from "../run-handle.ts";
import type { Alarm } from "./alarm.ts";
import { callerWithin, type CallerOptions } from "./caller-within.ts";
import { checkEventQuery, checkRunQuery } from "./check-query.ts";
import type { Chooser } from "./chooser.ts";
import { usableWith, visibleConfidence } from "./visible-choice.ts";
import type { ChoicePreview } from "./choice-preview.ts";
import type { Delegator, DelegateTaskOptions } from "./delegator.ts";
import type { AlertRules } from "./alert-rules.ts";
import { LocalRun } from "./local-run.ts";
import {
  Operations,
  type Pausable,
  type Paused,
  type ScheduleOptions,
  type ScheduleView,
} from "./operations.ts";
import type { Profiles } from "./profiles.ts";
import type { Registrations } from "./registrations.ts";
import type { Scheduler } from "./scheduler.ts";
import { Silences, type SilenceOptions } from "./silences.ts";
import { Starter } from "./starter.ts";
import type { Sampler, Telemetry } from "./telemetry.ts";
import type { Settings } from "./settings.ts";
import type { Registry } from "../selection/registry.ts";
import type { Runtime, RuntimeOfCaller, StartOptions } from "./surface.ts";

/** What `createRuntime` has wired. */
export interface Parts {
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
  readonly breakers: Breakers;
  readonly telemetry?: Telemetry;
  readonly sampler?: Sampler;
  readonly alarm?: Alarm;
  /** The caller that the process is by itself. */
  readonly root: Caller;
}

export class LocalRuntime implements Runtime {
  readonly engine: Engine;
  readonly #registry: Registry;
  readonly #agents: ReadonlySet<AgentNode>;
  readonly #settings: Settings;
  readonly #starter: Starter;
  readonly #operations: Operations;
  readonly #silences: Silences;
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
    this.#silences = new Silences(engine, settings);
    this.#operations = new Operations(engine, registry, settings.caller, root);
  }

  get telemetry(): Telemetry | undefined {
    return this.#parts.telemetry;
  }

  get alertRules(): AlertRules {
    const { objectives, alerts } = this.#settings;
    const { thresholds, limits } = alerts;
    return { objectives, thresholds, limits };
  }

  get tracing(): Required<TracingOptions> {
    return this.#settings.tracing.options;
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

  breakers(): ReadonlyMap<string, OpenBreaker> {
    return new Map(this.engine.controls().breakers);
  }

  alerts(): readonly ActiveAlert[] {
    return [...this.engine.controls().alerts.values()];
  }

  silence(alert: string, options: SilenceOptions): Promise<string> {
    return this.#silences.set(alert, options);
  }

  unsilence(id: string): Promise<void> {
    return this.#silences.end(id);
  }

  silences(): readonly Silence[] {
    return this.#silences.inForce();
  }

  watchExport(name: string, position: () => number, refused?: () => number): () => void {
    const { alarm, sampler } = this.#parts;
    const stops = [alarm?.exports.add(name, position), sampler?.watchExport(name, position, refused)];
    return () => {
      for (const stop of stops) stop?.();
    };
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    this.#parts.sampler?.close();
    this.#parts.alarm?.close();
    this.#parts.breakers.close();
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
