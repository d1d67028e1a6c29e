/**
 * A fold: what goes on at each step of each pattern, now and so far: the numbers on a pattern's graph.
 *
 * Invariant: bounded: as many patterns as labels.ts lets in, and `STEPS_MAX` steps of each; the items of a list are one
 * step.
 */
import type { Event } from "../delegation/event.ts";
import type { Fold, PatternOf } from "../delegation/fold.ts";
import { pathOfAll, type Path } from "../delegation/path.ts";
import {
  countsOf,
  newLabel,
  reviveLabel,
  saveLabel,
  UNKNOWN,
  type Counted,
  type Label,
  type SavedLabel,
} from "./labels.ts";
import { isOfLog } from "../delegation/controls.ts";

const STEPS_MAX = 500;

export interface StepActivity {
  readonly agent: string;
  /** Attempts that run now. */
  running: number;
  completed: number;
  /** Attempts that failed and were not made again. */
  failed: number;
  retried: number;
  lost: number;
}

interface PatternSteps extends Counted {
  readonly steps: Map<Path, StepActivity>;
}

interface SavedPatternSteps extends Counted {
  readonly steps: readonly (readonly [Path, StepActivity])[];
}

export interface StepActivities {
  readonly patterns: Label<PatternSteps>;
}

interface SavedSteps {
  readonly patterns: SavedLabel<SavedPatternSteps>;
}

export const stepActivities: Fold<StepActivities> = {
  name: "step-activities",
  version: 1,
  kinds: ["attempt-started", "step-completed", "attempt-failed", "attempt-lost"],
  lazy: true,
  initial: () => ({ patterns: newLabel() }),
  apply: (state: StepActivities, event: Event, patternOf?: PatternOf) => {
    if (!event.copied && !isOfLog(event.run)) take(state, event, patternOf);
    return state;
  },
  save,
  revive: (saved) => {
    const { patterns } = Object.assign({ ...EMPTY }, saved);
    const values = patterns.values.map(
      ([name, { seenAt, steps }]) => [name, { seenAt, steps: new Map(steps) }] as const,
    );
    return { patterns: reviveLabel({ ...patterns, values }) };
  },
};

const EMPTY: SavedSteps = { patterns: saveLabel(newLabel<SavedPatternSteps>()) };

/** By path; the paths of undos end in `/undo`. */
export function stepsOf(state: StepActivities, pattern: string): ReadonlyMap<Path, StepActivity> {
  return new Map(state.patterns.values.get(pattern)?.steps);
}

function save({ patterns }: StepActivities): SavedSteps {
  const saved = saveLabel(patterns);
  const values = saved.values.map(
    ([name, { seenAt, steps }]) => [name, { seenAt, steps: [...steps] }] as const,
  );
  return { patterns: { ...saved, values } };
}

function take(state: StepActivities, event: Event, patternOf: PatternOf | undefined): void {
  switch (event.kind) {
    case "attempt-started": {
      const step = stepOf(state, event, patternOf);
      if (step) step.running++;
      return;
    }
    case "step-completed":
    case "attempt-failed":
    case "attempt-lost": {
      const step = stepOf(state, event, patternOf);
      if (!step) return;
      step.running = Math.max(0, step.running - 1);
      if (event.kind === "step-completed") step.completed++;
      else if (event.kind === "attempt-lost") step.lost++;
      else step[event.retryInMs === undefined ? "failed" : "retried"]++;
      return;
    }
    default:
      return;
  }
}

type AttemptEvent = Event & { readonly path: Path; readonly agent: string };

/** Undefined for a step beyond those that are counted. */
function stepOf(
  { patterns }: StepActivities,
  { run, at, path, agent }: AttemptEvent,
  patternOf: PatternOf | undefined,
): StepActivity | undefined {
  const { steps } = countsOf(patterns, patternOf?.(run) ?? UNKNOWN, at, () => ({
    seenAt: 0,
    steps: new Map<Path, StepActivity>(),
  }));
  const of = pathOfAll(path);
  const known = steps.get(of);
  if (known || steps.size >= STEPS_MAX) return known;
  const step = { agent, running: 0, completed: 0, failed: 0, retried: 0, lost: 0 };
  steps.set(of, step);
  return step;
}
