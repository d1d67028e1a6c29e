/**
 * Time, as a port. Nothing else in this package reads the clock or sets a timer, so that tests and simulations
 * own both.
 *
 * Invariants: (1) `now` never runs backwards within one clock; (2) a timer fires at most once, never after it was
 * cancelled, and never before its delay has passed by this clock.
 */

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
  let handle: NodeJS.Timeout;
  const arm = (leftMs: number): void => {
    const partMs = Math.min(leftMs, PLATFORM_DELAY_MS_MAX);
    handle = setTimeout(() => (leftMs > partMs ? arm(leftMs - partMs) : fire()), partMs);
    if (!keepAlive) handle.unref();
  };
  arm(Math.max(0, Math.ceil(delayMs)));
  return () => clearTimeout(handle);
}

interface ManualTimer {
  readonly dueAt: number;
  readonly order: number;
  readonly fire: () => void;
}

/** A clock that moves only when told to; timers fire in order of due time, then of creation. */
export class ManualClock implements Clock {
  #now: number;
  #created = 0;
  readonly #timers = new Set<ManualTimer>();

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

  timer(delayMs: number, fire: () => void): CancelTimer {
    const timer = { dueAt: this.#now + Math.max(0, delayMs), order: this.#created++, fire };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Nothing to hold: whoever drives this clock is alive. */
  hold(): CancelTimer {
    return () => {};
  }

  /** When the earliest timer is due; undefined when none is set. */
  nextDueAt(): number | undefined {
    return this.#earliest()?.dueAt;
  }

  /** Moves time forward by `ms` and fires every timer that came due, each at its own due time. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (let timer = this.#earliest(); timer && timer.dueAt <= until; timer = this.#earliest()) {
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, timer.dueAt);
      timer.fire();
    }
    this.#now = until;
  }

  #earliest(): ManualTimer | undefined {
    let earliest: ManualTimer | undefined;
    for (const timer of this.#timers) {
      if (!earliest || timer.dueAt < earliest.dueAt) earliest = timer;
      else if (timer.dueAt === earliest.dueAt && timer.order < earliest.order) earliest = timer;
    }
    return earliest;
  }
}
