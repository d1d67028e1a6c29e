import { describe, expect, test } from "vitest";
import { seededRandom, type Random } from "../random.ts";
import { dueTimes } from "./due-times.ts";
import { nextTime, previousTime, runIdOf } from "./next-time.ts";
import { parseSchedule } from "./parse-schedule.ts";
import type { Schedule } from "./schedule.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

function schedule(cron: string, timeZone = "UTC"): Schedule {
  return parseSchedule({ name: "job", cron, timeZone, missed: "all" });
}

/** The next times in UTC, as `03-08T07:30`. */
function following(cron: string, timeZone: string, after: string, count: number): string[] {
  const times: string[] = [];
  let time: number | undefined = Date.parse(after);
  while (times.length < count) {
    time = nextTime(schedule(cron, timeZone), time);
    if (time === undefined) break;
    times.push(new Date(time).toISOString().slice(5, 16));
  }
  return times;
}

describe("the next time", () => {
  test("is later than the time asked about, to the millisecond", () => {
    const every = schedule("* * * * *");
    const minute = Date.UTC(2026, 0, 1, 12, 30);
    expect(nextTime(every, minute - 1)).toBe(minute);
    expect(nextTime(every, minute)).toBe(minute + MINUTE_MS);
    expect(nextTime(every, minute + 1)).toBe(minute + MINUTE_MS);
    expect(previousTime(every, minute)).toBe(minute - MINUTE_MS);
    expect(previousTime(every, minute + 1)).toBe(minute);
  });

  test("of the 29th of February is in a leap year, and 2100 is none", () => {
    expect(following("0 0 29 2 *", "UTC", "2026-01-01T00:00Z", 2)).toEqual(["02-29T00:00", "02-29T00:00"]);
    const leap = schedule("0 0 29 2 *");
    expect(nextTime(leap, Date.UTC(2026, 0))).toBe(Date.UTC(2028, 1, 29));
    expect(nextTime(leap, Date.UTC(2096, 1, 29))).toBe(Date.UTC(2104, 1, 29));
  });

  test("makes a run id of its own, the same whenever it is asked for", () => {
    expect(runIdOf(schedule("@daily"), Date.UTC(2026, 0, 2))).toBe("job@2026-01-02T00:00:00.000Z");
  });
});

/** New York's clocks go from 02:00 to 03:00 (07:00 UTC) on 2026-03-08, and from 02:00 to 01:00 (06:00 UTC) on 11-01. */
describe("when the clocks change", () => {
  const zone = "America/New_York";

  test("a fixed time that is skipped comes at the first minute after the gap", () => {
    const from = "2026-03-07T12:00Z";
    expect(following("30 2 * * *", zone, from, 2)).toEqual(["03-08T07:00", "03-09T06:30"]);
  });

  test("several fixed times that are skipped come once", () => {
    const from = "2026-03-07T12:00Z";
    expect(following("0,30 2 * * *", zone, from, 2)).toEqual(["03-08T07:00", "03-09T06:00"]);
    expect(following("30 2,14 * * *", zone, from, 3)).toEqual(["03-07T19:30", "03-08T07:00", "03-08T18:30"]);
  });

  test("what repeats within the hour or day leaves the skipped times out", () => {
    expect(following("*/30 * * * *", zone, "2026-03-08T06:00Z", 3)).toEqual([
      "03-08T06:30",
      "03-08T07:00",
      "03-08T07:30",
    ]);
    expect(following("*/30 2 * * *", zone, "2026-03-07T12:00Z", 1)).toEqual(["03-09T06:00"]);
  });

  test("a fixed time that occurs twice comes at the first occurrence only", () => {
    expect(following("30 1 * * *", zone, "2026-10-31T12:00Z", 2)).toEqual(["11-01T05:30", "11-02T06:30"]);
    expect(following("30 1 * * *", zone, "2026-11-01T05:45Z", 1)).toEqual(["11-02T06:30"]);
  });

  test("what repeats within the hour or day comes at both occurrences", () => {
    expect(following("30 * * * *", zone, "2026-11-01T05:00Z", 3)).toEqual([
      "11-01T05:30",
      "11-01T06:30",
      "11-01T07:30",
    ]);
  });

  test("by half an hour, or at midnight, the same holds", () => {
    expect(following("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00Z", 1)).toEqual(["10-03T15:30"]);
    expect(following("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T00:00Z", 2)).toEqual([
      "04-04T14:45",
      "04-05T15:15",
    ]);
    expect(following("0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00Z", 2)).toEqual([
      "11-04T03:00",
      "11-05T02:00",
    ]);
  });

  test("a day that a country leaves out altogether is not made up for", () => {
    // Samoa crossed the date line: 2011-12-29 was followed by 2011-12-31.
    expect(following("0 12 * * *", "Pacific/Apia", "2011-12-29T00:00Z", 2)).toEqual([
      "12-29T22:00",
      "12-30T22:00",
    ]);
  });
});

/** Times at which clocks change in odd ways, and some at which they don't. */
const spots: readonly (readonly [zone: string, day: string])[] = [
  ["UTC", "2028-02-29"],
  ["Asia/Kathmandu", "2026-12-31"],
  ["America/New_York", "2026-03-08"],
  ["America/New_York", "2026-11-01"],
  ["Europe/Dublin", "2026-03-29"],
  ["Europe/Dublin", "2026-10-25"],
  ["Australia/Lord_Howe", "2026-10-04"],
  ["Australia/Lord_Howe", "2026-04-05"],
  ["America/Sao_Paulo", "2018-11-04"],
  ["America/Sao_Paulo", "2019-02-17"],
  ["Antarctica/Troll", "2026-03-29"],
  ["Antarctica/Troll", "2026-10-25"],
  ["Africa/Casablanca", "2026-02-15"],
  ["Africa/Casablanca", "2026-03-22"],
  ["Africa/Cairo", "2026-04-24"],
  ["America/Nuuk", "2026-10-25"],
];
const EXPRESSIONS_PER_SPOT = 8;

