/** Lengths of time as people write them. */
import { expect, test } from "vitest";
import { parseDuration } from "./parse-duration.ts";

test.each([
  ["500ms", 500],
  ["30s", 30_000],
  ["10m", 600_000],
  ["10 min", 600_000],
  ["1h30m", 5_400_000],
  ["1h 30m", 5_400_000],
  ["1.5h", 5_400_000],
  ["2d", 172_800_000],
  ["1W", 604_800_000],
  ["0s", 0],
])("'%s' is %i ms", (given, durationMs) => {
  expect(parseDuration("--delay", given)).toBe(durationMs);
});

test.each([
  ["10", "--delay is '10': its unit is missing"],
  ["", "--delay is ''"],
  ["soon", "--delay is 'soon'"],
  ["10 parsecs", "'parsecs' is no unit"],
  ["-5m", "--delay is '-5m'"],
  ["5m later", "--delay is '5m later'"],
  ["1h,30m", "--delay is '1h,30m'"],
  ["9999w", "more than ten years"],
])("'%s' is refused", (given, message) => {
  expect(() => parseDuration("--delay", given)).toThrow(message);
});
