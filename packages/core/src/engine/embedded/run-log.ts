/**
 * One run's side of the log: its row, its sequence of events, and the state that follows from what it does.
 *
 * Invariant: the state is derived when a batch is sealed, once per commit, and written only when it changed.
 */
import type { EndFacts, Event, Fact, StoredOutcome } from "../../delegation/event.ts";
import type { RunState } from "../../delegation/outcome.ts";
import { isUndo, type Path } from "../../delegation/path.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import type { Clock } from "../../clock.ts";
import { toStepError } from "../../delegation/failure.ts";
import type { ReeveError } from "../../errors.ts";
import type { Reference } from "../../delegation/reference.ts";
import type { Encoded, Host, Recorded } from "../engine.ts";
import type { RunChange, RunKey, RunRow } from "../store.ts";
import type { Drain } from "./drain.ts";
import type { Committer } from "./committer.ts";
import type { AttemptHost } from "./open-attempt.ts";
import type { DirtyRun } from "./open-batch.ts";
import { takeLogLine, type LogRoom } from "./log-room.ts";
import { LoopMemory } from "./loop-memory.ts";
import { redactFact } from "./redact-fact.ts";
import { substepsOf, type RunMemory } from "./run-memory.ts";
import { endedFact } from "./run-facts.ts";
import { usedWith, type RunEnd } from "./run-usage.ts";
import { RunSecrets, whyLocked, type SecretsHost } from "./run-secrets.ts";

/** What is shared by all runs of an engine. */
export interface LogHost {
  readonly clock: Clock;
  readonly committer: Committer;
  readonly secrets: SecretsHost;
  /** Is told of each attempt that is announced; each one settles, also when its run is detached. */
  readonly drain: Drain;
  row(runId: string): RunRow | undefined;
  readonly keeps: Host["keeps"];
  /** The run's last event, committed or not. */
  lastEvent(key: RunKey): Event | undefined;
  read(reference: Reference): unknown;
}

export class RunLog implements DirtyRun, AttemptHost {
  readonly memory: RunMemory;
  readonly #host: LogHost;
  readonly #committer: Committer;
  readonly #secrets: RunSecrets;
  readonly #deliver: (fact: Fact) => void;
  #row: RunRow;
  #written: RunState;
  /** Attempts announced and not completed. */
  #attempting = 0;
  /** Those among them that undo a step. */
  #undoing = 0;
  /** The walk awaits something. */
  waits: boolean = false;
  /** Nothing is to be appended any more. */
  detached: boolean = false;
  ended: RunEnd | undefined;

  /** @param deliver appends a completion and hands it to the walk */
  constructor(host: LogHost, row: RunRow, memory: RunMemory, deliver: (fact: Fact) => void) {
    this.#host = host;
    this.#committer = host.committer;
    this.#deliver = deliver;
    this.#row = row;
    this.#written = row.state;
    this.memory = memory;
    this.#secrets = new RunSecrets(host.secrets, memory, (fact) => void this.append(fact));
  }

  get row(): RunRow {
    return this.#row;
  }

  get isInLog(): boolean {
    const { id, key } = this.#row;
    return this.#host.row(id)?.key === key;
  }

  get attempting(): boolean {
    return this.#attempting > 0;
  }

