/**
 * The engine inside one process, over any `Store`: memory and SQLite differ only in theirs.
 *
 * Owns the opening and closing of a log and the wiring of its parts. Which runs are in memory is `LiveRuns`', what is
 * committed when `Committer`'s; patterns and agents are the `Host`'s.
 */
import { hash } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Event } from "../../delegation/event.ts";
import type { Outcome } from "../../delegation/outcome.ts";
import type { Reference } from "../../delegation/reference.ts";
import { ReeveError } from "../../errors.ts";
import type {
  CancelRequest,
  Capabilities,
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
import { Committer } from "./committer.ts";
import { streamEvents } from "./event-stream.ts";
import { Folds } from "./folds.ts";
import { Foreign } from "./foreign.ts";
import { LiveRuns } from "./live-runs.ts";
import { Payloads } from "./payloads.ts";
import { readEnd } from "./read-end.ts";
import { References } from "./references.ts";
import { remember, signalKey } from "./replay.ts";
import type { RunTask } from "./run-task.ts";
import { Waiters } from "./waiters.ts";

export interface EmbeddedOptions {
  readonly file?: string;
  readonly capabilities: Capabilities;
  readonly clock: Clock;
  /** Opens the log; called once, by `open`. */
  readonly openStore: () => Store;
  /** The same log, for reading and asking only. */
  readonly openAsGuest?: () => Store;
}

/** What there is between `open` and `close`. */
interface Opened {
  readonly host: Host;
  readonly store: Store;
  readonly committer: Committer;
  readonly runs: LiveRuns;
  readonly references: References;
  readonly folds: Folds;
  readonly foreign: Foreign;
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
    this.#opened = this.#wire(host, this.#options.openStore());
  }

  async resume(): Promise<void> {
    const { store, runs, foreign } = this.#open;
    if (store.role === "owner") await runs.recover();
    foreign.open();
  }

  async start(request: StartRequest): Promise<RunRecord> {
    const { store, runs, committer, foreign } = this.#working;
    const digest = digestOf(request.input);
    const existing = request.isNewId ? undefined : runs.row(request.id);
    if (existing) assertSame(existing, request, digest);
    else if (store.role === "owner") this.#begin(request, digest);
    else await foreign.start(request, () => runs.row(request.id) !== undefined);
    if (store.role === "owner") await committer.flushed();
    const started = this.#known(request.id);
    // Another process may have started a run with this id in the meantime.
    assertSame(started, request, digest);
    return recordOf(started);
  }

  async outcome(runId: string): Promise<Outcome> {
    const { store, runs } = this.#open;
    const row = this.#known(runId);
    // A run whose end is not on disk yet is still in memory.
    const onDisk = row.state === "ended" && !runs.has(row.key);
    const ended = onDisk ? undefined : await this.#waiters.ended(runId);
    const stored = ended ?? readEnd(store, row);
    if (stored.status !== "completed") return stored;
    return { status: "completed", output: this.read(stored.output) };
  }

  async cancel(runId: string, request: CancelRequest): Promise<void> {
    const { store, runs, committer, foreign } = this.#working;
    const row = this.#known(runId);
    if (store.role === "guest") return foreign.cancel(row.id, request);
    runs.wake(row)?.requestCancel(request);
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

  async find(runId: string): Promise<RunRecord | undefined> {
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

  #wire(host: Host, store: Store): Opened {
    const { clock } = this;
    const report = (what: string, error: unknown): void => host.report({ what, error });
    const committer = new Committer(store, clock, {
      committed: (events, written) => {
        for (const [id, value] of written) payloads.keep(id, value);
        folds.committed(events);
        this.#waiters.committed(events);
      },
      unavailable: (refusal) => {
        if (refusal) report("writing to the log fails; runs pause until it succeeds", refusal);
      },
      failed: (error) => {
        report("writing to the log failed for good", error);
        this.#waiters.fail(error instanceof Error ? error : new Error(String(error)));
      },
    });
    const payloads = new Payloads({
      uncommittedPayload: (id) => committer.uncommittedPayload(id),
      storedPayload: (id) => store.payload(id),
    });
    const references = new References((id) => payloads.read(id));
    const folds = new Folds({
      store,
      saveCheckpoint: (checkpoint) => {
        if (store.role === "owner") committer.addCheckpoint(checkpoint);
      },
      report: host.report,
    });
    const runs = new LiveRuns({
      store,
      clock,
      committer,
      read: (reference) => references.read(reference),
      interpret: (task) => interpret(host, task),
    });
    const foreign = new Foreign({
      store,
      clock,
      engine: this,
      take: (id) => committer.takeInbox(id),
      afterCommit: (acknowledge) => committer.afterCommit(acknowledge),
      changed: () => {
        if (store.role === "owner") return;
        folds.catchUp();
        this.#waiters.poll((run) => store.runById(run)?.state === "ended");
      },
      report,
    });
    return { host, store, committer, runs, references, folds, foreign };
  }

  #begin(request: StartRequest, inputDigest: string): void {
    const { committer, runs, host } = this.#working;
    const { id, pattern, patternVersion, context, rejected } = request;
    const key = committer.nextRunKey();
    const input = request.input === undefined ? undefined : committer.addPayload(request.input);
    const row: RunRow = {
      key,
      id,
      pattern,
      patternVersion,
      state: "running",
      outcome: undefined,
      context,
      input,
      inputDigest,
      startedAt: committer.now(),
      endedAt: undefined,
    };
    committer.addRun(row);
    const task = runs.begin(row);
    task.append({ kind: "run-started", pattern, patternVersion, input, context }, row.startedAt);
    if (rejected) task.end(rejected);
    else interpret(host, task);
  }

  #known(runId: string): RunRow {
    const row = this.#open.runs.row(runId);
    if (row) return row;
    throw new ReeveError("run-not-found", `there is no run '${runId}'`, {
      hint: "list the runs with `reeve runs`",
    });
  }

  async #close(drainMs: number): Promise<void> {
    if (!this.#opened) return;
    const { store, runs, committer, folds, foreign } = this.#opened;
    foreign.close();
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

function interpret(host: Host, task: RunTask): void {
  host.interpret(task).catch((error: unknown) => {
    host.report({ what: `the interpreter of run '${task.run.id}' failed`, error });
    const message = error instanceof Error ? error.message : String(error);
    task.strand(
      `the interpreter failed: ${message}`,
      "restart; if it fails again, report it with this message",
    );
  });
}

/** A sender that does not know whether it was heard may send again, also after the run's end. */
function refuseUnlessSent(store: Store, row: RunRow, request: SignalRequest): void {
  if (remember(store, row.key).signalKeys.has(signalKey(request.path, request.key))) return;
  throw new ReeveError("run-ended", `run '${row.id}' has ended and takes no signals`, {
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
