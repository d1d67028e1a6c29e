import { describe, expect, test } from "vitest";
import { ReeveError } from "../errors.ts";
import { nextTime } from "./next-time.ts";
import { parseSchedule } from "./parse-schedule.ts";
import type { ScheduleOptions } from "./schedule.ts";

const NEW_YEAR = Date.UTC(2026, 0, 1);

function refusal(options: { readonly [option: string]: unknown }): ReeveError {
  try {
    // What a JavaScript caller can write, the types don't allow.
    Reflect.apply(parseSchedule, undefined, [{ name: "nightly", cron: "0 3 * * *", ...options }]);
  } catch (error) {
    if (error instanceof ReeveError && error.code === "schedule-invalid") return error;
    throw error;
  }
  throw new Error(`nothing was wrong with ${JSON.stringify(options)}`);
}

function firstIn2026(cron: string, rest: Partial<ScheduleOptions> = {}): string {
  const next = nextTime(parseSchedule({ name: "nightly", cron, ...rest }), NEW_YEAR);
  return next === undefined ? "never" : new Date(next).toISOString().slice(0, 16);
}

describe("a schedule", () => {
  test("is in UTC and makes up for missed times once, if nothing else is said", () => {
    expect(parseSchedule({ name: "nightly", cron: "0 3 * * *" })).toMatchObject({
      name: "nightly",
      cron: "0 3 * * *",
      timeZone: "UTC",
      missed: "once",
    });
  });

  test.each([
    ["30 4 * * *", "2026-01-01T04:30"],
    ["  30  4 * *\t* ", "2026-01-01T04:30"],
    ["*/20 * * * *", "2026-01-01T00:20"],
    ["10-40/15 * * * *", "2026-01-01T00:10"],
    ["0 9 * FEB MON-FRI", "2026-02-02T09:00"],
    ["0 0 * * 0", "2026-01-04T00:00"],
    ["0 0 * * 7", "2026-01-04T00:00"],
    ["0 0 13 * FRI", "2026-01-02T00:00"],
    ["0 0 13 * +FRI", "2026-02-13T00:00"],
    ["0 0 L * *", "2026-01-31T00:00"],
    ["0 0 31W * *", "2026-01-30T00:00"],
    ["0 0 * * FRI#2", "2026-01-09T00:00"],
    ["0 0 * * FRI#L", "2026-01-30T00:00"],
    ["0 0 29 2 *", "2028-02-29T00:00"],
    ["@hourly", "2026-01-01T01:00"],
    ["@daily", "2026-01-02T00:00"],
    ["@weekly", "2026-01-04T00:00"],
    ["@monthly", "2026-02-01T00:00"],
    ["@yearly", "2027-01-01T00:00"],
  ])("%s first comes in 2026 at %s", (cron, expected) => {
    expect(firstIn2026(cron)).toBe(expected);
  });

  test("counts in its time zone, by name or by offset", () => {
    expect(firstIn2026("0 9 * * *", { timeZone: "Asia/Kathmandu" })).toBe("2026-01-01T03:15");
    expect(firstIn2026("0 9 * * *", { timeZone: "+02:00" })).toBe("2026-01-01T07:00");
  });
});

describe("a schedule that can't be", () => {
  test.each([
    ["60 * * * *", "schedule 'nightly': cron is 60 * * * * (invalid value for minute: 60)"],
    ["0 3 * *", "schedule 'nightly': cron is 0 3 * *"],
    ["", "schedule 'nightly': cron is ''"],
    [undefined, "schedule 'nightly': cron is undefined"],
    ["2026-01-01T00:00:00", "schedule 'nightly': cron is 2026-01-01T00:00:00"],
    ["0 12:30 * * *", "schedule 'nightly': cron is 0 12:30 * * * ('12:30' is no field)"],
    ["@fortnightly", "schedule 'nightly': cron is @fortnightly ('@fortnightly' is no field)"],
    ["@reboot", "schedule 'nightly': cron is @reboot"],
    ["5/15 * * * *", "schedule 'nightly': cron is 5/15 * * * * (stepping with numeric prefix ('5/15')"],
  ])("cron: %s is refused with what is wrong and an example", (cron, message) => {
    const error = refusal({ cron });
    expect(error.message.slice(0, message.length)).toBe(message);
    expect(error.message).not.toContain("CronPattern");
    expect(error.hint).toMatch(/^give minute, hour, .* such as "30 4 \* \* 1-5"/);
  });

  test("has seconds: they are refused by name", () => {
    const { message, hint } = refusal({ cron: "0 0 3 * * *" });
    expect(message).toBe("schedule 'nightly': cron is 0 0 3 * * * (it has six fields)");
    expect(hint).toContain("leave the seconds out");
  });

  test("never comes", () => {
    expect(refusal({ cron: "0 0 30 2 *" }).message).toBe(
      "schedule 'nightly': cron is 0 0 30 2 * (it never comes)",
    );
  });

  test.each(["Europe/Atlantis", "", null, 2])("is in the time zone %s", (timeZone) => {
    const error = refusal({ timeZone: timeZone ?? 0 });
    expect(error.message).toMatch(/^schedule 'nightly': timeZone is /);
    expect(error.hint).toContain("Europe/Berlin");
  });

  test("makes up for missed times in an unknown manner", () => {
    const { message, hint } = refusal({ missed: "twice" });
    expect([message, hint]).toEqual(["schedule 'nightly': missed is twice", "give one of skip, once, all"]);
  });

  test.each(["", "a\nb", "x".repeat(101), 7])("has the name %j", (name) => {
    const error = refusal({ name });
    expect(error.message).toMatch(/^a schedule can't have the name /);
    expect(error.hint).toContain("1 to 100 characters");
  });
});
