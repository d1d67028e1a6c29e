/**
 * The writer's thread, seen from the engine's: starts it, hands it one batch at a time, and closes it.
 *
 * Invariants: (1) one batch is with the thread at a time; (2) what was handed over keeps the process alive until it is
 * answered, an idle thread does not; (3) when `close` returns, the thread has the file no longer open.
 */
import { Worker } from "node:worker_threads";
import { ReeveError } from "../../errors.ts";
import { textOf } from "./batch-text.ts";
import type { PackedBatch } from "./pack-batch.ts";
import type { WriterAnswer, WriterRequest, WriterStart } from "./writer-message.ts";

/** It closes within a few milliseconds, unless the disk hangs. */
const CLOSE_MS_MAX = 10_000;

interface Waiting {
  resolve(): void;
  reject(error: unknown): void;
}

export class WriterThread {
  readonly #worker: Worker;
  readonly #closed = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  #waiting: Waiting | undefined;
  #state: "starting" | "ready" | "gone" = "starting";

  constructor(file: string, durability: "fsync" | "os") {
    // The same file as a source and as built, where imports are rewritten but URLs are not.
    const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
    const workerData: WriterStart = { file, durability, closed: this.#closed };
    // None of the process's own options: its entry may need some that threads don't take.
    const options = { name: "writer", workerData, execArgv: [], stdin: false };
    this.#worker = new Worker(new URL(`./writer-entry.${ending}`, import.meta.url), options);
    this.#worker.unref();
    this.#worker.on("message", (answer: WriterAnswer) => this.#answered(answer));
    this.#worker.on("error", (error) => this.#ended(error));
    this.#worker.on("exit", () => this.#ended(new Error("the thread that writes the log has ended")));
  }

  get isReady(): boolean {
    return this.#state === "ready";
  }

  /** @param forget somebody else has written since this thread did */
  write(batch: PackedBatch, forget: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker.ref();
      this.#post({ kind: "write", batch: textOf(batch), forget });
    });
  }

  /** Without a turn of the event loop, so that whoever closes a log finds its file at rest. */
  close(): void {
    if (this.#state === "gone") return;
    const wasReady = this.isReady;
    this.#state = "gone";
    this.#post({ kind: "close" });
    // One that is still starting has nothing written, and ends when it gets there.
    if (wasReady) Atomics.wait(this.#closed, 0, 0, CLOSE_MS_MAX);
    else void this.#worker.terminate();
  }

  #answered(answer: WriterAnswer): void {
    if (answer.kind === "ready") {
      if (this.#state === "starting") this.#state = "ready";
      return;
    }
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#worker.unref();
    if (answer.kind === "stored") waiting?.resolve();
    else waiting?.reject(errorOf(answer));
  }

  #ended(error: unknown): void {
    this.#state = "gone";
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }

  #post(request: WriterRequest): void {
    const port: Pick<Worker, "postMessage"> = this.#worker;
    port.postMessage(request);
  }
}

function errorOf(answer: Exclude<WriterAnswer, { readonly kind: "ready" | "stored" }>): unknown {
  if (answer.kind === "failed") return answer.error;
  const { code, message, hint, retryable } = answer;
  return new ReeveError(code, message, { retryable, ...(hint !== undefined && { hint }) });
}
