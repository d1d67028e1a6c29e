/**
 * The writer's thread, seen from the engine's: starts it, asks it, and closes it.
 *
 * Invariants: (1) it answers in the order in which it was asked, batches that it wrote together at once; (2) what was asked keeps the process alive until it is
 * answered, an idle thread does not; (3) when `close` returns, the thread has the file no longer open.
 */
import { Worker } from "node:worker_threads";
import { ReeveError } from "../../errors.ts";
import { textOf } from "./batch-text.ts";
import type { PackedBatch } from "./pack-batch.ts";
import type { WriterAnswer, WriterRequest, WriterStart } from "./writer-message.ts";

/** It closes within a few milliseconds, unless the disk hangs; one that is still starting has nothing to lose. */
const CLOSE_MS_MAX = { ready: 10_000, leaving: 10_000, starting: 2_000 };

/** What it makes is garbage after one batch; unlimited it grew to 50 MB, out of the processor's cache. */
const LIMITS = { maxYoungGenerationSizeMb: 8 };

const NOTHING: Written = { emptied: new Set(), isLast: false };

/** What became of a batch. */
export interface Written {
  /** Groups of runs that the file has no more. */
  readonly emptied: ReadonlySet<number>;
  /** None that was written together with it comes after it. */
  readonly isLast: boolean;
}

interface Waiting {
  resolve(written: Written): void;
  reject(error: unknown): void;
}

export class WriterThread {
  readonly #worker: Worker;
  readonly #closed = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #waiting: Waiting[] = [];
  /** Of batches handed over since the last refusal. */
  #era = 0;
  #state: "starting" | "ready" | "leaving" | "gone" = "starting";
  #failure: Error = new Error("the thread that writes the log is closed");

  /** @param checkpointPages so many pages are in the write-ahead log when a write copies it by itself */
  constructor(file: string, durability: "fsync" | "os", checkpointPages: number) {
    // The same file as a source and as built, where imports are rewritten but URLs are not.
    const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const workerData: WriterStart = { file, durability, checkpointPages, closed: this.#closed };
    // None of the process's own options: its entry may need some that threads don't take.
    const options = { name: "writer", workerData, execArgv: [], stdin: false, resourceLimits: LIMITS };
    this.#worker = new Worker(new URL(`./writer-entry.${ending}`, import.meta.url), options);
    this.#worker.unref();
    this.#worker.on("message", (answer: WriterAnswer) => this.#answered(answer));
    this.#worker.on("error", (error: Error) => this.#ended(error));
    this.#worker.on("exit", () => this.#ended(new Error("the thread that writes the log has ended")));
  }

  get isReady(): boolean {
    return this.#state === "ready";
  }

  /** It is ready, and has answered all that it was asked. */
  get isIdle(): boolean {
    return this.isReady && this.#waiting.length === 0;
  }

  get isGone(): boolean {
    return this.#state === "gone";
  }

  /**
   * Where a batch is refused, those that were handed over before this was known are refused as well.
   * @param forget somebody else has written since this thread did
   */
  write(batch: PackedBatch, forget: boolean): Promise<Written> {
    return this.#ask({ kind: "write", batch: textOf(batch), forget, era: this.#era });
  }

  /** Copies what is in the write-ahead log into the file, as far as that is possible now. */
  async checkpoint(): Promise<void> {
    await this.#ask({ kind: "checkpoint" });
  }

  /** Closes it without waiting for that. Nothing can be asked any more; `close` waits until the file is no longer open. */
  leave(): void {
    this.#state = "leaving";
    this.#post({ kind: "close" });
  }

  /** Without a turn of the event loop, so that whoever closes a log finds its file at rest. */
  close(): void {
    if (this.#state === "gone") return;
    const waitMs = CLOSE_MS_MAX[this.#state];
    if (this.#state !== "leaving") this.#post({ kind: "close" });
    this.#state = "gone";
    Atomics.wait(this.#closed, 0, 0, waitMs);
    // One that did not answer would go on with a file that is not ours any more.
    void this.#worker.terminate();
  }

  #answered(answer: WriterAnswer): void {
    if (answer.kind === "ready") {
      if (this.#state === "starting") this.#state = "ready";
      return;
    }
    const answered = this.#waiting.splice(0, answer.kind === "checked" ? 1 : answer.count);
    if (this.#waiting.length === 0) this.#worker.unref();
    if (answer.kind === "checked") {
      answered[0]?.resolve(NOTHING);
    } else if (answer.kind === "stored") {
      const last = answered.pop();
      for (const { resolve } of answered) resolve(NOTHING);
      last?.resolve({ emptied: answer.emptied, isLast: true });
    } else {
      this.#era++;
      for (const { reject } of answered) reject(errorOf(answer));
    }
  }

  #ask(request: WriterRequest): Promise<Written> {
    return new Promise((resolve, reject) => {
      if (this.#state === "gone" || this.#state === "leaving") {
        reject(this.#failure);
        return;
      }
      this.#waiting.push({ resolve, reject });
      this.#worker.ref();
      this.#post(request);
    });
  }

  #ended(error: Error): void {
    this.#state = "gone";
    this.#failure = error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }

  #post(request: WriterRequest): void {
    const port: Pick<Worker, "postMessage"> = this.#worker;
    port.postMessage(request);
  }
}

function errorOf(answer: Exclude<WriterAnswer, { readonly kind: "ready" | "stored" | "checked" }>): unknown {
  if (answer.kind === "failed") return answer.error;
  const { code, message, hint, retryable } = answer;
  return new ReeveError(code, message, { retryable, ...(hint !== undefined && { hint }) });
}
