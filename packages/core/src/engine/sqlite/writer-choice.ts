/**
 * Decides who writes, by what it measures: the engine's own thread, or the writer's.
 *
 * A write that takes long goes to the thread, so that it does not hold the event loop up. Otherwise the own thread writes,
 * as nothing has to be handed over; but where many runs are under way at once, the next batch can be filled while one is
 * written, which may be faster by half, or slower where no second processor is free. So both are tried for a moment, the
 * thread first, and the better one writes on, until it is time to look again.
 */

export type Writer = "here" | "thread";

/** How long a write takes, on average, in milliseconds, from which on the thread writes, and below which not any more. */
const WRITE_MS = { up: 5, down: 2 } as const;
/** How many events a batch has, on average, from which on both are tried, and below which not any more. */
const BATCH_EVENTS = { up: 96, down: 32 } as const;
/** How much the last write counts in the averages. */
const WEIGHT = 1 / 16;
/**
 * Pace is measured over windows of so many events. Those before the first one do not count: whoever takes over has to get to know the
 * runs, and a thread that has just started is slower, since its code is not compiled yet.
 */
const WINDOW_EVENTS = 16_384;
const FIRST_EVENTS = { here: 2_048, thread: 49_152 } as const;
/** The faster one writes for so many windows before the other one is tried again for one; twice as many each time it wins. */
const TERM_WINDOWS = { min: 4, max: 64 };
/** The thread writes unless it is slower than this: it leaves the event loop to others for a fifth of the time. */
const PACE_MIN = 0.95;
/** A longer pause, in milliseconds, says nothing of the writer: there was nothing to write. */
const PAUSE_MS_MAX = 50;

export class WriterChoice {
  readonly #canOverlap: boolean;
  #averageMs = 0;
  #averageEvents = 0;
  #isSlow = false;
  #isLarge = false;
  /** Who writes large batches now, and for how many more windows. The thread is the first, since it mostly wins. */
  #writer: Writer = "thread";
  #windowsLeft = 1;
  #isTrial = true;
  #termWindows = TERM_WINDOWS.min;
  #winner: Writer | undefined;
  /** Events per millisecond, when it was last measured. */
  readonly #pace = { here: 0, thread: 0 };
  /** Of this window. */
  #events = 0;
  #ms = 0;
  /** To go before it begins. */
  #eventsBefore: number = FIRST_EVENTS.thread;
  #lastAt = -Infinity;

  /** @param canOverlap whether there is a second processor */
  constructor(canOverlap: boolean) {
    this.#canOverlap = canOverlap;
  }

  get writer(): Writer {
    if (this.#isSlow) return "thread";
    return this.#isLarge ? this.#writer : "here";
  }

  /**
   * A batch was written.
   * @param at when it was, in milliseconds from some start
   */
  wrote(by: Writer, events: number, tookMs: number, at: number): void {
    this.#averageMs += (tookMs - this.#averageMs) * WEIGHT;
    this.#averageEvents += (events - this.#averageEvents) * WEIGHT;
    this.#isSlow = this.#averageMs >= WRITE_MS[this.#isSlow ? "down" : "up"];
    this.#isLarge = this.#canOverlap && this.#averageEvents >= BATCH_EVENTS[this.#isLarge ? "down" : "up"];
    const sinceLast = at - this.#lastAt;
    this.#lastAt = at;
    // The thread may not have been ready.
    if (!this.#isLarge || this.#isSlow || by !== this.#writer || sinceLast > PAUSE_MS_MAX) return;
    this.#count(events, sinceLast);
  }

  #count(events: number, ms: number): void {
    if ((this.#eventsBefore -= events) > 0) return;
    this.#events += events;
    this.#ms += ms;
    if (this.#events < WINDOW_EVENTS) return;
    this.#pace[this.#writer] = this.#events / this.#ms;
    this.#events = this.#ms = 0;
    if (--this.#windowsLeft > 0) return;
    const other = this.#writer === "here" ? "thread" : "here";
    if (!this.#isTrial || this.#pace[other] === 0) {
      this.#begin(other, 1);
      this.#isTrial = true;
      return;
    }
    const winner = this.#faster;
    this.#termWindows =
      winner === this.#winner ? Math.min(2 * this.#termWindows, TERM_WINDOWS.max) : TERM_WINDOWS.min;
    this.#winner = winner;
    this.#begin(winner, this.#termWindows);
    this.#isTrial = false;
  }

  #begin(writer: Writer, windows: number): void {
    if (writer !== this.#writer) this.#eventsBefore = FIRST_EVENTS[writer];
    this.#writer = writer;
    this.#windowsLeft = windows;
  }

  get #faster(): Writer {
    return this.#pace.thread > this.#pace.here * PACE_MIN ? "thread" : "here";
  }
}
