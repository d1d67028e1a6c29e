/**
 * One run in memory: the `Journal` its walk talks to.
 *
 * Owns the run's open commands and its sequence of events. First it hands the walk the completions that are in the
 * log (replay); once those are used up it is live, and open commands take effect. The walk always goes on at once
 * in memory; what leaves the process (an attempt's beginning, an acknowledgement) waits for the commit.
 *
 * Invariants: (T1) completions are handed over in the order of their events; (T2) an attempt begins only after its
 * attempt-started is committed; (T3) an attempt that began and has no completion when the run goes live completes
 * as lost; (T4) after `detach` nothing is appended.
 */
import assert from "node:assert/strict";
import type { CancelTimer, Clock } from "../../clock.ts";
import type { Event, Fact, StoredOutcome } from "../../delegation/event.ts";
import type { RunState } from "../../delegation/outcome.ts";
import { isUndo, type Path } from "../../delegation/path.ts";
import type { PayloadId, Reference } from "../../delegation/reference.ts";
import type {
  AttemptCommand,
  CancelRequest,
  Completion,
  Encoded,
  Journal,
  Note,
  Recorded,
  SignalRequest,
} from "../engine.ts";
import type { RunChange, RunRow } from "../store.ts";
import type { Committer } from "./committer.ts";
import { findDivergence, findUnfinished, type OpenKind } from "./divergence.ts";
import { OpenAttempt, type AttemptHost } from "./open-attempt.ts";
import { noteKey, signalKey, substepsOf, takeSignal, type RunMemory } from "./replay.ts";

type OpenCommand =
  | { readonly kind: "attempt"; readonly attempt: OpenAttempt }
  | { readonly kind: "timer"; readonly path: Path; readonly dueAt: number; cancel: CancelTimer | undefined }
  | { readonly kind: "signal"; readonly path: Path }
  | { readonly kind: "record"; readonly path: Path; readonly decide: () => Recorded | Promise<Recorded> };

/** What a run in memory needs of its engine. */
export interface TaskHost {
  readonly clock: Clock;
  readonly logId: string;
  readonly committer: Committer;
  /** While the engine drains, no attempt begins. */
  readonly draining: boolean;
  /** An attempt was announced; each one settles, also when its run is detached. */
  attemptAnnounced(): void;
  attemptSettled(): void;
  read(reference: Reference): unknown;
  /** The run's walk awaits something. */
  waiting(task: RunTask): void;
  ended(task: RunTask): void;
  stranded(task: RunTask): void;
}

export class RunTask implements Journal, AttemptHost {
  readonly #host: TaskHost;
  readonly #memory: RunMemory;
  readonly #open = new Map<Path, OpenCommand>();
  /** Waits given up; their completion may already be in the log. */
  readonly #dropped = new Set<Path>();
  /** Issued since the last `next()`; they take effect when the run is live. */
  #issued: OpenCommand[] = [];
  #ready: Completion[] = [];
  #replayed = 0;
  #waiter: ((completion: Completion) => void) | undefined;
  #live = false;
  #detached = false;
  #row: RunRow;
  #written: RunState;
  /** Attempts announced and not completed. */
  #attempting = 0;
  /** Those among them that undo a step. */
  #undoing = 0;

  constructor(host: TaskHost, row: RunRow, memory: RunMemory) {
    this.#host = host;
    this.#row = row;
    this.#written = row.state;
    this.#memory = memory;
  }

  get run(): RunRow {
    return this.#row;
  }

  get logId(): string {
    return this.#host.logId;
  }

  /** Whether the run waits for time or people only, so that it can be dropped from memory. */
  get droppable(): boolean {
    return this.#waiter !== undefined && this.#attempting === 0 && !this.#isBusy();
  }

  /** When the earliest open timer is due. */
  get wakesAt(): number | undefined {
    let earliest: number | undefined;
    for (const command of this.#open.values()) {
      if (command.kind === "timer") earliest = Math.min(earliest ?? command.dueAt, command.dueAt);
    }
    return earliest;
  }

  attempt(command: AttemptCommand): void {
    this.#issue(command.path, { kind: "attempt", attempt: new OpenAttempt(this, command) });
  }

  timer(path: Path, dueAt: number): void {
    this.#issue(path, { kind: "timer", path, dueAt, cancel: undefined });
  }

  awaitSignal(path: Path): void {
    this.#issue(path, { kind: "signal", path });
  }

  record(path: Path, decide: () => Recorded | Promise<Recorded>): void {
    this.#issue(path, { kind: "record", path, decide });
  }