describe("random expressions", () => {
  test.each(spots)("come in %s around %s exactly when a search minute by minute says so", (zone, day) => {
    const noonMs = Date.parse(`${day}T12:00Z`);
    const fromMs = noonMs - DAY_MS;
    const toMs = noonMs + DAY_MS;
    const minutes = localMinutes(zone, fromMs, toMs);
    for (let seed = 1; seed <= EXPRESSIONS_PER_SPOT; seed++) {
      const cron = randomCron(seededRandom(seed * 7_919 + noonMs / MINUTE_MS));
      const expected = search(cron, minutes);
      const job = schedule(cron, zone);
      const forth = walk(
        fromMs,
        (time) => nextTime(job, time),
        (time) => time <= toMs,
      );
      const back = walk(
        toMs + 1,
        (time) => previousTime(job, time),
        (time) => time > fromMs,
      );
      const due = dueTimes(job, { lastMs: fromMs, nowMs: toMs, timesMax: 10_000 });
      expect({ cron, forth }).toEqual({ cron, forth: expected });
      expect({ cron, back: back.toReversed() }).toEqual({ cron, back: expected });
      expect(due).toEqual({ times: expected, skipped: undefined });
    }
  });
});

function walk(
  start: number,
  step: (time: number) => number | undefined,
  within: (time: number) => boolean,
): number[] {
  const times: number[] = [];
  for (let time = step(start); time !== undefined && within(time); time = step(time)) times.push(time);
  return times;
}

interface LocalMinute {
  readonly timeMs: number;
  /** What the clock on the wall shows, as if it were UTC. */
  readonly wallMs: number;
}

/** Every minute after `fromMs` up to `toMs`, with the one before. */
function localMinutes(timeZone: string, fromMs: number, toMs: number): LocalMinute[] {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
  });
  const minutes: LocalMinute[] = [];
  for (let timeMs = fromMs; timeMs <= toMs; timeMs += MINUTE_MS) {
    const parts = new Map(format.formatToParts(timeMs).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? Number.NaN;
    const wallMs = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"));
    minutes.push({ timeMs, wallMs });
  }
  return minutes;
}

/** Which of the minutes match: by the rules of docs/algorithms/schedules.md, with nothing clever about it. */
function search(cron: string, minutes: readonly LocalMinute[]): number[] {
  const matches = matcher(cron);
  const fixed = !/[*/]/.test(cron.split(" ").slice(0, 2).join(" "));
  const times: number[] = [];
  let seenUntilMs = -Infinity;
  for (const [index, { timeMs, wallMs }] of minutes.entries()) {
    const before = minutes[index - 1];
    if (before === undefined) continue;
    const nextWallMs = before.wallMs + MINUTE_MS;
    if (wallMs < nextWallMs) seenUntilMs = nextWallMs;
    const repeated = wallMs < seenUntilMs;
    let due = matches(wallMs) && !(fixed && repeated);
    for (let skipped = nextWallMs; skipped < wallMs; skipped += MINUTE_MS) due ||= fixed && matches(skipped);
    if (due) times.push(timeMs);
  }
  return times;
}

const bounds: readonly (readonly [first: number, last: number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
];

function matcher(cron: string): (wallMs: number) => boolean {
  const fields = cron.split(" ");
  const [minute, hour, day, month, weekday] = fields.map((field, index) =>
    valuesOf(field, bounds[index] ?? [0, 0]),
  );
  const [, , dayField, , weekdayField] = fields;
  return (wallMs) => {
    const wall = new Date(wallMs);
    const dayFits = day?.has(wall.getUTCDate()) ?? false;
    const sunday = wall.getUTCDay() === 0 && weekday?.has(7) === true;
    const weekdayFits = sunday || weekday?.has(wall.getUTCDay()) === true;
    const either = dayField !== "*" && weekdayField !== "*";
    return (
      minute?.has(wall.getUTCMinutes()) === true &&
      hour?.has(wall.getUTCHours()) === true &&
      month?.has(wall.getUTCMonth() + 1) === true &&
      (either ? dayFits || weekdayFits : dayFits && weekdayFits)
    );
  };
}

function valuesOf(field: string, [first, last]: readonly [number, number]): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of field.split(",")) {
    const [range = "", step = "1"] = part.split("/");
    const [from = first, to = from] = range === "*" ? [first, last] : range.split("-").map(Number);
    for (let value = from; value <= to; value += Number(step)) values.add(value);
  }
  return values;
}

/** Half of the hours are those in which clocks change. */
function randomCron(random: Random): string {
  const between = (from: number, to: number): number => from + Math.floor(random.next() * (to - from + 1));
  const field = (index: number, starShare: number): string => {
    const [first, last] = bounds[index] ?? [0, 0];
    if (random.next() < starShare) return "*";
    const from = between(first, last - 1);
    const to = between(from + 1, last);
    const forms = [
      `${from}`,
      `${from}-${to}`,
      `${from}-${to}/${between(1, to - from)}`,
      `*/${between(2, Math.floor((last - first) / 2))}`,
      `${from},${to},${between(first, last)}`,
    ];
    return forms[between(0, forms.length - 1)] ?? "*";
  };
  const hour = random.next() < 0.5 ? `${between(0, 3)}` : field(1, 0.3);
  return [field(0, 0.2), hour, field(2, 0.7), field(3, 0.8), field(4, 0.7)].join(" ");
}
