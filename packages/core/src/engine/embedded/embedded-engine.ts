/**
 * The engine inside one process, over any `Store`: memory and SQLite differ only in theirs.
 *
 * Owns the opening and closing of a log and the wiring of its parts. Which runs are in memory is `LiveRuns`', what is
 * committed when `Committer`'s; patterns and agents are the `Host`'s.
 */
import type { Clock } from "../../clock.ts";
import type { Checkpoint, Fold, FoldReader } from "../../delegation/fold.ts";
import type { Event } from "../../delegation/event.ts";
import type { Outcome } from "../../delegation/outcome.ts";
import type { Reference } from "../../delegation/reference.ts";
import type { ProcessSample } from "../../delegation/resource-sample.ts";
import { ReeveError } from "../../errors.ts";
import { CONTROLS } from "../../delegation/controls.ts";
import type { ControlFact, ControlState } from "../../delegation/controls.ts";
import type {
  CancelRequest,
  Capabilities,
  Encoded,
  Engine,
  EventQuery,
  FeedbackRequest,
  Host,
  OutcomeOptions,
  RunPage,
  RunQuery,
  RunRecord,
  SignalRequest,
  StartRequest,
  WatchOptions,
} from "../engine.ts";
import type { RunRow, Store } from "../store.ts";
import { keysInMemory, type SecretKeys } from "../../secrets/keys.ts";
import { iterableEvents } from "./event-stream.ts";
import { giveFeedback } from "./give-feedback.ts";
import { newRun } from "./new-run.ts";
import { readEnd } from "./read-end.ts";
import { redactContext } from "./redact-fact.ts";
import { refuseUnlessSent, runEnded } from "./run-ended.ts";
import { storeSealed } from "./run-secrets.ts";
import { assertSameRun } from "./same-run.ts";
import { Waiters } from "./waiters.ts";
import { walkStranded } from "./walk-stranded.ts";
import { wire, type Opened } from "./wire.ts";

export interface EmbeddedOptions {
  readonly file?: string;
  readonly capabilities: Capabilities;
  readonly clock: Clock;
  /** Opens the log; called once, by `open`. */
  readonly openStore: () => Store;
  /** The same log, for reading and asking only. */
  readonly openAsGuest?: () => Store;
  /** What secrets are sealed with, if it was not given. @default a key that is gone with the process */
  readonly keys?: (given: string | undefined) => SecretKeys;
}

export class EmbeddedEngine implements Engine {
  readonly capabilities: Capabilities;
  readonly clock: Clock;
  readonly file: string | undefined;
  readonly #options: EmbeddedOptions;
  readonly #waiters: Waiters;
  #opened: Opened | undefined;
  #closing: Promise<void> | undefined;
  #closed = false;

  constructor(options: EmbeddedOptions) {
    this.#options = options;
    this.capabilities = options.capabilities;
    this.clock = options.clock;
    this.file = options.file;
    this.#waiters = new Waiters(options.clock);
  }

  get role(): "owner" | "guest" {
    return this.#open.store.role;
  }

  get logId(): string {
    return this.#open.store.logId;
  }

  asGuest(): Engine {
    const { openAsGuest, ...rest } = this.#options;
    if (!openAsGuest) throw new ReeveError("option-invalid", "this engine's log has no guests");
    return new EmbeddedEngine({ ...rest, openStore: openAsGuest });
  }

  async open(host: Host): Promise<void> {
    if (this.#opened) {
      throw new ReeveError("engine-in-use", "this engine already belongs to a runtime", {
        hint: "make one engine for each createRuntime",
      });
    }
    const { openStore, keys = keysInMemory } = this.#options;
    const secretKeys = keys(host.secretKey);
    this.#opened = wire(this, host, openStore(), this.#waiters, secretKeys);
  }

  async resume(): Promise<void> {
    const { store, runs, foreign, retention } = this.#open;
    // First, so that a cancel asked for while nobody owned the log comes before the attempt it is about.
    foreign.open();
    if (store.role === "owner") await runs.recover();
    retention.open();
  }

