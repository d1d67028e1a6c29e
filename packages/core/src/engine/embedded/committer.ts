/**
 * Group commit: everything written during one turn of the event loop goes into one transaction, and what waits for
 * it goes on afterwards.
 *
 * Owns the ids of the log (positions, payloads, run keys), the buffered batch, and the acknowledgements. Does not
 * know what the events mean. A store that writes in a thread of its own has one batch at a time; meanwhile the next
 * one is filled.
 *
 * Invariants: (C1) batches are committed in the order they were filled, each event once; (C2) an acknowledgement is
 * called after the commit of everything appended before it, never otherwise, and in the order in which they were asked
 * for; (C3) a commit refused for want of storage is neither acknowledged nor dropped: the same batch is tried again
 * until it succeeds; (C4) after any other failure nothing is acknowledged any more.
 */
import type { CancelTimer, Clock } from "../../clock.ts";
import type { Event, Fact } from "../../delegation/event.ts";
import type { Checkpoint } from "../../delegation/fold.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import { ReeveError } from "../../errors.ts";
import type { Encoded } from "../engine.ts";
import type { Batch, QueueRow, RunKey, RunRow, Store } from "../store.ts";
import { Acknowledgements } from "./acknowledgements.ts";
import {
  emptyBatch,
  sealBatch,
  type AppendedEvent,
  type DirtyRun,
  type OpenBatch,
  type SealedBatch,
} from "./open-batch.ts";
import { PassingMap } from "./passing-map.ts";

/** How long a refused batch waits before it is tried again, in milliseconds. */
const REFUSED_RETRY_MS = 250;
/** So many are acknowledged before the next batch is looked at again. */
const ACKNOWLEDGED_AT_ONCE = 32;

/** What the engine wants to hear of commits. */
export interface CommitListener {
  committed(events: readonly Event[], payloads: ReadonlyMap<PayloadId, Encoded>, tookMs: number): void;
  /** Storage refuses writes (true) or takes them again (false). */
  unavailable(refusal: ReeveError | undefined): void;
  /** An acknowledgement threw, or the store failed for good. */
  failed(error: unknown): void;
}

export class Committer {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #listener: CommitListener;
  #open: OpenBatch = emptyBatch();
  /** Handed to the store, which has not stored it yet. */
  #sealed: SealedBatch | undefined;
  #sealedAtMs = 0;
  /** It was refused, and is tried again. */
  #refused = false;
  #cancelRetry: CancelTimer | undefined;
  /** Something is in the open batch. */
  #isFilled = false;
  #scheduled = false;
  /** Of stored batches. */
  readonly #acknowledgements: Acknowledgements;
  #goesOn = false;
  /** A batch of its own is with the store. */
  #isHeld = false;
  /** To be called as soon as no batch is with the store. */
  #atRest: (() => void)[] = [];
  #stopped = false;
  #failure: Error | undefined;
  /** By batch: tells those who wait for its commit when there will be none. */
  readonly #waiting = new PassingMap<number, (failure: Error) => void>();
  #batches = 0;
  #onBlocked: (() => void) | undefined;
  #position: number;
  #payload: PayloadId;
  #runKey: RunKey;
  #at = 0;

  constructor(store: Store, clock: Clock, listener: CommitListener) {
    this.#store = store;
    this.#clock = clock;
    this.#listener = listener;
    this.#acknowledgements = new Acknowledgements((error) => listener.failed(error));
    const highest = store.highest();
    this.#position = highest.position;
    this.#payload = highest.payload;
    this.#runKey = highest.runKey;
  }

