/**
 * Who is at work in a test: the attempts and decisions that run, and which of them only wait for the test's clock.
 *
 * Owns that count and the waiting agents do by it. When time may move is `TestTime`'s.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { ManualClock } from "../clock.ts";
import { ReeveError } from "../errors.ts";

/** One attempt or decision that runs. */
interface Piece {
  readonly work: Work;
  /** How many waits by the clock it is in; while it is in one, it is not at work. */
  waits: number;
  /** Set when it was given up or has ended: what still runs of it is nobody's work. */
  hasEnded: boolean;
}

/** Tells code called by an agent, however deep, which attempt it is part of. */
const current = new AsyncLocalStorage<Piece>();

export class Work {
  readonly clock: ManualClock;
  #events = 0;
  readonly #awake = new Set<Piece>();
  #resting: (() => void)[] = [];

  constructor(clock: ManualClock) {
    this.clock = clock;
  }

  /** Grows with whatever happens. */
  get events(): number {
    return this.#events;
  }

  /** Something happened that may lead to more. */
  happened(): void {
    this.#events++;
  }

  /** Runs `piece`, and counts it as work until it ends. */
  during<Result>(piece: () => Result): Result {
    const running: Piece = { work: this, waits: 0, hasEnded: false };
    this.#begin(running);
    const end = (): void => {
      running.hasEnded = true;
      this.#rest(running);
    };
    let result: Result;
    try {
      result = current.run(running, piece);
    } catch (error) {
      end();
      throw error;
    }
    if (result instanceof Promise) result.then(end, end);
    else end();
    return result;
  }

  /** Resolves when nothing runs but what waits for the clock. */
  rests(): Promise<void> {
    if (this.#awake.size === 0) return Promise.resolve();
    return new Promise((resolve) => void this.#resting.push(resolve));
  }

  /** Waits within a piece of work without counting as work. */
  async wait(piece: Piece, waiting: Promise<void>): Promise<void> {
    if (piece.waits++ === 0) this.#rest(piece);
    try {
      await waiting;
    } finally {
      if (--piece.waits === 0 && !piece.hasEnded) this.#begin(piece);
    }
  }

  #begin(piece: Piece): void {
    this.happened();
    this.#awake.add(piece);
  }

  #rest(piece: Piece): void {
    this.happened();
    this.#awake.delete(piece);
    if (this.#awake.size > 0) return;
    const resting = this.#resting;
    this.#resting = [];
    for (const resolve of resting) resolve();
  }
}

/**
 * For agents in tests: waits `ms` by the test's clock. Time may be skipped meanwhile, unless other agents work.
 * Rejects with the signal's reason when that aborts first.
 * @param ms 0 or more; `Infinity` waits until `signal` aborts, as an agent that hangs.
 * @throws ReeveError `option-invalid` outside of an agent that runs in a test runtime.
 */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  const piece = current.getStore();
  if (!piece) {
    throw new ReeveError("option-invalid", `sleep(${ms}) was called outside of an agent of a test runtime`, {
      hint: "a test lets time pass with runtime.time.skip(ms)",
    });
  }
  if (Number.isNaN(ms) || ms < 0)
    throw new ReeveError("option-invalid", `sleep(${ms}): give milliseconds, 0 or more`);
  await piece.work.wait(piece, passed(piece.work.clock, ms, signal));
}

function passed(clock: ManualClock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      cancel();
      reject(signal?.reason instanceof Error ? signal.reason : new Error("the wait was aborted"));
    };
    const done = (): void => {
      signal?.removeEventListener("abort", abort);
      resolve();
    };
    const cancel = ms === Infinity ? () => {} : clock.timer(ms, done);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}
