/**
 * How long the event loop was held up: a timer of a millisecond, set again whenever it fires, and how late it was each
 * time. Waiting for a disk holds it up as working does, so each hold says how much of it was spent working.
 */
import { quantile } from "../statistics.ts";

export interface Holds {
  readonly samples: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
  /** The longest time of work between two firings, by the thread's processor time. */
  readonly longestWorkMs: number;
}

const PERIOD_MS = 1;

export class LoopProbe {
  #lateMs: number[] = [];
  #workMs: number[] = [];
  #firedAt = 0;
  #workAt = 0;
  #timer: NodeJS.Timeout | undefined;

  start(): void {
    this.#lateMs = [];
    this.#workMs = [];
    this.skip();
    this.#set();
  }

  /** What happened since the last firing doesn't count: it was the measurement's own. */
  skip(): void {
    this.#firedAt = performance.now();
    this.#workAt = worked();
  }

  stop(): Holds {
    clearTimeout(this.#timer);
    return {
      samples: this.#lateMs.length,
      p50Ms: quantile(this.#lateMs, 0.5),
      p99Ms: quantile(this.#lateMs, 0.99),
      longestMs: longest(this.#lateMs),
      longestWorkMs: longest(this.#workMs),
    };
  }

  #set(): void {
    this.#timer = setTimeout(() => {
      this.#lateMs.push(Math.max(0, performance.now() - this.#firedAt - PERIOD_MS));
      this.#workMs.push(worked() - this.#workAt);
      this.skip();
      this.#set();
    }, PERIOD_MS);
  }
}

/** Milliseconds of processor time of this thread. */
function worked(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

function longest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
