/** Points in time, with and without a time zone. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseTime } from "./parse-time.ts";

const before = process.env["TZ"];
const NOW = Date.UTC(2031, 0, 1);

beforeAll(() => {
  process.env["TZ"] = "Europe/Berlin";
});

afterAll(() => {
  if (before === undefined) delete process.env["TZ"];
  else process.env["TZ"] = before;
});

test.each([
  ["2031-04-05T03:00Z", "2031-04-05T03:00:00.000Z"],
  ["2031-04-05T03:00+02:00", "2031-04-05T01:00:00.000Z"],
  ["2031-04-05T03:00-0530", "2031-04-05T08:30:00.000Z"],
  ["2031-04-05T03:00:30.5Z", "2031-04-05T03:00:30.500Z"],
  ["2031-02-05T03:00", "2031-02-05T02:00:00.000Z"],
  ["2031-07-05 03:00", "2031-07-05T01:00:00.000Z"],
  // It comes twice: the clocks are set back at three.
  ["2031-10-26T02:30", "2031-10-26T00:30:00.000Z"],
])("'%s' is %s", (given, iso) => {
  expect(new Date(parseTime("--at", given, NOW)).toISOString()).toBe(iso);
});

test.each([
  ["2031-04-05", "the time of day is missing"],
  ["tomorrow", "--at is 'tomorrow'"],
  ["2031-02-30T03:00", "there is no such day or time"],
  ["2031-04-05T24:30Z", "there is no such day or time"],
  ["2031-04-05T03:00+19:00", "there is no such offset"],
  ["2031-03-30T02:30", "the clocks are set forward"],
  ["2030-12-31T03:00Z", "which has passed: it is 2031-01-01 01:00:00 here (+01:00)"],
])("'%s' is refused", (given, message) => {
  expect(() => parseTime("--at", given, NOW)).toThrow(message);
});
