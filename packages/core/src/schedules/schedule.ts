/** A cron schedule: when something is to be started again and again, and what becomes of times that were missed. */

/**
 * What becomes of times that passed while nobody could act on them: left out, made up for by one run at the latest
 * of them, or each made up for.
 */
export type Missed = "skip" | "once" | "all";

export interface ScheduleOptions {
  /** Names the schedule in run ids and messages: 1 to 100 characters without control characters. */
  readonly name: string;
  /**
   * Five fields: minute, hour, day of month, month, weekday. Each is `*`, a number, a range `1-5` or a list `1,3-5`; a
   * star or a range can have a step, as in `0-30/10`. Months and weekdays have names (`JAN`, `MON`); Sunday is 0 or 7.
   * `L` is the last day, `15W` the working day nearest to the 15th, `FRI#2` the second Friday, `FRI#L` the last. When
   * day of month and weekday are both given, either suffices; `+FRI` asks for both. Or one of `@hourly`, `@daily`,
   * `@weekly`, `@monthly`, `@yearly`.
   */
  readonly cron: string;
  /** An IANA name such as `Europe/Berlin`, or an offset such as `+02:00`. @default "UTC" */
  readonly timeZone?: string | undefined;
  /** @default "once" */
  readonly missed?: Missed | undefined;
}

/** Checked, with its defaults resolved; made by `parseSchedule` only. */
export interface Schedule {
  readonly name: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly missed: Missed;
  /** What the parser made of `cron`; asked through `nextTime` and `dueTimes`. */
  readonly times: {
    /** The first time after `after`. */
    nextRun(after: Date): Date | null;
    /** Up to `count` times before `before`, latest first. */
    previousRuns(count: number, before: Date): readonly Date[];
  };
}
