/** A fold: the last durations of each phase that ended well, for `rollbackOn: { slowdown }`. */
import type { Event } from "../delegation/event.ts";
import { pathOfAll, type Path } from "../delegation/path.ts";
import type { Fold } from "../delegation/fold.ts";

const KEPT = 20;
const NEEDED = 5;

export interface PhaseDurations {
  /** Milliseconds, latest last, by pattern and phase. */
  readonly durations: { [phase: string]: number[] };
}

export const phaseDurations: Fold<PhaseDurations> = {
  name: "phase-durations",
  version: 1,
  kinds: ["phase-ended"],
  initial: () => ({ durations: {} }),
  apply: (state, event) => {
    take(state, event);
    return state;
  },
};

/** The median; undefined before the phase has ended five times. */
export function usualDurationMs(state: PhaseDurations, pattern: string, phase: Path): number | undefined {
  const durations = state.durations[keyOf(pattern, phase)];
  if (!durations || durations.length < NEEDED) return undefined;
  const sorted = durations.toSorted((left, right) => left - right);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? 0;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? 0) + upper) / 2 : upper;
}

function take(state: PhaseDurations, event: Event): void {
  if (event.kind !== "phase-ended" || !event.ok) return;
  const kept = (state.durations[keyOf(event.pattern, event.path)] ??= []);
  kept.push(event.durationMs);
  if (kept.length > KEPT) kept.shift();
}

/** The items of a list share their phases' usual times, however long the list is. */
function keyOf(pattern: string, phase: Path): string {
  return `${pattern}\n${pathOfAll(phase)}`;
}
