/**
 * A fold: the runs that need a person, since they are stranded or left something behind that was not undone. Which
 * alerts follow is need-alerts.ts.
 *
 * Invariant: bounded: at most `RUNS_MAX` runs of each kind; those known longest go first.
 */
import type { Event } from "../delegation/event.ts";
import type { Fold, PatternOf } from "../delegation/fold.ts";
import { UNKNOWN } from "./labels.ts";

const RUNS_MAX = 1_000;

/** A run that needs a person, and since when, in epoch milliseconds. */
export interface RunInNeed {
  readonly pattern: string;
  readonly since: number;
}

/** The state of the fold `needs`, by run. */
export interface Needs {
  readonly stranded: Map<string, RunInNeed>;
  /** Ended as rollback-failed, and were neither retried nor forked since. */
  readonly rollbackFailed: Map<string, RunInNeed>;
}

interface SavedNeeds {
  readonly stranded: readonly (readonly [string, RunInNeed])[];
  readonly rollbackFailed: readonly (readonly [string, RunInNeed])[];
}

const EMPTY: SavedNeeds = { stranded: [], rollbackFailed: [] };

export const needs: Fold<Needs> = {
  name: "needs",
  version: 1,
  kinds: ["run-started", "run-stranded", "run-unstranded", "run-ended"],
  lazy: true,
  initial: () => ({ stranded: new Map(), rollbackFailed: new Map() }),
  apply: (state, event, patternOf) => {
    if (!event.copied) take(state, event, patternOf);
    return state;
  },
  save: ({ stranded, rollbackFailed }): SavedNeeds => ({
    stranded: [...stranded],
    rollbackFailed: [...rollbackFailed],
  }),
  revive: (saved) => {
    const { stranded, rollbackFailed } = Object.assign({ ...EMPTY }, saved);
    return { stranded: new Map(stranded), rollbackFailed: new Map(rollbackFailed) };
  },
};

function take({ stranded, rollbackFailed }: Needs, event: Event, patternOf?: PatternOf): void {
  const { run, at } = event;
  switch (event.kind) {
    case "run-started":
      // Whoever forks or retries a run has seen what it left behind.
      if (event.origin?.forkedFrom) rollbackFailed.delete(event.origin.forkedFrom.run);
      return;
    case "run-stranded":
      note(stranded, run, { pattern: event.pattern ?? patternOf?.(run) ?? UNKNOWN, since: at });
      return;
    case "run-unstranded":
      stranded.delete(run);
      return;
    case "run-ended":
      stranded.delete(run);
      if (event.outcome.status === "rollback-failed")
        note(rollbackFailed, run, { pattern: event.pattern, since: at });
      return;
    default:
      return;
  }
}

function note(runs: Map<string, RunInNeed>, run: string, need: RunInNeed): void {
  if (runs.has(run)) return;
  runs.set(run, need);
  const [first] = runs.keys();
  if (runs.size > RUNS_MAX && first !== undefined) runs.delete(first);
}
