/**
 * Who writes a batch: the engine's own thread, or a thread for writing. And who copies the write-ahead log into the
 * file: the thread, since that takes tens of milliseconds.
 *
 * What would hold up the event loop goes to the thread, and the engine goes on with other runs meanwhile: writes while they
 * take long, because they are large or the disk is slow, and everything that leaves the log; and where many runs are under
 * way at once, whatever goes faster that way (writer-choice.ts).
 *
 * While the thread writes, the next batches are handed over as well, and it writes together what has come.
 *
 * Invariants: (1) one writer at a time, and batches are stored in the order in which they came; (2) whoever was refused a
 * batch writes the next one, since he alone knows whether there is doubt about the file; (3) who takes over from the other
 * forgets what he knew of live runs, and a group that one has emptied is known to neither.
 */
import { availableParallelism } from "node:os";
import type { Clock } from "../../clock.ts";
import type { Batch } from "../store.ts";
import { BatchWriter } from "./commit.ts";
import { CHECKPOINT_PAGES, type Connection } from "./connection.ts";
import { packBatch, type PackedBatch } from "./pack-batch.ts";
import { SpareThread } from "./spare-thread.ts";
import { WriterChoice, type Writer } from "./writer-choice.ts";
import { WriterThread } from "./writer-thread.ts";

/** Should the thread that copies the log not keep up, whoever writes does it. */
const OWN_CHECKPOINT_PAGES = 4 * CHECKPOINT_PAGES;
/** So many batches may wait for the thread, or be written by it: those that wait are written together. */
const BATCHES_MAX = 4;
/** One of so many takes some 5 ms to write. */
const LONG_BATCH_EVENTS = 2_048;
/** With batches of 128 short runs, about 20 pages are written. */
const PAGES_PER_BATCH = 12;
const CHARACTERS_PER_PAGE = 3_000;

export interface WritersOptions {
  /** "auto": a thread where that is worth it. */
  readonly writer: "auto" | "here" | "thread";
  readonly durability: "fsync" | "os";
  /** Measures writes. */
  readonly clock: Clock;
}

export class Writers {
  readonly #options: WritersOptions;
  readonly #file: string;
  readonly #clock: Clock;
  readonly #here: BatchWriter;
  readonly #thread: SpareThread;
  /** Copies the write-ahead log while the other thread writes. */
  readonly #copier: SpareThread;
  readonly #choice: WriterChoice = new WriterChoice(availableParallelism() > 1);
  #last: Writer = "here";
  #isThreadOutdated = false;
  #refused: Writer | undefined;
  /** Pages written since the last checkpoint began, roughly. */
  #pages = 0;
  #isCheckpointing = false;
  /** The last batch, if the thread writes or wrote it. */
  #storing: Promise<void> | undefined;
  /** So many batches are with the thread, and what they hold that no answer was about. */
  #there = 0;
  #eventsThere = 0;
  #answeredAt = -Infinity;
  /** Nobody may write until the thread has copied the last pages. */
  #completing: Promise<void> | undefined;

  constructor(connection: Connection, options: WritersOptions) {
    this.#options = options;
    this.#file = connection.file;
    this.#clock = options.clock;
    this.#here = new BatchWriter(connection);
    const start = (): WriterThread => this.#startThread();
    const { clock, writer } = options;
    // Who was refused a batch writes the next one.
    const isWriting = (): boolean =>
      writer === "thread" || this.#refused !== undefined || this.#isCheckpointing;
    this.#thread = new SpareThread({ clock, start, isNeeded: isWriting });
    this.#copier = new SpareThread({ clock, start, isNeeded: () => this.#isCheckpointing });
    if (writer === "thread") this.#thread.ready();
    if (options.writer === "auto") connection.exec(`PRAGMA wal_autocheckpoint = ${OWN_CHECKPOINT_PAGES}`);
  }

