/**
 * Group commit: everything written during one turn of the event loop goes into one transaction, and what waits for
 * it goes on afterwards.
 *
 * Owns the ids of the log (positions, payloads, run keys), the buffered batch, and the acknowledgements. Does not
 * know what the events mean. A store that writes in a thread of its own may take further batches while it writes; meanwhile
 * the next one is filled.
 *
 * Invariants: (C1) batches are committed in the order they were filled, each event once; (C2) an acknowledgement is
 * called after the commit of everything appended before it, never otherwise, and in the order in which they were asked
 * for; (C3) a commit refused for want of storage is neither acknowledged nor dropped: the same batch is tried again
 * until it succeeds, and those sealed after it come after it; (C4) after any other failure nothing is acknowledged any more.
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
/** So many are acknowledged before the next batch is looked at again: half of all who wait, within these limits. */
const ACKNOWLEDGED_AT_ONCE = { min: 16, max: 128 };
/** So many where nobody else writes meanwhile, so that others get their turn of the event loop in between. */
const ACKNOWLEDGED_HERE = 1_024;

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
  /** Sealed and not stored, in order. */
  readonly #underWay: SealedBatch[] = [];
  /** So many of them, the first ones, are with the store; the others were refused. */
  #handedOver = 0;
  /** One was refused, and is tried again. */
  #refused = false;
  #isRetrying = false;
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
    const open = this.#open.payloads.get(id);
    if (open !== undefined) return open;
    for (const { payloads } of this.#underWay) {
      const value = payloads.get(id);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Whether events of this run are not committed yet. */
  holdsEventsOf(runKey: RunKey): boolean {
    return this.#open.events.has(runKey) || this.#underWay.some(({ events }) => events.has(runKey));
  }

  /** The run's events that are not committed yet, in order. */
  uncommittedEvents(runKey: RunKey): readonly Event[] {
    const sealed = this.#underWay.flatMap(({ events }) => events.get(runKey) ?? []);
    return [...sealed, ...(this.#open.events.get(runKey) ?? [])];
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
      if (this.#isFilled) this.#wake();
    }
    return true;
  }

  /** A batch is with the store, or was refused by it. */
  get #isBusy(): boolean {
    return this.#underWay.length > 0 || this.#isHeld;
  }

  /** Whether the store takes another batch. */
  get #isTaking(): boolean {
    if (this.#isHeld || this.blocked) return false;
    return this.#handedOver === 0 || this.#store.takesAnother();
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
    this.#wake();
  }

  #wake(): void {
    if (this.#scheduled || !this.#isTaking) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (!this.#isTaking) return;
    const next = this.#underWay[this.#handedOver] ?? this.#seal();
    if (next) this.#handOver(next);
  }

  /** What was filled, if anything was. */
  #seal(): SealedBatch | undefined {
    if (!this.#isFilled) return undefined;
    const sealed = sealBatch(this.#open, this.#position);
    this.#open = emptyBatch();
    this.#isFilled = false;
    this.#position += sealed.batch.events.length;
    this.#underWay.push(sealed);
    return sealed;
  }

  #handOver(sealed: SealedBatch): void {
    const startedAtMs = this.#clock.monotonic();
    this.#handedOver++;
    let storing: undefined | Promise<void>;
    try {
      storing = this.#store.commit(sealed.batch);
    } catch (error) {
      this.#failed(error);
      return;
    }
    if (!storing) {
      this.#stored(startedAtMs);
      this.#acknowledge(ACKNOWLEDGED_HERE);
      return;
    }
    void this.#await(storing, startedAtMs);
  }

  async #await(storing: Promise<void>, startedAtMs: number): Promise<void> {
    try {
      await storing;
    } catch (error) {
      if (!this.#stopped) this.#failed(error);
      return;
    }
    if (this.#stopped) return;
    this.#stored(startedAtMs);
    // The next batch goes to the writer first, so that it has something to do meanwhile.
    this.#flush();
    this.#acknowledge(this.#acknowledgedAtOnce);
  }

  /**
   * A part at a time: what it brings about goes to the writer while the next is called. Two parts keep both busy; with
   * more of them, transactions are smaller and more than are needed.
   */
  #acknowledge(atOnce: number): void {
    if (this.#goesOn || !this.#acknowledgements.call(atOnce)) return;
    this.#goesOn = true;
    setImmediate(() => {
      this.#goesOn = false;
      this.#flush();
      this.#acknowledge(atOnce);
    });
  }

  get #acknowledgedAtOnce(): number {
    let waiting = this.#acknowledgements.count + this.#open.acknowledgements.length;
    for (const { acknowledgements } of this.#underWay) waiting += acknowledgements.length;
    const { min, max } = ACKNOWLEDGED_AT_ONCE;
    return Math.min(Math.max(Math.ceil(waiting / 2), min), max);
  }

  /** The first of those under way is on disk. */
  #stored(startedAtMs: number): void {
    this.#handedOver--;
    const sealed = this.#underWay.shift();
    if (!sealed) return;
    const { batch, payloads, acknowledgements } = sealed;
    if (this.#isRetrying) {
      this.#isRetrying = this.#refused = false;
      this.#listener.unavailable(undefined);
    }
    this.#listener.committed(
      batch.events.map((row) => row.event),
      payloads,
      this.#clock.monotonic() - startedAtMs,
    );
    this.#acknowledgements.add(acknowledgements);
    if (this.#refused) this.#retryLater();
    this.#rest();
    if (this.#isFilled || this.#handedOver < this.#underWay.length) this.#wake();
  }

  #failed(error: unknown): void {
    this.#handedOver--;
    if (!(error instanceof ReeveError && error.code === "storage-unavailable")) {
      this.stop(error instanceof Error ? error : new Error(String(error)));
      this.#listener.failed(error);
      return;
    }
    if (!this.#refused) this.#listener.unavailable(error);
    this.#refused = true;
    this.#isRetrying = false;
    this.#onBlocked?.();
    this.#rest();
    this.#retryLater();
  }

  /** Once the store has answered to all that it was handed. */
  #retryLater(): void {
    if (this.#handedOver > 0) return;
    this.#cancelRetry = this.#clock.timer(REFUSED_RETRY_MS, () => {
      const [first] = this.#underWay;
      if (this.#stopped || !first) return;
      this.#isRetrying = true;
      this.#handOver(first);
    });
  }
}
