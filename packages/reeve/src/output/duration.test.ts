import { expect, test } from "vitest";
import { durationText, secondsText } from "./duration.ts";
import { countText, plural, rateText } from "./number-text.ts";

test.each([
  [0, "0 ms"],
  [999, "999 ms"],
  [1_000, "1.0 s"],
  [9_949, "9.9 s"],
  [9_950, "10 s"],
  [59_400, "59 s"],
  [59_999, "1 min"],
  [125_000, "2 min 5 s"],
  [3_780_000, "1 h 3 min"],
  [187_200_000, "2 d 4 h"],
])("%i ms read as %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test("figures that are redrawn show whole seconds", () => {
  expect([secondsText(900), secondsText(1_900), secondsText(75_000)]).toEqual(["0 s", "1 s", "1 min 15 s"]);
});

test("numbers are grouped", () => {
  expect([
    countText(1_234_567),
    rateText(0.42),
    rateText(1_234.4),
    plural(1, "run"),
    plural(2_000, "run"),
  ]).toEqual(["1,234,567", "0.4/s", "1,234/s", "1 run", "2,000 runs"]);
});
