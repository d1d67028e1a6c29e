/**
 * The engine inside one process, over any `Store`: memory and SQLite differ only in theirs.
 *
 * Owns the opening and closing of a log and the wiring of its parts. Which runs are in memory is `LiveRuns`', what is
 * committed when `Committer`'s; patterns and agents are the `Host`'s.
 */
import { hash } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { encode } from "../../delegation/codec.ts";
import type { Event } from "../../delegation/event.ts";
import type { Outcome } from "../../delegation/outcome.ts";
import type { PayloadId, Reference } from "../../delegation/reference.ts";
import { ReeveError } from "../../errors.ts";
import { CONTROLS } from "../engine.ts";
import type {
  CancelRequest,
  Capabilities,
  ControlFact,
  ControlState,
  Encoded,
  Engine,
  EventQuery,
  Fold,
  FoldReader,
  Host,
  RunPage,
  RunQuery,
  RunRecord,
  SignalRequest,
  StartRequest,
} from "../engine.ts";
import type { RunRow, Store } from "../store.ts";
import { streamEvents } from "./event-stream.ts";
import { readEnd } from "./read-end.ts";
import { remember, signalKey } from "./replay.ts";
import { Waiters } from "./waiters.ts";
import { wire, type Opened } from "./wire.ts";

export interface EmbeddedOptions {
  readonly file?: string;
  readonly capabilities: Capabilities;
  readonly clock: Clock;
  /** Opens the log; called once, by `open`. */
  readonly openStore: () => Store;
  /** The same log, for reading and asking only. */
  readonly openAsGuest?: () => Store;
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
    this.#opened = wire(this, host, this.#options.openStore(), this.#waiters);
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
    const digest = this.#digestOf(request);
    const existing = request.isNewId ? undefined : runs.row(request.id);
    if (existing) {
      assertSame(existing, request, digest);
      this.#assertSameFork(existing, request);
    } else if (store.role === "owner") this.#begin(request, digest);
    else await foreign.start(request, () => runs.row(request.id) !== undefined);
    if (store.role === "owner") await committer.flushed();
    // One that ended long ago may have been trimmed since.
    const started = runs.row(request.id) ?? existing ?? this.#known(request.id);
    // Another process may have started a run with this id in the meantime.
    assertSame(started, request, digest);
    this.#assertSameFork(started, request);
    return recordOf(started);
  }

  async outcome(runId: string): Promise<Outcome> {
    const { store, runs } = this.#open;
    const row = this.#known(runId);
    // A run whose end is not on disk yet is still in memory.
    const onDisk = row.state === "ended" && !runs.has(row.key);
    const ended = onDisk ? undefined : await this.#waiters.ended(runId);
    const stored = ended ?? readEnd(store, this.#known(runId));
    if (stored.status !== "completed") return stored;
    return { status: "completed", output: this.read(stored.output) };
  }

  async cancel(runId: string, request: CancelRequest): Promise<void> {
    const { store, runs, committer, foreign } = this.#working;
    const row = this.#known(runId);
    if (store.role === "guest") return foreign.cancel(row.id, request);
    runs.cancel(row, request);
    await committer.flushed();
  }

  async signal(runId: string, request: SignalRequest): Promise<void> {
    const { store, runs, committer, foreign } = this.#working;
    const row = this.#known(runId);
    if (row.state === "ended") {
      await committer.flushed();
      refuseUnlessSent(store, row, request);
      return;
    }
    if (store.role === "guest") return foreign.signal(row.id, request);
    runs.wake(row)?.sendSignal(request);
    await committer.flushed();
  }

  async pause(runId: string, request: CancelRequest): Promise<void> {
    const { store, runs, committer, foreign } = this.#working;
    const row = this.#known(runId);
    if (row.state === "ended") throw runEnded(row, "can't be paused");
    if (store.role === "guest") return foreign.pause(row.id, request);
    runs.wake(row)?.pause(request);
    await committer.flushed();
  }

  async unpause(runId: string, request: { readonly by: string }): Promise<void> {
    const { store, runs, committer, foreign } = this.#working;
    const row = this.#known(runId);
    if (store.role === "guest") return foreign.unpause(row.id, request);
    runs.wake(row)?.unpause(request.by);
    await committer.flushed();
  }

  async control(fact: ControlFact, input?: Encoded): Promise<void> {
    const { store, committer, controls, foreign, runs, host } = this.#working;
    if (store.role === "guest") return foreign.control(fact, input);
    const isSet = fact.kind === "schedule-set" && input !== undefined;
    controls.append(isSet ? { ...fact, input: committer.addPayload(input) } : fact);
    runs.controlsChanged("pattern" in fact ? fact.pattern : undefined);
    host.controlsChanged();
    await committer.flushed();
  }

  controls(): ControlState {
    const { store, controls } = this.#open;
    if (store.role === "guest") controls.catchUp();
    return controls.state;
  }

  async find(runId: string): Promise<RunRecord | undefined> {
    if (runId === CONTROLS) return undefined;
    // What the log has, not what is on its way there.
    const row = this.#open.store.runById(runId);
    return row && recordOf(row);
  }

  async runs(query: RunQuery): Promise<RunPage> {
    const { runs, next } = this.#open.store.findRuns(query);
    return { runs: runs.map(recordOf), next };
  }

  events(query: EventQuery): AsyncIterable<Event> {
    const { store } = this.#open;
    if (query.run !== undefined) this.#known(query.run);
    const host = {
      store,
      keyOf: (run: string) => store.runById(run)?.key,
      nextCommit: (signal: AbortSignal | undefined) => this.#waiters.nextCommit(signal),
      isClosed: () => this.#closed,
    };
    return {
      [Symbol.asyncIterator]: () => {
        const leaving = new AbortController();
        const signal = query.signal ? AbortSignal.any([query.signal, leaving.signal]) : leaving.signal;
        const events = streamEvents(host, { ...query, signal });
        return {
          next: () => events.next(),
          // Leaving must not wait for the commit that the reader waits for.
          return: async (value: unknown) => {
            leaving.abort();
            return events.return(value);
          },
        };
      },
    };
  }

  read(reference: Reference): unknown {
    return this.#open.references.read(reference);
  }

  async fold<State>(fold: Fold<State>): Promise<FoldReader<State>> {
    const { committer, folds, store } = this.#open;
    if (store.role === "owner") await committer.flushed();
    return folds.follow(fold);
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

  /** A forked run has the input of the other one, unless it was given another. */
  #digestOf({ input, origin }: StartRequest): string {
    const fork = input === undefined ? origin?.forkedFrom : undefined;
    return fork ? this.#known(fork.run).inputDigest : digestOf(input);
  }

  #begin(request: StartRequest, inputDigest: string): void {
    const { committer, runs } = this.#open;
    const { input, edit, origin } = request;
    const store = (value: Encoded | undefined): PayloadId | undefined =>
      value === undefined ? undefined : committer.addPayload(value);
    const fork = origin?.forkedFrom;
    if (!fork) {
      runs.start({ ...request, input: store(input), inputDigest });
      return;
    }
    const source = this.#known(fork.run);
    const [editedInput, editedOutput] = [store(edit?.input), store(edit?.output)];
    const upTo = this.#open.store.lastEvent(source.key)?.seq ?? 0;
    const forkedFrom = {
      ...fork,
      upTo,
      ...(editedInput === undefined ? {} : { input: editedInput }),
      ...(editedOutput === undefined ? {} : { output: editedOutput }),
    };
    runs.start({
      ...request,
      origin: { ...origin, forkedFrom },
      input: input === undefined ? source.input : store(input),
      inputDigest: input === undefined ? source.inputDigest : inputDigest,
    });
  }

  #assertSameFork(existing: RunRow, { id, origin, edit }: StartRequest): void {
    const wanted = origin?.forkedFrom;
    if (!wanted) return;
    const { run, from, input, output } = existing.origin?.forkedFrom ?? {};
    const holds = (value: PayloadId | undefined, given: Encoded | undefined): boolean =>
      value === undefined ? given === undefined : encode(this.read({ of: "payload", id: value })) === given;
    if (
      run === wanted.run &&
      from === wanted.from &&
      holds(input, edit?.input) &&
      holds(output, edit?.output)
    )
      return;
    throw new ReeveError("run-conflict", `run '${id}' exists, and was not forked like this`, {
      hint: "use another id, or no id to have one made",
    });
  }

  #known(runId: string): RunRow {
    const row = runId === CONTROLS ? undefined : this.#open.runs.row(runId);
    if (row) return row;
    throw new ReeveError("run-not-found", `there is no run '${runId}'`, {
      hint: "list the runs with `reeve runs`",
    });
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

