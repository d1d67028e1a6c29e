/**
 * Decides who writes, by what it measures: the engine's own thread, or the writer's.
 *
 * A write that takes long goes to the thread, so that it does not hold the event loop up. Otherwise the own thread writes,
 * as nothing has to be handed over; but where many runs are under way at once, the next batch can be filled while one is
 * written, which may be faster by half, or slower where no second processor is free. So both are tried for a moment, and
 * the faster one writes on, until it is time to look again.
 */

export type Writer = "here" | "thread";

/** How long a write takes, on average, in milliseconds, from which on the thread writes, and below which not any more. */
const WRITE_MS = { up: 5, down: 2 } as const;
/** How many events a batch has, on average, from which on both are tried, and below which not any more. */
const BATCH_EVENTS = { up: 96, down: 32 } as const;
/** How much the last write counts in the averages. */
const WEIGHT = 1 / 16;
/** Pace is measured over so many batches, after the first few, in which whoever takes over gets to know the runs. */
const WINDOW_BATCHES = 64;
const FIRST_BATCHES = 8;
/** The faster one writes for so many windows before the other one is tried again for one. */
const TERM_WINDOWS = 64;
/** So much faster has the thread to be. */
const FASTER_MIN = 1.05;
/** A longer pause, in milliseconds, says nothing of the writer: there was nothing to write. */
const PAUSE_MS_MAX = 50;

export class WriterChoice {
  readonly #canOverlap: boolean;
  #averageMs = 0;
  #averageEvents = 0;
  #isSlow = false;
  #isLarge = false;
  /** Who writes large batches now, and for how many more windows. */
  #writer: Writer = "here";
  #windowsLeft = 1;
  #isTrial = true;
  /** Events per millisecond, when it was last measured. */
  readonly #pace = { here: 0, thread: 0 };
  /** Of this window; it begins below zero. */
  #batches = -FIRST_BATCHES;
  #events = 0;
  #ms = 0;
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
    if (this.#batches++ < 0) return;
    this.#events += events;
    this.#ms += ms;
    if (this.#batches < WINDOW_BATCHES) return;
    this.#pace[this.#writer] = this.#events / this.#ms;
    this.#batches = this.#events = this.#ms = 0;
    if (--this.#windowsLeft > 0) return;
    const other = this.#writer === "here" ? "thread" : "here";
    const isTrial = !this.#isTrial || this.#pace[other] === 0;
    this.#begin(isTrial ? other : this.#faster, isTrial);
  }

  #begin(writer: Writer, isTrial: boolean): void {
    if (writer !== this.#writer) this.#batches = -FIRST_BATCHES;
    this.#writer = writer;
    this.#isTrial = isTrial;
    this.#windowsLeft = isTrial ? 1 : TERM_WINDOWS;
  }

  get #faster(): Writer {
    return this.#pace.thread > this.#pace.here * FASTER_MIN ? "thread" : "here";
  }
}
