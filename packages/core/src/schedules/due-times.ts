/**
 * Which times of a schedule are to be acted on now, after a wait, a crash or a long downtime. Bounded: neither the
 * answer nor the search grows with the length of the downtime.
 */
import { nextTime, previousTime } from "./next-time.ts";
import type { Schedule } from "./schedule.ts";

export interface DueOptions {
  /** The latest time that was acted on; for a new schedule, when it was first known. Epoch milliseconds. */
  readonly lastMs: number;
  /** Epoch milliseconds. */
  readonly nowMs: number;
  /** At most so many times with `missed: "all"`, 1 or more. @default 1_000 */
  readonly timesMax?: number | undefined;
}

/** Times in epoch milliseconds. */
export interface DueTimes {
  /** To be acted on, earliest first. */
  readonly times: readonly number[];
  /** Those that passed and are not made up for; undefined when there are none. */
  readonly skipped: SkippedTimes | undefined;
}

export interface SkippedTimes {
  readonly firstMs: number;
  readonly lastMs: number;
  /** Undefined when there are more than 100. */
  readonly count: number | undefined;
}

/** How long ago a time may be that counts as on time: schedules count in minutes, so two are never on time at once. */
const LATE_MS_MAX = 60_000;
const TIMES_MAX_DEFAULT = 1_000;
const COUNT_MAX = 100;

/**
 * The times in (`lastMs`, `nowMs`], as `schedule.missed` wants them: "skip" gives none that are a minute or more ago,
 * "once" the latest, "all" the latest `timesMax`. What is left out is reported as skipped.
 */
export function dueTimes(schedule: Schedule, { lastMs, nowMs, timesMax }: DueOptions): DueTimes {
  const countMax = schedule.missed === "all" ? (timesMax ?? TIMES_MAX_DEFAULT) : 1;
  const sinceMs = schedule.missed === "skip" ? Math.max(lastMs, nowMs - LATE_MS_MAX) : lastMs;
  const times: number[] = [];
  // From the latest back: a search from the other end would take as long as the downtime was. A time that comes due
  // this very millisecond is due.
  let time = previousTime(schedule, nowMs + 1);
  while (time !== undefined && time > sinceMs && times.length < countMax) {
    times.push(time);
    time = previousTime(schedule, time);
  }
  const skipped = time !== undefined && time > lastMs ? skippedTimes(schedule, lastMs, time) : undefined;
  return { times: times.toReversed(), skipped };
}

function skippedTimes(schedule: Schedule, afterMs: number, lastMs: number): SkippedTimes {
  const firstMs = nextTime(schedule, afterMs) ?? lastMs;
  let count = 0;
  for (let time: number | undefined = lastMs; time !== undefined && time > afterMs; count++) {
    if (count === COUNT_MAX) return { firstMs, lastMs, count: undefined };
    time = previousTime(schedule, time);
  }
  return { firstMs, lastMs, count };
}
