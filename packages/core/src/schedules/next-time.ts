/** When a schedule comes next. What happens when clocks change is in docs/algorithms/schedules.md. */
import type { Schedule } from "./schedule.ts";

/**
 * The first time after `afterMs`, never `afterMs` itself, in epoch milliseconds; always a whole minute.
 * Undefined when none comes before the year 10000.
 */
export function nextTime(schedule: Schedule, afterMs: number): number | undefined {
  return schedule.times.nextRun(new Date(afterMs))?.getTime();
}

/** The last time before `beforeMs`, never `beforeMs` itself, in epoch milliseconds; undefined when there was none. */
export function previousTime(schedule: Schedule, beforeMs: number): number | undefined {
  return schedule.times.previousRuns(1, new Date(beforeMs))[0]?.getTime();
}

/** The id of the run that a schedule starts at a time: the same time can't start it twice, whoever asks and when. */
export function runIdOf(schedule: Schedule, timeMs: number): string {
  return `${schedule.name}@${new Date(timeMs).toISOString()}`;
}