  /** Writes at once, or hands the batch over. @throws ReeveError `storage-unavailable`, or rejects with it */
  write(batch: Batch): undefined | Promise<void> {
    const packed = packBatch(batch);
    if (this.#completing) return this.#writeAfter(this.#completing, packed);
    return this.#write(packed);
  }

  /** Whether the thread, which has batches to write, is to have another one. */
  get takesAnother(): boolean {
    if (this.#there === 0 || this.#there >= BATCHES_MAX || this.#completing || this.#refused) return false;
    return this.#options.writer === "thread" || this.#choice.writer === "thread";
  }

  /** Whether the thread would write a trim, which takes as long as its rows are many. Starts one that isn't there. */
  trimsAside(): boolean {
    return this.#options.writer === "here" || this.#thread.ready() !== undefined;
  }

  close(): void {
    this.#thread.close();
    this.#copier.close();
  }

  async #writeAfter(completing: Promise<void>, batch: PackedBatch): Promise<void> {
    await completing;
    await this.#write(batch);
  }

  #write(batch: PackedBatch): undefined | Promise<void> {
    const thread = this.#threadFor(batch);
    this.#storing = thread && this.#writeThere(batch, thread);
    if (!thread) this.#writeHere(batch);
    if (this.#options.writer === "auto") this.#checkpointIfDue(batch);
    return this.#storing;
  }

  /** The thread if it is to write the batch. */
  #threadFor(batch: PackedBatch): WriterThread | undefined {
    const { writer } = this.#options;
    if (this.#there > 0) return this.#thread.current;
    if (this.#refused === "here" || writer === "here") return undefined;
    if (this.#refused === "thread" || writer === "thread") return this.#thread.current;
    const isLong = batch.trim !== undefined || batch.eventCount >= LONG_BATCH_EVENTS;
    return isLong || this.#choice.writer === "thread" ? this.#thread.ready() : undefined;
  }

  #startThread(): WriterThread {
    const { durability, writer } = this.#options;
    const checkpointPages = writer === "auto" ? OWN_CHECKPOINT_PAGES : CHECKPOINT_PAGES;
    return new WriterThread(this.#file, durability, checkpointPages);
  }

  #writeHere(batch: PackedBatch): void {
    if (batch.trim) this.#isThreadOutdated = true;
    else this.#changeTo("here", () => this.#here.forget());
    const startedAt = this.#clock.monotonic();
    try {
      this.#here.write([batch]);
      this.#refused = undefined;
      if (!batch.trim) this.#took(batch.eventCount, "here", startedAt);
    } catch (error) {
      this.#refused = "here";
      throw error;
    }
  }

  async #writeThere(batch: PackedBatch, thread: WriterThread): Promise<void> {
    let forget = false;
    // A trim is about runs that have ended, of which no writer knows anything but their group.
    if (!batch.trim) {
      forget = this.#isThreadOutdated;
      this.#isThreadOutdated = false;
      this.#changeTo("thread", () => (forget = true));
    }
    const handedOverAt = this.#clock.monotonic();
    this.#there++;
    try {
      const { emptied, isLast } = await thread.write(batch, forget);
      this.#here.forgetGroups(emptied);
      this.#refused = undefined;
      this.#eventsThere += batch.eventCount;
      // It was begun when the one before it was answered.
      if (isLast && !batch.trim)
        this.#took(this.#eventsThere, "thread", Math.max(handedOverAt, this.#answeredAt));
    } catch (error) {
      this.#refused = "thread";
      this.#eventsThere = 0;
      throw error;
    } finally {
      this.#there--;
    }
  }

  #took(events: number, by: Writer, startedAt: number): void {
    const at = this.#clock.monotonic();
    this.#eventsThere = 0;
    this.#answeredAt = at;
    this.#choice.wrote(by, events, at - startedAt, at);
  }

  #changeTo(writer: Writer, forget: () => void): void {
    if (this.#last === writer) return;
    this.#last = writer;
    forget();
  }

  #checkpointIfDue(batch: PackedBatch): void {
    this.#pages += pagesOf(batch);
    if (this.#pages < CHECKPOINT_PAGES || this.#isCheckpointing) return;
    // Where the writer's thread writes, nobody would fill batches while it copies.
    const thread = (this.#last === "here" ? this.#thread : this.#copier).ready();
    if (thread) void this.#checkpoint(thread);
  }

  /**
   * First what is there while others go on writing, then, with nobody writing, the little that came since: only a log
   * that was copied as a whole begins anew.
   */
  async #checkpoint(thread: WriterThread): Promise<void> {
    this.#isCheckpointing = true;
    this.#pages = 0;
    try {
      await thread.checkpoint();
      await (this.#completing = this.#complete(thread));
    } catch {
      // ignore: the thread has ended, which whoever wants it to write is told; writes here go on without it.
    } finally {
      this.#completing = undefined;
      this.#isCheckpointing = false;
    }
  }

  async #complete(thread: WriterThread): Promise<void> {
    await Promise.allSettled([this.#storing]);
    await thread.checkpoint();
  }
}

/** Roughly how many pages a batch changes: some whatever it holds, others by the size of its rows. */
function pagesOf({ events, payloads }: PackedBatch): number {
  let characters = 0;
  for (const { 4: entries } of events) characters += entries.length;
  for (const { 1: value } of payloads) characters += value.length;
  return PAGES_PER_BATCH + Math.ceil(characters / CHARACTERS_PER_PAGE);
}
