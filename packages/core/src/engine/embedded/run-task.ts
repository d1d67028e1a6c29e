/**
 * One run in memory: the `Journal` its walk talks to.
 *
 * First it hands the walk what `Replay` has; once that is used up the run is live, and its open commands take effect
 * (`Effects`). The walk always goes on at once in memory; what leaves the process (an attempt's beginning, an
 * acknowledgement) waits for the commit.
 *
 * Invariants: (T1) completions are handed over in the order of their events; (T2) an attempt begins only after its
 * attempt-started is committed; (T3) an attempt that began and has no completion when the run goes live completes
 * as lost; (T4) after `detach` nothing is appended; (T5) of a paused run no attempt begins.
 */
import assert from "node:assert/strict";
import type { EndFacts, Event, Fact, LoopPoint, StoredOutcome } from "../../delegation/event.ts";
import type { Path } from "../../delegation/path.ts";
import type { PayloadId, Reference } from "../../delegation/reference.ts";
import type {
  AttemptCommand,
  CancelRequest,
  Completion,
  Journal,
  Note,
  Recorded,
  SignalRequest,
} from "../engine.ts";
import type { RunRow } from "../store.ts";
import { Effects, type EffectsHost } from "./effects.ts";
import type { Kept, Result } from "./kept.ts";
import { keepSignal, wasSent } from "./mailbox.ts";
import { OpenAttempt } from "./open-attempt.ts";
import { OpenChild, type ChildHost } from "./open-child.ts";
import { OpenCommands, type OpenCommand } from "./open-commands.ts";
import { Replay } from "./replay.ts";
import { isCompletion, noteKey, type RunMemory } from "./run-memory.ts";
import { RunLog, type LogHost } from "./run-log.ts";
import type { RunEnd } from "./run-usage.ts";

/** What a run in memory needs of its engine. */
export interface TaskHost extends LogHost, EffectsHost<RunTask> {
  readonly children: ChildHost;
  readonly logId: string;
  /** The run's walk awaits something. */
  waiting(task: RunTask): void;
  ended(task: RunTask): void;
  stranded(task: RunTask): void;
}

export class RunTask implements Journal {
  readonly #host: TaskHost;
  readonly #log: RunLog;
  readonly #memory: RunMemory;
  readonly #replay: Replay;
  readonly #open = new OpenCommands();
  readonly #effects: Effects<RunTask>;
  /** Emptied when all are taken: to take one off the front of ten thousands moves all the others. */
  readonly #ready: Completion[] = [];
  #taken = 0;
  #waiter: ((completion: Completion) => void) | undefined;

  /** @param readKept reads what a forked run takes over */
  constructor(host: TaskHost, row: RunRow, memory: RunMemory, readKept: (() => Kept) | undefined) {
    this.#host = host;
    this.#log = new RunLog(host, row, memory, (fact) => this.deliver(fact));
    this.#memory = memory;
    this.#replay = new Replay(memory, row.origin?.forkedFrom, readKept);
    this.#effects = new Effects(host, this, memory, this.#open);
  }

  get run(): RunRow {
    return this.#log.row;
  }

  get logId(): string {
    return this.#host.logId;
  }

  get beginsAt(): number {
    return this.#memory.notBefore ?? this.run.startedAt;
  }

  get ended(): RunEnd | undefined {
    return this.#log.ended;
  }

  /** The places it takes up while it works. */
  get places(): readonly string[] {
    return this.#memory.places;
  }