  /** The time of the next event; never earlier than that of the last. */
  now(): number {
    return (this.#at = Math.max(this.#at, this.#clock.now()));
  }

  nextRunKey(): RunKey {
    return ++this.#runKey;
  }

  addRun(row: RunRow): void {
    this.#open.runs.push(row);
    this.#schedule();
  }

  addPayload(value: Encoded): PayloadId {
    const id = ++this.#payload;
    this.#open.payloads.set(id, value);
    this.#schedule();
    return id;
  }

  addEvent(runKey: RunKey, run: string, seq: number, fact: Fact, at: number = this.now()): Event {
    // What is spread first is copied as a whole, which takes half as long.
    const event: AppendedEvent = { ...fact, version: 1, run, seq, position: 0, at };
    const events = this.#open.events.get(runKey);
    if (events) events.push(event);
    else this.#open.events.set(runKey, [event]);
    this.#schedule();
    return event;
  }

  addCheckpoint(checkpoint: Checkpoint): void {
    this.#open.checkpoints.push(checkpoint);
    this.#schedule();
  }

  queue(row: QueueRow): void {
    this.#open.queued.push(row);
    this.#schedule();
  }

  unqueue(key: RunKey): void {
    this.#open.unqueued.push(key);
    this.#schedule();
  }

  takeInbox(id: number): void {
    this.#open.inboxTaken.push(id);
    this.#schedule();
  }

  markDirty(run: DirtyRun): void {
    this.#open.dirty.add(run);
  }

  /** Calls `acknowledge` once everything appended so far is durable. */
  afterCommit(acknowledge: () => void): void {
    this.#open.acknowledgements.push(acknowledge);
    this.#schedule();
  }

  /** Resolves once everything appended so far is durable; rejects when the store has failed for good. */
  flushed(): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    return (this.#open.flushed ??= this.#nextFlush());
  }

  /** Resolves once everything appended so far is durable, or waiting for that may be in vain. */
  flushedOrBlocked(): Promise<void> {
    if (this.blocked) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onBlocked = resolve;
      this.afterCommit(resolve);
    });
  }

  /**
   * Commits a batch of its own, made when no other is on its way to the disk; one that is refused is not tried again.
   * @returns false where there was nothing to write, or storage refuses writes
   */
  alone(make: () => Batch | undefined): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const go = (): void => void this.#commitAlone(make).then(resolve, reject);
      if (this.#isBusy && !this.blocked) this.#atRest.push(go);
      else go();
    });
  }

  /** A payload that is not committed yet. */
  uncommittedPayload(id: PayloadId): Encoded | undefined {
    return this.#open.payloads.get(id) ?? this.#sealed?.payloads.get(id);
  }

  /** Whether events of this run are not committed yet. */
  holdsEventsOf(runKey: RunKey): boolean {
    return this.#open.events.has(runKey) || this.#sealed?.events.has(runKey) === true;
  }

  /** The run's events that are not committed yet, in order. */
  uncommittedEvents(runKey: RunKey): readonly Event[] {
    return [...(this.#sealed?.events.get(runKey) ?? []), ...(this.#open.events.get(runKey) ?? [])];
  }

  /** Nothing waits to be written. */
  get isIdle(): boolean {
    return !this.#isFilled && !this.#isBusy;
  }

  /** Whether waiting for a commit may be in vain: storage refuses writes, or the committer was stopped. */
  get blocked(): boolean {
    return this.#stopped || this.#refused;
  }

  /** Nothing is committed or acknowledged any more; whoever waits is told why. */
  stop(reason: Error): void {
    this.#stopped = true;
    this.#failure ??= reason;
    this.#acknowledgements.drop();
    this.#cancelRetry?.();
    for (const reject of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
    this.#onBlocked?.();
    this.#rest();
  }

  #nextFlush(): Promise<void> {
    const batch = ++this.#batches;
    return new Promise((resolve, reject) => {
      this.#waiting.set(batch, reject);
      this.afterCommit(() => {
        this.#waiting.delete(batch);
        resolve();
      });
    });
  }

  async #commitAlone(make: () => Batch | undefined): Promise<boolean> {
    const batch = this.blocked ? undefined : make();
    if (!batch) return false;
    this.#isHeld = true;
    try {
      await this.#store.commit(batch);
    } finally {
      this.#isHeld = false;
      this.#rest();
      if (this.#isFilled) this.#schedule();
    }
    return true;
  }

  /** A batch is with the store. */
  get #isBusy(): boolean {
    return this.#sealed !== undefined || this.#isHeld;
  }

  #rest(): void {
    while (!this.#isBusy || this.blocked) {
      const go = this.#atRest.shift();
      if (!go) return;
      go();
    }
  }

  #schedule(): void {
    this.#isFilled = true;
    if (this.#scheduled || this.#stopped || this.#isBusy) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#stopped || this.#isBusy || !this.#isFilled) return;
    const open = this.#open;
    this.#open = emptyBatch();
    this.#isFilled = false;
    const sealed = sealBatch(open, this.#position);
    this.#position += sealed.batch.events.length;
    this.#commit(sealed);
  }

  #commit(sealed: SealedBatch): void {
    this.#sealed = sealed;
    this.#sealedAtMs = this.#clock.monotonic();
    let storing: undefined | Promise<void>;
    try {
      storing = this.#store.commit(sealed.batch);
    } catch (error) {
      this.#refuse(sealed, error);
      return;
    }
    if (!storing) {
      this.#stored(sealed);
      this.#acknowledgements.call(Infinity);
      return;
    }
    void this.#await(sealed, storing);
  }

  async #await(sealed: SealedBatch, storing: Promise<void>): Promise<void> {
    try {
      await storing;
    } catch (error) {
      if (!this.#stopped) this.#refuse(sealed, error);
      return;
    }
    if (this.#stopped) return;
    this.#stored(sealed);
    // The next batch goes to the writer first, so that it has something to do meanwhile.
    this.#flush();
    this.#acknowledge();
  }

  /** A few at a time: what they bring about goes to a writer that has nothing to do while the next are called. */
  #acknowledge(): void {
    if (this.#goesOn || !this.#acknowledgements.call(ACKNOWLEDGED_AT_ONCE)) return;
    this.#goesOn = true;
    setImmediate(() => {
      this.#goesOn = false;
      this.#flush();
      this.#acknowledge();
    });
  }

  #stored({ batch, payloads, acknowledgements }: SealedBatch): void {
    this.#sealed = undefined;
    if (this.#refused) {
      this.#refused = false;
      this.#listener.unavailable(undefined);
    }
    this.#listener.committed(
      batch.events.map((row) => row.event),
      payloads,
      this.#clock.monotonic() - this.#sealedAtMs,
    );
    this.#acknowledgements.add(acknowledgements);
    this.#rest();
    if (this.#isFilled) this.#schedule();
  }

  #refuse(sealed: SealedBatch, error: unknown): void {
    if (!(error instanceof ReeveError && error.code === "storage-unavailable")) {
      this.stop(error instanceof Error ? error : new Error(String(error)));
      this.#listener.failed(error);
      return;
    }
    if (!this.#refused) this.#listener.unavailable(error);
    this.#refused = true;
    this.#onBlocked?.();
    this.#rest();
    this.#cancelRetry = this.#clock.timer(REFUSED_RETRY_MS, () => {
      if (!this.#stopped) this.#commit(sealed);
    });
  }
}
