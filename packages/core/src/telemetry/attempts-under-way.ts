/**
 * A fold: the runs with attempts that have begun and not ended, and when each was last heard of. A run that waits for a
 * person, a time or a child is not among them: it has a reason to be quiet.
 *
 * Invariant: bounded: at most `RUNS_MAX` runs; while there are more, later ones are not known.
 */
import type { Event } from "../delegation/event.ts";
import type { Fold, PatternOf } from "../delegation/fold.ts";
import { isOfLog } from "../delegation/controls.ts";
import { UNKNOWN } from "./labels.ts";

const RUNS_MAX = 10_000;

/** A run with attempts under way. */
export interface BusyRun {
  readonly pattern: string;
  /** Attempts that have begun and not ended. */
  attempts: number;
  /** When its last event was, in epoch milliseconds. */
  heardAt: number;
  /** The agent of the attempt that began last. */
  agent: string;
}

/** The state of the fold `attemptsUnderWay`, by run. */
export type AttemptsUnderWay = Map<string, BusyRun>;

export const attemptsUnderWay: Fold<AttemptsUnderWay> = {
  name: "attempts-under-way",
  version: 1,
  lazy: true,
  initial: () => new Map(),
  apply: (runs, event, patternOf) => {
    if (!event.copied && !isOfLog(event.run)) take(runs, event, patternOf);
    return runs;
  },
  save: (runs) => [...runs],
  revive: (saved) => new Map(Array.isArray(saved) ? saved : []),
};

function take(runs: AttemptsUnderWay, event: Event, patternOf?: PatternOf): void {
  const { run, at } = event;
  const busy = runs.get(run);
  switch (event.kind) {
    case "attempt-started":
      if (busy) {
        Object.assign(busy, { attempts: busy.attempts + 1, heardAt: at, agent: event.agent });
      } else if (runs.size < RUNS_MAX) {
        const pattern = patternOf?.(run) ?? UNKNOWN;
        runs.set(run, { pattern, attempts: 1, heardAt: at, agent: event.agent });
      }
      return;
    case "step-completed":
    case "attempt-failed":
    case "attempt-lost":
      if (!busy) return;
      busy.attempts--;
      busy.heardAt = at;
      if (busy.attempts <= 0) runs.delete(run);
      return;
    case "run-ended":
    case "run-stranded":
      runs.delete(run);
      return;
    default:
      if (busy) busy.heardAt = at;
  }
}