  /** Whether the run waits for time, people or other runs only, so that it can be dropped from memory. */
  get droppable(): boolean {
    if (this.#waiter === undefined || this.#log.attempting) return false;
    return !this.#open.isBusy((attempt) => this.#effects.holdsBack(attempt));
  }

  /** Whose attempts are held back; "" for children. */
  get heldBackAgents(): readonly string[] {
    return this.#effects.heldBackAgents;
  }

  /** When the earliest open timer is due. */
  get wakesAt(): number | undefined {
    return this.#open.wakesAt;
  }

  loopPoint(path: Path): LoopPoint | undefined {
    const point = this.#memory.loop?.point;
    return point?.loop === path ? point : undefined;
  }

  editedInput(path: Path): Reference | undefined {
    return this.#replay.editedInput(path);
  }

  editedOutput(path: Path): PayloadId | undefined {
    return this.#replay.editedOutput(path);
  }

  takesOver(path: Path): Result | undefined {
    return this.#replay.takenOverAt(path);
  }

  attempt(command: AttemptCommand): void {
    const { path } = command;
    this.#open.issueAttempt(path, new OpenAttempt(this.#log, command));
  }

  timer(path: Path, dueAt: number): void {
    this.#open.issueTimer(path, dueAt);
  }

  awaitSignal(path: Path): void {
    this.#open.issueSignal(path);
  }

  record(path: Path, decide: () => Recorded | Promise<Recorded>): void {
    this.#open.issueRecord(path, decide);
  }

  child(path: Path, plan: Reference, input: Reference): void {
    const record = plan.of === "item" && plan.list.of === "payload" ? plan.list.id : undefined;
    const goesOnFrom = record === undefined ? undefined : this.#replay.childAt(path, record);
    const child = new OpenChild(this.#host.children, this, path, { plan, input, goesOnFrom });
    this.#open.issueChild(path, child);
  }

  undoChild(path: Path, child: string): void {
    this.#open.issueChild(path, new OpenChild(this.#host.children, this, path, { undoes: child }));
  }

  abort(path: Path, reason: string): void {
    const command = this.#open.at(path);
    if (command?.kind === "child") command.child.cancel(reason);
    else if (command?.kind === "attempt") command.attempt.abort(reason);
    else return;
    this.#effects.stopped(command);
  }

  drop(path: Path): void {
    this.#open.drop(path);
  }

  note(fact: Note): void {
    const key = noteKey(fact.kind, fact.path);
    if (this.#memory.notes?.has(key)) return;
    (this.#memory.notes ??= new Set()).add(key);
    if (fact.kind === "loop-advanced") {
      // The loops of a run that is undone are over.
      if (!this.run.origin?.forkedFrom?.undoes) this.#log.advanceLoop(fact);
      return;
    }
    // What is taken over took no time here.
    this.append(fact.kind === "phase-ended" && this.#replay.isTakingOver ? { ...fact, copied: true } : fact);
  }

  next(): Promise<Completion> {
    if (!this.#replay.isOver) {
      const divergence = this.#replay.divergence(this.#open);
      if (divergence !== undefined) return this.#diverge(divergence);
      const told = this.#replay.next();
      if (told) this.#open.close(told);
      const past = told ?? this.#takeOver();
      if (past) return Promise.resolve(past);
      this.#goLive();
    }
    this.#open.takeIssued((command) => this.#effects.begin(command));
    const ready = this.#takeReady();
    if (ready) return Promise.resolve(ready);
    const completion = new Promise<Completion>((resolve) => (this.#waiter = resolve));
    this.#log.waits = true;
    this.#host.waiting(this);
    return completion;
  }

  read(reference: Reference): unknown {
    return this.#host.read(reference);
  }

  end(outcome: StoredOutcome, facts?: EndFacts): void {
    const divergence = this.#replay.unfinished(this.#open);
    if (divergence !== undefined) {
      void this.#diverge(divergence);
      return;
    }
    this.#open.dropAll();
    this.#log.end(outcome, facts);
    this.#host.ended(this);
  }

  strand(reason: string, hint: string): void {
    this.#log.strand(reason, hint);
    this.#host.stranded(this);
  }

  /** What it knows of secrets. */
  get secrets(): Pick<RunLog, "unlock" | "learnFrom" | "knowsSecrets" | "releaseSecrets"> {
    return this.#log;
  }

  /** Asks the run to end; only the first request counts. */
  requestCancel(request: CancelRequest): void {
    if (this.#memory.cancelRequested) return;
    this.#memory.cancelRequested = true;
    this.deliver({ kind: "cancel-requested", reason: request.reason, by: request.by });
    // What is undone is not held back, and a run that is cancelled has nothing else to do.
    this.#resume("the runtime");
  }

  pause(request: CancelRequest): void {
    if (this.#memory.paused || this.#memory.cancelRequested) return;
    this.#memory.paused = true;
    this.append({ kind: "run-paused", reason: request.reason, by: request.by });
  }

  unpause(by: string): void {
    this.#resume(by);
    this.beginHeldBack();
  }

  /** It is judged before it has ended. */
  giveFeedback(fact: Extract<Fact, { readonly kind: "feedback-given" }>): void {
    this.#memory.feedback = fact.score;
    this.append(fact);
  }

  /** Looks again at what was held back. */
  beginHeldBack(): void {
    this.#effects.tryAgain();
  }

  /** The run leaves the queue; it is walked next. */
  admit(): void {
    this.#log.admit();
  }

  /** Keeps a signal until the step at its path receives it; a key that was used before counts for nothing. */
  sendSignal(request: SignalRequest): void {
    const { path, key, by, refused: reason } = request;
    if (reason !== undefined) return void this.append({ kind: "signal-refused", path, by, reason });
    if (wasSent(this.#memory, path, key)) return;
    const answer = this.#log.store(request.answer);
    keepSignal(this.#memory, path, key, answer);
    this.append({ kind: "signal-sent", path, key, answer, by });
    const waiting = this.#inEffectAt(path);
    if (waiting?.kind === "signal") this.#effects.receive(waiting);
  }

  /** A child that this run awaits has ended. */
  childEnded(path: Path, end: RunEnd): void {
    const { outcome } = end;
    if (outcome.status === "completed" && outcome.output.of === "payload")
      this.#log.learnFrom(outcome.output.id);
    const command = this.#inEffectAt(path);
    if (command?.kind === "child") this.#effects.whenAdmitted(command, () => command.child.end(end));
  }

  /** Nothing is appended from now on; running attempts are stopped, and are lost to the log. */
  detach(reason: string): void {
    this.#log.detached = true;
    this.#waiter = undefined;
    this.#open.detach(reason);
  }

  get detached(): boolean {
    return this.#log.detached;
  }

  decided(path: Path, recorded: Recorded): Fact {
    return this.#log.decided(path, recorded);
  }

  append(fact: Fact, at?: number): Event {
    return this.#log.append(fact, at);
  }

  /** Appends a completion and hands it to the walk. */
  deliver(fact: Fact): void {
    const completion = this.#complete(fact);
    const waiter = this.#waiter;
    this.#waiter = undefined;
    this.#log.waits = false;
    if (waiter) waiter(completion);
    else this.#ready.push(completion);
  }

  #takeReady(): Completion | undefined {
    const ready = this.#ready[this.#taken];
    if (ready && ++this.#taken === this.#ready.length) this.#ready.length = this.#taken = 0;
    return ready;
  }

  #complete(fact: Fact): Completion {
    const completion = this.append(fact);
    assert(isCompletion(completion), `${fact.kind} completes nothing`);
    this.#open.close(completion);
    return completion;
  }

  /** The pattern is not the one the log tells of; the walk waits for ever. */
  #diverge(where: string): Promise<never> {
    this.strand(
      `${where}, which pattern '${this.run.pattern}' does not have there`,
      "register the version of the pattern that the run began with",
    );
    return new Promise(() => {});
  }

  /** The next result of the run that this one was forked from; what was stopped before it began needs none. */
  #takeOver(): Completion | undefined {
    if (!this.#replay.isFirstOfFork) return undefined;
    const fact = this.#replay.takeOver((path) => this.#open.at(path) !== undefined);
    if (fact) return this.#complete(fact);
    const stopped = this.#open.stoppedBeforeEffect();
    if (!stopped) return undefined;
    this.#effects.begin(stopped);
    return this.#takeReady();
  }

  #goLive(): void {
    this.#log.unstrand();
    this.#replay.end();
  }

  #inEffectAt(path: Path): OpenCommand | undefined {
    return this.#replay.isOver ? this.#open.effectiveAt(path) : undefined;
  }

  #resume(by: string): void {
    if (!this.#memory.paused) return;
    this.#memory.paused = false;
    this.append({ kind: "run-resumed", by });
  }
}
