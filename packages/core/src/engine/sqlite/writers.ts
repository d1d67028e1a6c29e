/**
 * Who writes a batch: the engine's own thread, or a thread for writing.
 *
 * Writing here is the faster way as long as it is short: handing a batch over costs about as much as it saves. A write
 * that would hold up the event loop, because it is large or the disk is slow, goes to a thread, and the engine goes on
 * with other runs meanwhile.
 *
 * Invariants: (1) one writer at a time; (2) whoever was refused a batch writes it in the end; (3) who takes over from the
 * other forgets what he knew of live runs.
 */
import type { Clock } from "../../clock.ts";
import type { Batch } from "../store.ts";
import { BatchWriter } from "./commit.ts";
import type { Connection } from "./connection.ts";
import { packBatch, type PackedBatch } from "./pack-batch.ts";
import { WriterThread } from "./writer-thread.ts";

/** How long a write takes, on average, in milliseconds, from which on the thread writes, and below which not any more. */
const WRITE_MS = { up: 5, down: 2 } as const;
/** How much the last write counts in the average. */
const WEIGHT = 1 / 16;

type Writer = "here" | "thread";

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
  #thread: WriterThread | undefined;
  #averageMs = 0;
  #last: Writer = "here";
  #isThreadOutdated = false;
  #refused: Writer | undefined;

  constructor(connection: Connection, options: WritersOptions) {
    this.#options = options;
    this.#file = connection.file;
    this.#clock = options.clock;
    this.#here = new BatchWriter(connection);
    if (options.writer === "thread") this.#thread = new WriterThread(this.#file, options.durability);
  }

  /** Writes at once, or hands the batch over. @throws ReeveError `storage-unavailable`, or rejects with it */
  write(batch: Batch): undefined | Promise<void> {
    const packed = packBatch(batch);
    const writer = this.#refused ?? this.#writerOf(batch);
    if (writer === "thread" && this.#thread) return this.#writeThere(packed, this.#thread);
    this.#writeHere(packed);
    return undefined;
  }

  close(): void {
    this.#thread?.close();
  }

  #writerOf(batch: Batch): Writer {
    // What leaves the log was looked up just now, and has to be gone before anything else is written.
    if (batch.trim) return "here";
    const { writer, durability } = this.#options;
    if (writer !== "auto") return writer;
    if (this.#averageMs < (this.#last === "thread" ? WRITE_MS.down : WRITE_MS.up)) return "here";
    this.#thread ??= new WriterThread(this.#file, durability);
    return this.#thread.isReady ? "thread" : "here";
  }

  #writeHere(batch: PackedBatch): void {
    // A trim is about runs that have ended; of what the thread knows, it takes away groups that are empty.
    if (batch.trim) this.#isThreadOutdated = true;
    else this.#changeTo("here", () => this.#here.forget());
    const startedAt = this.#clock.monotonic();
    try {
      this.#here.write(batch);
      this.#refused = undefined;
      if (!batch.trim) this.#took(this.#clock.monotonic() - startedAt);
    } catch (error) {
      this.#refused = "here";
      throw error;
    }
  }

  async #writeThere(batch: PackedBatch, thread: WriterThread): Promise<void> {
    let forget = this.#isThreadOutdated;
    this.#isThreadOutdated = false;
    this.#changeTo("thread", () => (forget = true));
    const startedAt = this.#clock.monotonic();
    try {
      await thread.write(batch, forget);
      this.#refused = undefined;
      this.#took(this.#clock.monotonic() - startedAt);
    } catch (error) {
      this.#refused = "thread";
      throw error;
    }
  }

  #took(writeMs: number): void {
    this.#averageMs += (writeMs - this.#averageMs) * WEIGHT;
  }

  #changeTo(writer: Writer, forget: () => void): void {
    if (this.#last === writer) return;
    this.#last = writer;
    forget();
  }
}
