/** A run of this process's log, as its caller handles it. */
import type { ChoiceRecord } from "../delegation/choice.ts";
import type { Event, Fork } from "../delegation/event.ts";
import { DELEGATED } from "../delegation/delegated.ts";
import type { Outcome } from "../delegation/outcome.ts";
import { isUndo, type Path } from "../delegation/path.ts";
import type { Engine, OutcomeOptions, RunRecord } from "../engine/engine.ts";
import { ReeveError } from "../errors.ts";
import { addressSignal, checkAnswer } from "../execution/address-signal.ts";
import type {
  EventOptions,
  FeedbackOptions,
  ForkOptions,
  RetryRunOptions,
  RunHandle,
  SignalOptions,
} from "../run-handle.ts";
import type { Registered, Registry } from "../selection/registry.ts";
import { checkFork, type Edit } from "./check-fork.ts";
import { checkFeedback, checkSignalKey, reasonText } from "./check-call.ts";
import { checkEventQuery } from "./check-query.ts";
import type { Settings } from "./settings.ts";
import { usableWith, visibleChoice } from "./visible-choice.ts";
import type { Starter } from "./starter.ts";

export interface RunHost {
  readonly engine: Engine;
  readonly registry: Registry;
  readonly starter: Starter;
  readonly settings: Settings;
}

export class LocalRun<Output> implements RunHandle<Output> {
  readonly id: string;
  readonly #host: RunHost;

  constructor(id: string, host: RunHost) {
    this.id = id;
    this.#host = host;
  }

  outcome(options?: OutcomeOptions): Promise<Outcome<Output>> {
    // The pattern's type vouches for its output.
    return this.#host.engine.outcome(this.id, options) as Promise<Outcome<Output>>;
  }

  // Anything may stand in place of a text in plain JavaScript; events hold texts only.
  cancel(reason: unknown = "cancelled by its caller"): Promise<void> {
    return this.#host.engine.cancel(this.id, { reason: reasonText(reason), by: this.#caller });
  }

  pause(reason: unknown = "paused by its caller"): Promise<void> {
    return this.#host.engine.pause(this.id, { reason: reasonText(reason), by: this.#caller });
  }

  resume(): Promise<void> {
    return this.#host.engine.unpause(this.id, { by: this.#caller });
  }

  async retry(options: RetryRunOptions = {}): Promise<RunHandle<Output>> {
    const record = await this.record();
    if (record.state !== "ended") {
      throw new ReeveError(
        "run-not-ended",
        `run '${this.id}' is ${record.state}; there is nothing to retry`,
        {
          hint: "wait until it has ended, or cancel it first",
        },
      );
    }
    return this.#fork(record, { run: this.id, from: undefined }, options.id, {});
  }

  async fork(options: ForkOptions): Promise<RunHandle<Output>> {
    const record = await this.record();
    const edit = await checkFork(this.#registered(record).pattern, options);
    await this.#checkBegun(options.from ?? "");
    return this.#fork(record, { run: this.id, from: options.from ?? "" }, options.id, edit);
  }

  async signal(name: string, answer?: unknown, options: SignalOptions = {}): Promise<void> {
    const { engine, settings } = this.#host;
    const key = options.key === undefined ? settings.random.id() : checkSignalKey(options.key);
    const record = await this.record();
    const addressed = addressSignal(this.#registered(record).pattern, name);
    const { path, node } = addressed;
    const by = this.#caller;
    if (node.notBy === "starter" && by === record.context.principal) {
      const refused = `'${path}' must not be answered by '${by}', who started the run`;
      await engine.signal(this.id, { path, answer: undefined, key, by, refused });
      throw new ReeveError("permission-denied", refused, { hint: "have someone else answer it" });
    }
    const encoded = await checkAnswer(addressed, answer);
    await engine.signal(this.id, { path, answer: encoded, key, by });
  }

  async feedback(score: number, options: FeedbackOptions = {}): Promise<void> {
    const run = (await this.#lastTry()) ?? this.id;
    await this.#host.engine.feedback(run, { ...checkFeedback(score, options), by: this.#caller });
  }

  events(options: EventOptions = {}): AsyncIterable<Event> {
    const query = { ...options, run: this.id };
    checkEventQuery(query);
    return this.#host.engine.events(query);
  }

  async choice(): Promise<ChoiceRecord | undefined> {
    const child = await this.#lastTry();
    if (child !== undefined) return new LocalRun(child, this.#host).choice();
    for await (const event of this.events({ follow: false })) {
      if (event.kind !== "run-started" || !event.choice) return undefined;
      const { registry, settings } = this.#host;
      return visibleChoice(event.choice, usableWith(settings.caller.grants, registry));
    }
    return undefined;
  }

  async record(): Promise<RunRecord> {
    const record = await this.#host.engine.find(this.id);
    if (record) return record;
    throw new ReeveError("run-not-found", `there is no run '${this.id}'`, {
      hint: "list the runs with `reeve runs`",
    });
  }

  async #fork(record: RunRecord, fork: Fork, id: string | undefined, edit: Edit): Promise<RunHandle<Output>> {
    const { starter } = this.#host;
    const forked = await starter.fork(this.#registered(record), record, fork, { id, edit });
    return new LocalRun<Output>(forked, this.#host);
  }

  /** Of a run that stands for a delegated task: the run that does it, or did so last. */
  async #lastTry(): Promise<string | undefined> {
    const { pattern } = await this.record();
    if (pattern !== DELEGATED) return undefined;
    let last: string | undefined;
    for await (const event of this.events({ follow: false }))
      if (event.kind === "child-started" && !isUndo(event.path)) last = event.child;
    return last;
  }

  /** What comes before a step is known once it has begun. @throws ReeveError `option-invalid` */
  async #checkBegun(from: Path): Promise<void> {
    if (from === "") return;
    for await (const { path } of this.events({ follow: false }))
      if (path === from || path?.startsWith(`${from}/`)) return;
    throw new ReeveError("option-invalid", `fork: run '${this.id}' has not begun step '${from}'`, {
      hint: "fork it from a step that it has begun, or retry it when it has ended",
    });
  }

  get #caller(): string {
    return this.#host.settings.caller.principal;
  }

  /** @throws ReeveError `run-stranded` */
  #registered(record: RunRecord): Registered {
    const registered = this.#host.registry.continuing(record.pattern, record.patternVersion);
    if (registered) return registered;
    throw new ReeveError(
      "run-stranded",
      `pattern '${record.pattern}' of run '${this.id}' is not registered`,
      {
        hint: "register the version of the pattern that the run began with",
      },
    );
  }
}
