/**
 * A fold: the runs that wait to begin, and since when.
 *
 * Invariant: bounded: at most `RUNS_MAX` runs, the earliest; while there are more, later ones are not known.
 */
import type { Event } from "../delegation/event.ts";
import type { Fold } from "../delegation/fold.ts";

const RUNS_MAX = 20_000;

/** A run that has not begun. */
export interface QueuedRun {
  readonly pattern: string;
  /** When it could have begun at the earliest, in epoch milliseconds. */
  readonly since: number;
}

/** The state of the fold `queuedRuns`, by run. */
export type QueuedRuns = Map<string, QueuedRun>;

export const queuedRuns: Fold<QueuedRuns> = {
  name: "queued-runs",
  version: 1,
  kinds: ["run-started", "run-admitted", "run-ended"],
  lazy: true,
  initial: () => new Map(),
  apply: (runs, event) => {
    take(runs, event);
    return runs;
  },
  save: (runs) => [...runs],
  revive: (saved) => new Map(Array.isArray(saved) ? saved : []),
};

function take(runs: QueuedRuns, event: Event): void {
  switch (event.kind) {
    case "run-started":
      if (event.queued && runs.size < RUNS_MAX) {
        const since = Math.max(event.at, event.admission?.notBefore ?? 0);
        runs.set(event.run, { pattern: event.pattern, since });
      }
      return;
    case "run-admitted":
    case "run-ended":
      runs.delete(event.run);
      return;
    default:
      return;
  }
}
