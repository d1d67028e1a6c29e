/** Which runs events were about lately, so that many readers follow the log with one reading. Holds no events. */
import type { Event } from "@reeve/core";

/** By run in the order of the events; whether the last one said that it has ended. */
export type TouchedRuns = ReadonlyMap<string, boolean>;

/** What happened since the news before. */
export interface News {
  /** Of the last event. */
  readonly position: number;
  /** When that was, in epoch milliseconds; 0 where it is not known. */
  readonly lastAt: number;
  /** Undefined: too many to name them. */
  readonly runs: TouchedRuns | undefined;
}

/** About 2 MB where ids are long. */
const RUNS_KEPT = 10_000;

export class Feed {
  readonly #news: { readonly position: number; readonly runs: TouchedRuns }[] = [];
  #runs = 0;
  /** Everything after this position is known. */
  #since = 0;
  #position = 0;
  #lastAt = 0;

  push({ position, lastAt, runs }: News): void {
    this.#lastAt = Math.max(this.#lastAt, lastAt);
    this.#position = Math.max(this.#position, position);
    if (!runs) {
      this.#news.length = 0;
      this.#runs = 0;
      this.#since = this.#position;
      return;
    }
    if (runs.size === 0) return;
    this.#news.push({ position, runs });
    this.#runs += runs.size;
    while (this.#runs > RUNS_KEPT) {
      const dropped = this.#news.shift();
      if (!dropped) return;
      this.#runs -= dropped.runs.size;
      this.#since = dropped.position;
    }
  }

  /** When the last event that was seen happened; 0 before any. */
  get lastAt(): number {
    return this.#lastAt;
  }

  /** Of the last event. */
  get position(): number {
    return this.#position;
  }

  /** Nothing before is known; said once, when it is known where the log stood. */
  beginAt(position: number): void {
    this.#since = Math.max(this.#since, position);
    this.#position = Math.max(this.#position, position);
  }

  /** At least the runs with events after a position; undefined where it is not known which these are. */
  touchedSince(position: number): TouchedRuns | undefined {
    if (position < this.#since) return undefined;
    const [only, ...more] = this.#newsSince(position);
    if (only && more.length === 0) return only.runs;
    const touched = new Map<string, boolean>(only?.runs);
    for (const { runs } of more) for (const [run, isEnded] of runs) touched.set(run, isEnded);
    return touched;
  }

  /** Whether there may be events of the run after a position. */
  mayBeTouched(run: string, position: number): boolean {
    return position < this.#since || this.#newsSince(position).some(({ runs }) => runs.has(run));
  }

  #newsSince(position: number): readonly { readonly runs: TouchedRuns }[] {
    return this.#news.slice(this.#news.findLastIndex((news) => news.position <= position) + 1);
  }
}

/** Notes which runs events are about. */
export function noteRuns(runs: Map<string, boolean>, events: readonly Event[]): void {
  // A run's events of one commit come one after the other: the last one says it.
  let last: Event | undefined;
  for (const event of events) {
    if (last && last.run !== event.run) runs.set(last.run, last.kind === "run-ended");
    last = event;
  }
  if (last) runs.set(last.run, last.kind === "run-ended");
}
