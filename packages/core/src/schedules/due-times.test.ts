import { describe, expect, test } from "vitest";
import { dueTimes } from "./due-times.ts";
import { parseSchedule } from "./parse-schedule.ts";
import type { Missed, Schedule } from "./schedule.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const noon = Date.UTC(2026, 4, 1, 12);

function hourly(missed: Missed): Schedule {
  return parseSchedule({ name: "hourly", cron: "@hourly", missed });
}

describe("which times are due", () => {
  test.each(["skip", "once", "all"] as const)("one that has just come is, with missed: %s", (missed) => {
    const due = { times: [noon], skipped: undefined };
    expect(dueTimes(hourly(missed), { lastMs: noon - HOUR_MS, nowMs: noon })).toEqual(due);
    expect(dueTimes(hourly(missed), { lastMs: noon - HOUR_MS, nowMs: noon + 59_999 })).toEqual(due);
  });

  test.each(["skip", "once", "all"] as const)(
    "none before its time, nor twice, with missed: %s",
    (missed) => {
      const none = { times: [], skipped: undefined };
      expect(dueTimes(hourly(missed), { lastMs: noon - HOUR_MS, nowMs: noon - 1 })).toEqual(none);
      expect(dueTimes(hourly(missed), { lastMs: noon, nowMs: noon })).toEqual(none);
      expect(dueTimes(hourly(missed), { lastMs: noon, nowMs: noon + HOUR_MS - 1 })).toEqual(none);
    },
  );

  test("a clock that was set back does not bring times again", () => {
    expect(dueTimes(hourly("all"), { lastMs: noon, nowMs: noon - DAY_MS })).toEqual({
      times: [],
      skipped: undefined,
    });
  });
});

describe("after a downtime of three and a half hours", () => {
  const missed = { lastMs: noon - 3 * HOUR_MS - 1, nowMs: noon + HOUR_MS / 2 };
  const passed = [noon - 3 * HOUR_MS, noon - 2 * HOUR_MS, noon - HOUR_MS, noon];

  test('"skip" leaves out what is a minute or more ago', () => {
    expect(dueTimes(hourly("skip"), missed)).toEqual({
      times: [],
      skipped: { firstMs: noon - 3 * HOUR_MS, lastMs: noon, count: 4 },
    });
    expect(dueTimes(hourly("skip"), { ...missed, nowMs: noon })).toEqual({
      times: [noon],
      skipped: { firstMs: noon - 3 * HOUR_MS, lastMs: noon - HOUR_MS, count: 3 },
    });
    expect(dueTimes(hourly("skip"), { ...missed, nowMs: noon + MINUTE_MS }).times).toEqual([]);
  });

  test('"once" makes up for all of them with the latest', () => {
    expect(dueTimes(hourly("once"), missed)).toEqual({
      times: [noon],
      skipped: { firstMs: noon - 3 * HOUR_MS, lastMs: noon - HOUR_MS, count: 3 },
    });
  });

  test('"all" makes up for each, earliest first', () => {
    expect(dueTimes(hourly("all"), missed)).toEqual({ times: passed, skipped: undefined });
  });

  test('"all" is bounded: the earliest are left out and reported', () => {
    expect(dueTimes(hourly("all"), { ...missed, timesMax: 3 })).toEqual({
      times: passed.slice(1),
      skipped: { firstMs: noon - 3 * HOUR_MS, lastMs: noon - 3 * HOUR_MS, count: 1 },
    });
  });
});

describe("after ten years", () => {
  const everyMinute = { name: "minutely", cron: "* * * * *" };
  const lastMs = noon - 3_650 * DAY_MS;

  test('"all" is bounded to 1,000 times, and what was left out is no longer counted', () => {
    const { times, skipped } = dueTimes(parseSchedule({ ...everyMinute, missed: "all" }), {
      lastMs,
      nowMs: noon,
    });
    expect([times.length, times.at(0), times.at(-1)]).toEqual([1_000, noon - 999 * MINUTE_MS, noon]);
    expect(skipped).toEqual({
      firstMs: lastMs + MINUTE_MS,
      lastMs: noon - 1_000 * MINUTE_MS,
      count: undefined,
    });
  });

  test("up to 100 times left out are counted", () => {
    const schedule = parseSchedule({ ...everyMinute, missed: "once" });
    const skippedAfter = (minutes: number): number | undefined =>
      dueTimes(schedule, { lastMs: noon - minutes * MINUTE_MS, nowMs: noon }).skipped?.count;
    expect([skippedAfter(1), skippedAfter(2), skippedAfter(101), skippedAfter(102)]).toEqual([
      undefined,
      1,
      100,
      undefined,
    ]);
  });
});