  async start(request: StartRequest): Promise<RunRecord> {
    // While the runtime closes, its attempts may still start runs, which are left to the next start.
    const { store, runs, committer, foreign } =
      request.origin?.parent && !this.#closed ? this.#open : this.#working;
    let digest: string | undefined;
    const existing = request.isNewId ? undefined : runs.row(request.id);
    if (existing) assertSameRun(existing, request, digest, this.#open);
    else if (store.role === "owner") {
      const run = newRun(request, this.#open);
      digest = run.inputDigest;
      runs.start(run);
    } else await foreign.start(request, () => runs.row(request.id) !== undefined);
    if (store.role === "owner") await committer.flushed();
    // One that ended long ago may have been trimmed since.
    const started = runs.row(request.id) ?? existing ?? runs.known(request.id);
    // Another process may have started a run with this id in the meantime.
    assertSameRun(started, request, digest, this.#open);
    return this.#recordOf(started);
  }

  async outcome(runId: string, { redacted = false }: OutcomeOptions = {}): Promise<Outcome> {
    const { store, runs } = this.#open;
    const row = runs.known(runId);
    // A run whose end is not on disk yet is still in memory.
    const onDisk = row.state === "ended" && !runs.has(row.key);
    const ended = onDisk ? undefined : await this.#waiters.ended(runId);
    const stored = ended ?? readEnd(store, runs.known(runId)).outcome;
    if (stored.status !== "completed") return stored;
    return { ...stored, output: this.read(stored.output, { redacted }) };
  }

  async cancel(runId: string, request: CancelRequest): Promise<void> {
    const { store, runs, committer, foreign } = this.#working;
    const row = runs.known(runId);
    if (store.role === "guest") return foreign.cancel(row.id, request);
    runs.cancel(row, request);
    await committer.flushed();
  }

  async signal(runId: string, request: SignalRequest): Promise<void> {
    const { store, runs, committer, foreign } = this.#working;
    const row = runs.known(runId);
    if (row.state === "ended") {
      await committer.flushed();
      refuseUnlessSent(store, row, request);
      return;
    }
    if (store.role === "guest") return foreign.signal(row.id, request);
    runs.wake(row)?.sendSignal(request);
    await committer.flushed();
  }

  async feedback(runId: string, request: FeedbackRequest): Promise<void> {
    const opened = this.#working;
    const row = opened.runs.known(runId);
    if (opened.store.role === "guest") return opened.foreign.feedback(row.id, request);
    giveFeedback(row, request, opened);
    await opened.committer.flushed();
  }

  async pause(runId: string, request: CancelRequest): Promise<void> {
    const { store, runs, committer, foreign } = this.#working;
    const row = runs.known(runId);
    if (row.state === "ended") throw runEnded(row, "can't be paused");
    if (store.role === "guest") return foreign.pause(row.id, request);
    runs.wake(row)?.pause(request);
    await committer.flushed();
  }

  async unpause(runId: string, request: { readonly by: string }): Promise<void> {
    const { store, runs, committer, foreign } = this.#working;
    const row = runs.known(runId);
    if (store.role === "guest") return foreign.unpause(row.id, request);
    runs.wake(row)?.unpause(request.by);
    await committer.flushed();
  }

  async control(fact: ControlFact, input?: Encoded): Promise<void> {
    const { store, committer, controls, foreign, runs, host, secrets } = this.#working;
    if (store.role === "guest") return foreign.control(fact, input);
    const isSet = fact.kind === "schedule-set" && input !== undefined;
    controls.append(isSet ? { ...fact, input: storeSealed(input, secrets) } : fact);
    // What follows from a breaker's change is told apart, since few may go on at first.
    if (fact.kind !== "breaker-changed") runs.controlsChanged("pattern" in fact ? fact.pattern : undefined);
    host.controlsChanged();
    await committer.flushed();
  }

  sample(sample: ProcessSample): void {
    this.#working.samples.append(sample);
  }

  async patternChanged(pattern: string): Promise<void> {
    const { store, committer, runs } = this.#working;
    if (store.role === "guest") return;
    runs.controlsChanged(pattern);
    await walkStranded(pattern, { store, committer, wake: (row) => void runs.wake(row) });
  }

  lookAgain(agent: string, runsMax: number): void {
    this.#open.runs.controlsChanged(undefined, agent, runsMax);
  }

  controls(): ControlState {
    const { store, controls } = this.#open;
    if (store.role === "guest") controls.catchUp();
    return controls.state;
  }

  async find(runId: string): Promise<RunRecord | undefined> {
    // What the log has, not what is on its way there.
    const row = this.#open.store.runById(runId);
    return row && row.pattern !== CONTROLS ? this.#recordOf(row) : undefined;
  }

  async runs(query: RunQuery): Promise<RunPage> {
    const { runs, next } = this.#open.store.findRuns(query);
    return { runs: runs.map((row) => this.#recordOf(row)), next };
  }

  events(query: EventQuery): AsyncIterable<Event> {
    const { store, runs } = this.#open;
    if (query.run !== undefined) runs.known(query.run);
    const host = {
      store,
      keyOf: (run: string) => store.runById(run)?.key,
      nextCommit: (signal: AbortSignal | undefined) => this.#waiters.nextCommit(signal),
      isClosed: () => this.#closed,
    };
    return iterableEvents(host, query);
  }

  read(reference: Reference, { redacted = false }: OutcomeOptions = {}): unknown {
    const { references, shown, secrets } = this.#open;
    return redacted ? secrets.vault.redact(shown.read(reference)) : references.read(reference);
  }

  async fold<State>(fold: Fold<State>): Promise<FoldReader<State>> {
    const { committer, folds, store } = this.#open;
    if (store.role === "owner" && !committer.isIdle) await committer.flushed();
    return folds.follow(fold);
  }

  watch(watcher: (events: readonly Event[]) => void, options?: WatchOptions): () => void {
    return this.#open.folds.watch(watcher, options);
  }

  foldStates(after: ReadonlyMap<string, number>): readonly Checkpoint[] {
    return this.#open.folds.statesAfter(after);
  }

  adoptFolds(states: readonly Checkpoint[]): void {
    const { folds, foreign } = this.#open;
    folds.adopt(states);
    foreign.told();
  }

  close(options: { readonly drainMs: number }): Promise<void> {
    return (this.#closing ??= this.#close(options.drainMs));
  }

  get #open(): Opened {
    if (this.#opened) return this.#opened;
    throw new ReeveError("engine-in-use", "this engine is not open", { hint: "hand it to createRuntime" });
  }

  /** As `#open`, and not closing. */
  get #working(): Opened {
    if (!this.#closing) return this.#open;
    throw new ReeveError("runtime-closed", "the runtime is closed", {
      hint: "make a new one with createRuntime",
    });
  }

  /** A run as callers see it, without what only the store needs, and without secrets. */
  #recordOf(row: RunRow): RunRecord {
    const { id, pattern, patternVersion, state, outcome, input, origin, startedAt, endedAt } = row;
    const context = redactContext(row.context, this.#open.secrets.vault);
    return { id, pattern, patternVersion, state, outcome, context, input, origin, startedAt, endedAt };
  }

  async #close(drainMs: number): Promise<void> {
    if (!this.#opened) return;
    const { store, runs, committer, folds, foreign, retention } = this.#opened;
    foreign.close();
    await retention.close();
    await runs.stop(drainMs);
    if (store.role === "owner") {
      folds.saveAll();
      await committer.flushedOrBlocked();
    }
    committer.stop(new ReeveError("runtime-closed", "the runtime closed before this was on disk"));
    this.#closed = true;
    this.#waiters.close();
    store.close();
  }
}