/** A sender that does not know whether it was heard may send again, also after the run's end. */
function refuseUnlessSent(store: Store, row: RunRow, request: SignalRequest): void {
  if (remember(store, row.key).signalKeys.has(signalKey(request.path, request.key))) return;
  throw runEnded(row, "takes no signals");
}

function runEnded(row: RunRow, consequence: string): ReeveError {
  return new ReeveError("run-ended", `run '${row.id}' has ended and ${consequence}`, {
    hint: `see how it ended with \`reeve show ${row.id}\``,
  });
}

/** A run as callers see it, without what only the store needs. */
function recordOf(row: RunRow): RunRecord {
  const { key: _key, inputDigest: _digest, ...record } = row;
  return record;
}

function digestOf(input: Encoded | undefined): string {
  return input === undefined ? "" : hash("sha256", input, "base64url");
}

function assertSame(existing: RunRow, request: StartRequest, digest: string): void {
  const { id, pattern } = request;
  if (existing.pattern !== pattern) {
    throw new ReeveError(
      "run-conflict",
      `run '${id}' exists with pattern '${existing.pattern}', not '${pattern}'`,
      {
        hint: "use another id, or no id to have one made",
      },
    );
  }
  if (existing.inputDigest !== digest) {
    throw new ReeveError("run-conflict", `run '${id}' exists with another input`, {
      hint: "use another id, or the same input to get the existing run",
    });
  }
}
