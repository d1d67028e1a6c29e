/**
 * A writer's thread that is there while it is used: started when it is first needed, and closed again when nobody has
 * used it for a while, since it holds some 25 MB and the part of the file that it remembers.
 *
 * Invariants: (1) a thread is closed only when all it was asked is answered; (2) when `close` returns, none of them has the file
 * open, also those that were closed before.
 */
import type { CancelTimer, Clock } from "../../clock.ts";
import type { WriterThread } from "./writer-thread.ts";

/**
 * One that was not used for so long, and at most twice as long, is closed. After a start it takes some 30,000 events until its code is
 * compiled, and writes at half of its pace until then: pauses between bursts of work must not cost that.
 */
export const UNUSED_MS = 30_000;

export interface SpareThreadOptions {
  readonly clock: Clock;
  start(): WriterThread;
  /** Whether somebody counts on the thread that there is. */
  isNeeded(): boolean;
}

export class SpareThread {
  readonly #options: SpareThreadOptions;
  #thread: WriterThread | undefined;
  /** The last one that was closed: it may not be gone yet. */
  #leaving: WriterThread | undefined;
  #isUsed = false;
  #cancelLook: CancelTimer | undefined;

  constructor(options: SpareThreadOptions) {
    this.#options = options;
  }

  /** The thread to ask now. Undefined while it starts, which this makes it do, and once it has failed. */
  ready(): WriterThread | undefined {
    this.#isUsed = true;
    const thread = (this.#thread ??= this.#options.start());
    if (!this.#cancelLook) this.#lookLater();
    return thread.isReady ? thread : undefined;
  }

  /** The thread that there is, whatever its state. */
  get current(): WriterThread | undefined {
    return this.#thread;
  }

  close(): void {
    this.#cancelLook?.();
    this.#thread?.close();
    this.#leaving?.close();
  }

  #lookLater(): void {
    this.#cancelLook = this.#options.clock.timer(UNUSED_MS, () => this.#look(), { keepAlive: false });
  }

  #look(): void {
    this.#cancelLook = undefined;
    const thread = this.#thread;
    if (!thread) return;
    const isUnused = !this.#isUsed && thread.isIdle && !this.#options.isNeeded();
    this.#isUsed = false;
    // One after the other, so that `close` knows of all that are not gone.
    if (!isUnused || (this.#leaving && !this.#leaving.isGone)) {
      this.#lookLater();
      return;
    }
    thread.leave();
    this.#leaving = thread;
    this.#thread = undefined;
  }
}