  abort(path: Path, reason: string): void {
    const command = this.#open.get(path);
    if (command?.kind === "attempt") command.attempt.abort(reason);
  }

  drop(path: Path): void {
    const command = this.#open.get(path);
    if (command?.kind === "timer") command.cancel?.();
    this.#open.delete(path);
    this.#dropped.add(path);
  }

  note(fact: Note): void {
    const key = noteKey(fact.kind, fact.path);
    if (this.#memory.notes.has(key)) return;
    this.#memory.notes.add(key);
    this.append(fact);
  }

  next(): Promise<Completion> {
    const replayed = this.#memory.completions[this.#replayed];
    const divergence = this.#live ? undefined : findDivergence(this.#memory, this.#replayed, this);
    if (divergence !== undefined) return this.#diverge(divergence);
    if (replayed) {
      this.#replayed++;
      this.#close(replayed);
      return Promise.resolve(replayed);
    }
    this.#goLive();
    const ready = this.#ready.shift();
    if (ready) return Promise.resolve(ready);
    const completion = new Promise<Completion>((resolve) => (this.#waiter = resolve));
    this.#host.waiting(this);
    return completion;
  }

  read(reference: Reference): unknown {
    return this.#host.read(reference);
  }

  end(outcome: StoredOutcome): void {
    const divergence = this.#live ? undefined : findUnfinished(this.#memory, this.#replayed, this);
    if (divergence !== undefined) {
      void this.#diverge(divergence);
      return;
    }
    for (const path of this.#open.keys()) this.drop(path);
    const { at } = this.append({ kind: "run-ended", outcome });
    this.#row = { ...this.#row, state: "ended", outcome: outcome.status, endedAt: at };
    this.#host.ended(this);
  }

  strand(reason: string, hint: string): void {
    this.#row = { ...this.#row, state: "stranded" };
    if (!this.#memory.stranded) this.append({ kind: "run-stranded", reason, hint });
    this.#memory.stranded = true;
    this.#host.stranded(this);
  }

  /** Asks the run to end; only the first request counts. */
  requestCancel(request: CancelRequest): void {
    if (this.#memory.cancelRequested) return;
    this.#memory.cancelRequested = true;
    this.deliver({ kind: "cancel-requested", reason: request.reason, by: request.by });
  }

  /** Keeps a signal until the step at its path receives it; a key that was used before counts for nothing. */
  sendSignal(request: SignalRequest): void {
    const { path, key, by } = request;
    if (this.#memory.signalKeys.has(signalKey(path, key))) return;
    const answer = this.store(request.answer);
    takeSignal(this.#memory, path, key, answer);
    this.append({ kind: "signal-sent", path, key, answer, by });
    const waiting = this.#open.get(path);
    if (this.#live && waiting?.kind === "signal" && !this.#issued.includes(waiting)) this.#receive(path);
  }

  /** Nothing is appended from now on; running attempts are stopped, and are lost to the log. */
  detach(reason: string): void {
    this.#detached = true;
    this.#waiter = undefined;
    for (const command of this.#open.values()) {
      if (command.kind === "timer") command.cancel?.();
      if (command.kind === "attempt") command.attempt.abort(reason);
    }
  }

  get detached(): boolean {
    return this.#detached;
  }

  get draining(): boolean {
    return this.#host.draining;
  }

  append(fact: Fact, at?: number): Event {
    const { key, id } = this.#row;
    const event = this.#host.committer.addEvent(key, id, ++this.#memory.seq, fact, at);
    this.#host.committer.markDirty(this);
    return event;
  }

  store(value: Encoded | undefined): PayloadId | undefined {
    return value === undefined ? undefined : this.#host.committer.addPayload(value);
  }

  afterCommit(acknowledge: () => void): void {
    this.#host.committer.afterCommit(acknowledge);
  }

  substeps(path: Path): Map<string, PayloadId | undefined> {
    return substepsOf(this.#memory, path);
  }

  endSubsteps(path: Path): void {
    this.#memory.substeps.delete(path);
  }

  countLogLine(): number {
    return ++this.#memory.logLines;
  }

  now(): number {
    return this.#host.clock.monotonic();
  }

  attemptAnnounced(path: Path): void {
    this.#attempting++;
    if (isUndo(path)) this.#undoing++;
    this.#host.attemptAnnounced();
  }

  attemptEnded(path: Path, fact: Fact): void {
    this.#attempting--;
    if (isUndo(path)) this.#undoing--;
    this.deliver(fact);
  }

  attemptSettled(): void {
    this.#host.attemptSettled();
  }

  valueOf(id: PayloadId | undefined): unknown {
    return id === undefined ? undefined : this.#host.read({ of: "payload", id });
  }

  /** What this batch's events make of the run's row; called once per commit. */
  takeChange(): RunChange | undefined {
    const state = this.#state();
    if (state === this.#written) return undefined;
    this.#written = state;
    this.#row = { ...this.#row, state };
    return { key: this.#row.key, state, outcome: this.#row.outcome, endedAt: this.#row.endedAt };
  }

  /** Appends a completion and hands it to the walk. */
  deliver(fact: Fact): void {
    const completion = this.append(fact) as Completion;
    this.#close(completion);
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (waiter) waiter(completion);
    else this.#ready.push(completion);
  }

  #state(): RunState {
    if (this.#row.state === "ended" || this.#row.state === "stranded") return this.#row.state;
    if (this.#undoing > 0) return "undoing";
    return this.#attempting > 0 || this.#waiter === undefined ? "running" : "waiting";
  }

  /** Whether an attempt or an answer of user code is awaited; both would be lost with the memory. */
  #isBusy(): boolean {
    for (const { kind } of this.#open.values()) if (kind === "attempt" || kind === "record") return true;
    return false;
  }

  /** What the walk has open at `path`; "dropped" where it gave a wait up. */
  openAt(path: Path): OpenKind | undefined {
    return this.#open.get(path)?.kind ?? (this.#dropped.has(path) ? "dropped" : undefined);
  }

  /** The pattern is not the one the log tells of; the walk waits for ever. */
  #diverge(where: string): Promise<never> {
    this.strand(
      `${where}, which pattern '${this.#row.pattern}' does not have there`,
      "register the version of the pattern that the run began with",
    );
    return new Promise(() => {});
  }

  #issue(path: Path, command: OpenCommand): void {
    assert(!this.#open.has(path), `two commands are open at '${path}' of run '${this.#row.id}'`);
    this.#open.set(path, command);
    this.#issued.push(command);
  }

  #close(completion: Completion): void {
    if (completion.kind !== "cancel-requested") this.#open.delete(completion.path);
  }

  #goLive(): void {
    if (!this.#live) {
      this.#live = true;
      this.#unstrand();
      this.#memory.completions.length = 0;
      this.#replayed = 0;
    }
    const issued = this.#issued;
    if (issued.length === 0) return;
    this.#issued = [];
    for (const command of issued) this.#takeEffect(command);
  }

  #takeEffect(command: OpenCommand): void {
    const path = command.kind === "attempt" ? command.attempt.path : command.path;
    // Replaced or dropped since it was issued.
    if (this.#open.get(path) !== command) return;
    switch (command.kind) {
      case "attempt":
        if (this.#memory.begun.delete(path)) command.attempt.lose();
        else command.attempt.announce();
        return;
      case "timer":
        command.cancel = this.#host.clock.timer(command.dueAt - this.#host.clock.now(), () => {
          if (!this.#detached) this.deliver({ kind: "timer-fired", path });
        });
        return;
      case "signal":
        if (this.#memory.signals.get(path)?.length) this.#receive(path);
        return;
      case "record":
        this.#decide(command);
        return;
    }
  }

  /** The pattern of a stranded run is there again. */
  #unstrand(): void {
    if (!this.#memory.stranded) return;
    this.#memory.stranded = false;
    this.#row = { ...this.#row, state: "running" };
    this.append({ kind: "run-unstranded" });
  }

  #receive(path: Path): void {
    const signal = this.#memory.signals.get(path)?.shift();
    assert(signal, `no signal was sent to '${path}'`);
    this.deliver({ kind: "signal-received", path, answer: signal.answer });
  }

  #decide(command: Extract<OpenCommand, { kind: "record" }>): void {
    const { path, decide } = command;
    const settle = (recorded: Recorded): void => {
      // Nobody waits for the answer any more.
      if (this.#detached || this.#open.get(path) !== command) return;
      if (!recorded.ok) {
        this.deliver({ kind: "value-failed", path, error: recorded.error });
        return;
      }
      const payload = this.store(recorded.value);
      const { decision } = recorded;
      this.deliver({
        kind: "value-recorded",
        path,
        decision,
        ...(payload === undefined ? {} : { payload }),
      });
    };
    const recorded = decide();
    if (recorded instanceof Promise) void recorded.then(settle);
    else settle(recorded);
  }
}
