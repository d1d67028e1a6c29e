/**
 * Time, as a port. Nothing else in this package reads the clock or sets a timer, so that tests and simulations
 * own both.
 *
 * Invariants: (1) `now` never runs backwards within one clock; (2) a timer fires at most once, never after it was
 * cancelled, and never before its delay has passed by this clock.
 */
import { isBefore, TimerHeap, type HeapTimer } from "./clock/timer-heap.ts";

/** Cancels what it was returned for; calling it twice is harmless. */
export type CancelTimer = () => void;

export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. */
  now(): number;
  /** Milliseconds from an arbitrary start, with fractions; for durations. */
  monotonic(): number;
  /**
   * Calls `fire` once after `delayMs`. `keepAlive: false` lets the process exit before it.
   * @param delayMs 0 or more; any finite value is allowed, also beyond the 24.8 days of the platform's timers.
   */
  timer(delayMs: number, fire: () => void, options?: { readonly keepAlive?: boolean }): CancelTimer;
  /** Keeps the process alive until the function returned is called. */
  hold(): CancelTimer;
}

const PLATFORM_DELAY_MS_MAX = 2 ** 31 - 1;

/** The machine's clock; `now` is held from running backwards. */
export function systemClock(): Clock {
  let latest = 0;
  return {
    now: () => (latest = Math.max(latest, Date.now())),
    monotonic: () => performance.now(),
    timer: (delayMs, fire, options) => longTimer(delayMs, fire, options?.keepAlive ?? true),
    hold: () => {
      const handle = setInterval(() => {}, PLATFORM_DELAY_MS_MAX);
      return () => clearInterval(handle);
    },
  };
}

/** The platform caps one timer at 24.8 days, so longer delays are chained. */
function longTimer(delayMs: number, fire: () => void, keepAlive: boolean): CancelTimer {
  if (delayMs <= PLATFORM_DELAY_MS_MAX) return platformTimer(delayMs, fire, keepAlive);
  let handle: NodeJS.Timeout;
  const arm = (leftMs: number): void => {
    const partMs = Math.min(leftMs, PLATFORM_DELAY_MS_MAX);
    handle = setTimeout(() => (leftMs > partMs ? arm(leftMs - partMs) : fire()), partMs);
    if (!keepAlive) handle.unref();
  };
  arm(Math.ceil(delayMs));
  return () => clearTimeout(handle);
}

function platformTimer(delayMs: number, fire: () => void, keepAlive: boolean): CancelTimer {
  const handle = setTimeout(fire, Math.max(0, Math.ceil(delayMs)));
  if (!keepAlive) handle.unref();
  return () => clearTimeout(handle);
}

/**
 * A clock that moves only when told to; timers fire in order of due time, then of creation. Setting, cancelling and
 * firing one of n timers costs O(log n).
 */
export class ManualClock implements Clock {
  #now: number;
  #created = 0;
  readonly #work = new TimerHeap();
  /** Timers that do not keep the process alive: sweeps and polls, which set themselves again for ever. */
  readonly #background = new TimerHeap();
  /** Those of them that `skipToNext` does not stop at before work was set or fired. */
  readonly #backgroundLater = new TimerHeap();
  readonly #heaps: readonly TimerHeap[] = [this.#work, this.#background, this.#backgroundLater];
  /** Whether only background timers fired and were set since. */
  #onlyBackground = false;

  /** @param startAt epoch milliseconds. @default 2026-01-01T00:00:00Z */
  constructor(startAt: number = Date.UTC(2026, 0, 1)) {
    this.#now = startAt;
  }

  now(): number {
    return this.#now;
  }

  monotonic(): number {
    return this.#now;
  }

  timer(delayMs: number, fire: () => void, options?: { readonly keepAlive?: boolean }): CancelTimer {
    const timer = { dueAt: this.#now + Math.max(0, delayMs), order: this.#created++, fire, place: 0 };
    if (options?.keepAlive === false) this.#backgroundLater.add(timer);
    else {
      this.#work.add(timer);
      this.#onlyBackground = false;
    }
    return () => void this.#heaps.some((heap) => heap.remove(timer));
  }

  /** Nothing to hold: whoever drives this clock is alive. */
  hold(): CancelTimer {
    return () => {};
  }

  /** When the earliest timer is due; undefined when none is set. */
  nextDueAt(): number | undefined {
    return this.#earliest()?.timer.dueAt;
  }

  /** Moves time forward by `ms` and fires every timer that came due, each at its own due time. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (let next = this.#earliest(); next && next.timer.dueAt <= until; next = this.#earliest()) {
      next.heap.remove(next.timer);
      this.#now = Math.max(this.#now, next.timer.dueAt);
      next.timer.fire();
    }
    this.#now = Math.max(this.#now, until);
  }

  /**
   * Moves time to the next timer and fires what is due then; false when none is due by `until`, and then it is
   * `until`. A month takes as many steps as things happen in it: of the timers that do not keep the process alive
   * (`keepAlive: false`), such as polls, those that are set while only such timers fire wait until another one is
   * set or due. They fire late then, as in a machine that slept.
   * @param until epoch milliseconds. @default no bound: where no timer is set, time stays as it is
   */
  skipToNext(until: number = Infinity): boolean {
    if (!this.#onlyBackground) this.#backgroundLater.drainInto(this.#background);
    this.#onlyBackground = true;
    const [work, background] = [this.#work.earliest, this.#background.earliest];
    const first =
      work && background ? (isBefore(background, work) ? background : work) : (work ?? background);
    if (!first || first.dueAt > until || first.dueAt === Infinity) {
      if (until !== Infinity) this.#sleepUntil(until);
      return false;
    }
    if (first === background) {
      this.#background.remove(first);
      this.#now = Math.max(this.#now, first.dueAt);
      first.fire();
    } else {
      this.#sleepUntil(first.dueAt);
      this.#onlyBackground = false;
    }
    return true;
  }

  /** Time passes while nothing can happen, as when the event loop is blocked: what came due fires at the next move. */
  stall(ms: number): void {
    this.#now += Math.max(0, ms);
  }

  /** Moves time at once; what came due meanwhile fires now, but nothing that is set by it. */
  #sleepUntil(at: number): void {
    this.#now = Math.max(this.#now, at);
    const created = this.#created;
    for (let next = this.#earliest(); next && next.timer.dueAt <= at; next = this.#earliest()) {
      if (next.timer.order >= created) break;
      next.heap.remove(next.timer);
      next.timer.fire();
    }
  }

  #earliest(): { readonly heap: TimerHeap; readonly timer: HeapTimer } | undefined {
    let first: { readonly heap: TimerHeap; readonly timer: HeapTimer } | undefined;
    for (const heap of this.#heaps) {
      const timer = heap.earliest;
      if (timer && (!first || isBefore(timer, first.timer))) first = { heap, timer };
    }
    return first;
  }
}