  append(fact: Fact, at?: number): Event {
    const { key, id } = this.#row;
    const said = redactFact(fact, this.#host.secrets.vault);
    // What was said of the run since it ended was not said here.
    if (this.ended) this.memory.seq = this.#host.lastEvent(key)?.seq ?? this.memory.seq;
    const event = this.#committer.addEvent(key, id, ++this.memory.seq, said, at);
    this.#committer.markDirty(this);
    this.memory.usage = usedWith(this.memory.usage, fact);
    this.memory.loop?.see(event);
    return event;
  }

  /** Notes where a loop stands; of several at once, the first to do so. */
  advanceLoop(fact: Extract<Fact, { readonly kind: "loop-advanced" }>): void {
    const finished = this.memory.loop ? this.memory.loop.finish(fact) : [];
    if (!finished) return;
    const { logLines, logBytes, usage } = this.memory;
    const logged = { logLines, ...(logBytes > 0 && { logBytes }) };
    const event = this.append({ ...fact, finished, ...logged, ...usage });
    this.memory.loop = new LoopMemory(fact, finished, event.seq);
  }

  store(value: Encoded | undefined): PayloadId | undefined {
    return value === undefined ? undefined : this.#secrets.store(value);
  }

  /** The run is handed a stored value, in which there may be secrets. */
  learnFrom(id: PayloadId): void {
    this.#secrets.learnFrom(id);
  }

  get knowsSecrets(): boolean {
    return this.memory.sealed.length > 0;
  }

  /** Opens what the log has sealed; the reason where that can't be. */
  unlock(): ReeveError | undefined {
    return whyLocked(() => {
      const context = this.#secrets.remember(this.#row.context);
      if (context !== this.#row.context) this.#row = { ...this.#row, context };
    });
  }

  releaseSecrets(): void {
    this.#secrets.release();
  }

  /** The completion of a command to record something. */
  decided(path: Path, recorded: Recorded): Fact {
    if (!recorded.ok) return { kind: "value-failed", path, error: recorded.error };
    const { decision } = recorded;
    let payload: PayloadId | undefined;
    const locked = whyLocked(() => (payload = this.store(recorded.value)));
    if (locked) return { kind: "value-failed", path, error: toStepError(locked, { path }) };
    return { kind: "value-recorded", path, decision, ...(payload !== undefined && { payload }) };
  }

  afterCommit(acknowledge: () => void): void {
    this.#committer.afterCommit(acknowledge);
  }

  get draining(): boolean {
    return this.#host.drain.hasBegun;
  }

  attemptAnnounced(path: Path): void {
    this.#attempting++;
    if (isUndo(path)) this.#undoing++;
    this.#host.drain.announced();
  }

  attemptEnded(path: Path, fact: Fact): void {
    this.#attempting--;
    if (isUndo(path)) this.#undoing--;
    this.#deliver(fact);
  }

  attemptSettled(): void {
    this.#host.drain.settled();
  }

  substeps(path: Path): Map<string, PayloadId | undefined> {
    return substepsOf(this.memory, path);
  }

  endSubsteps(path: Path): void {
    this.memory.substeps?.delete(path);
  }

  takeLogLine(message: string): LogRoom {
    return takeLogLine(this.memory, message);
  }

  now(): number {
    return this.#host.clock.monotonic();
  }

  valueOf(id: PayloadId | undefined): unknown {
    return id === undefined ? undefined : this.#host.read({ of: "payload", id });
  }

  /** The run leaves the queue. */
  admit(): void {
    const waitedMs = Math.max(0, this.#committer.now() - this.#row.startedAt);
    this.#row = { ...this.#row, state: "running" };
    this.append({ kind: "run-admitted", waitedMs });
  }

  end(outcome: StoredOutcome, facts?: EndFacts): void {
    const durationMs = Math.max(0, this.#committer.now() - this.#row.startedAt);
    const trace = this.#host.keeps?.(this.#row, outcome.status, durationMs);
    const { memory } = this;
    const event = this.append(endedFact(this.#row, { outcome, durationMs, memory, trace, facts }));
    const { at } = event;
    this.ended = { outcome: event.kind === "run-ended" ? event.outcome : outcome, usage: memory.usage };
    this.#row = { ...this.#row, state: "ended", outcome: outcome.status, endedAt: at };
  }

  strand(reason: string, hint: string): void {
    this.#row = { ...this.#row, state: "stranded" };
    if (!this.memory.stranded)
      this.append({ kind: "run-stranded", reason, hint, pattern: this.#row.pattern });
    this.memory.stranded = true;
  }

  /** The pattern of a stranded run is there again. */
  unstrand(): void {
    if (!this.memory.stranded) return;
    this.memory.stranded = false;
    this.#row = { ...this.#row, state: "running" };
    this.append({ kind: "run-unstranded" });
  }

  /** What this batch's events make of the run's row; called once per commit. */
  takeChange(): RunChange | undefined {
    const state = this.#state();
    if (state === this.#written) return undefined;
    this.#written = state;
    this.#row = { ...this.#row, state };
    return { key: this.#row.key, state, outcome: this.#row.outcome, endedAt: this.#row.endedAt };
  }

  #state(): RunState {
    const { state } = this.#row;
    if (state === "ended" || state === "stranded" || state === "queued") return state;
    if (this.#undoing > 0) return "undoing";
    if (this.memory.paused && this.#attempting === 0) return "paused";
    return this.#attempting > 0 || !this.waits ? "running" : "waiting";
  }
}
