/**
 * A fold: what goes wrong, grouped by pattern, step and error code. A group is about runs that ended badly because of
 * it, and about attempts that failed and were made again.
 *
 * Invariant: bounded: at most `GROUPS_MAX` groups; when there are more, those seen longest ago go.
 */
import type { Event } from "../delegation/event.ts";
import type { Fold, PatternOf } from "../delegation/fold.ts";
import type { StepError } from "../delegation/outcome.ts";
import { pathOfAll, type Path } from "../delegation/path.ts";
import { isOfLog } from "../delegation/controls.ts";
import { UNKNOWN } from "./labels.ts";

const GROUPS_MAX = 1_000;
/** How many go at once when there are too many. */
const DROPPED = 100;
const MESSAGE_LENGTH_MAX = 500;

export interface FailureGroup {
  readonly pattern: string;
  /** Of the step, without the indexes of items; empty for the run itself. */
  readonly path: Path;
  readonly code: string;
  readonly agent: string | undefined;
  /** Epoch milliseconds. */
  readonly firstAt: number;
  lastAt: number;
  /** Runs that ended badly because of it. */
  runs: number;
  /** Failed attempts with this error. */
  attempts: number;
  /** The latest: a run in which it happened, what the error said, and what can be done about it. */
  example: { readonly run: string; readonly message: string; readonly hint: string | undefined };
}

export interface Failures {
  readonly groups: Map<string, FailureGroup>;
}

export const failures: Fold<Failures> = {
  name: "failures",
  version: 1,
  kinds: ["attempt-failed", "run-ended"],
  lazy: true,
  initial: () => ({ groups: new Map() }),
  apply: (state: Failures, event: Event, patternOf?: PatternOf) => {
    if (!event.copied && !isOfLog(event.run)) take(state, event, patternOf);
    return state;
  },
  save: ({ groups }): SavedFailures => ({ groups: [...groups.values()] }),
  revive: (saved) => {
    const { groups } = Object.assign({ ...EMPTY }, saved);
    return { groups: new Map(groups.map((group) => [keyOf(group.pattern, group.path, group.code), group])) };
  },
};

interface SavedFailures {
  readonly groups: readonly FailureGroup[];
}

const EMPTY: SavedFailures = { groups: [] };

/** The groups, the one seen last first. */
export function latestFailures(state: Failures): readonly FailureGroup[] {
  return [...state.groups.values()].toSorted((left, right) => right.lastAt - left.lastAt);
}

function take(state: Failures, event: Event, patternOf: PatternOf | undefined): void {
  if (event.kind === "attempt-failed") {
    if (event.error.code === "attempt-cancelled") return;
    groupOf(state, patternOf?.(event.run) ?? UNKNOWN, event, event.error).attempts++;
  } else if (event.kind === "run-ended") {
    const { outcome } = event;
    if (outcome.status === "completed" || outcome.status === "cancelled") return;
    groupOf(state, event.pattern, event, outcome.status === "timed-out" ? timedOut(outcome) : outcome.error)
      .runs++;
  }
}

function timedOut({ afterMs }: { readonly afterMs: number }): StepError {
  const message = `the run did not end within ${afterMs} ms`;
  return { name: "ReeveError", code: "pattern-timed-out", message, path: "" };
}

function groupOf({ groups }: Failures, pattern: string, event: Event, error: StepError): FailureGroup {
  const path = pathOfAll(error.path);
  const key = keyOf(pattern, path, error.code);
  let group = groups.get(key);
  if (!group) {
    if (groups.size >= GROUPS_MAX) dropOldest(groups);
    const { code, agent } = error;
    const { at } = event;
    group = { pattern, path, code, agent, firstAt: at, lastAt: at, runs: 0, attempts: 0, example: NONE };
    groups.set(key, group);
  }
  group.lastAt = event.at;
  const message = error.message.slice(0, MESSAGE_LENGTH_MAX);
  group.example = { run: event.run, message, hint: error.hint };
  return group;
}

const NONE: FailureGroup["example"] = { run: "", message: "", hint: undefined };

function dropOldest(groups: Map<string, FailureGroup>): void {
  const oldest = [...groups].toSorted(([, left], [, right]) => left.lastAt - right.lastAt);
  for (const [key] of oldest.slice(0, DROPPED)) groups.delete(key);
}

function keyOf(pattern: string, path: Path, code: string): string {
  return JSON.stringify([pattern, path, code]);
}
