import { expect, test } from "vitest";
import { bytesText, countText, plural, rateText, shareText } from "./count.ts";
import { ageText, durationText } from "./duration.ts";
import { bothText, dateText } from "./moment.ts";
import { isInner, parentPath, pathText, stepName } from "./path.ts";

test.each([
  [0, "0 ms"],
  [12.4, "12 ms"],
  [999.6, "1.0 s"],
  [3_210, "3.2 s"],
  [59_400, "59 s"],
  [125_000, "2 min 5 s"],
  [3_780_000, "1 h 3 min"],
  [187_200_000, "2 d 4 h"],
  [-5, "0 ms"],
])("%d ms reads %s", (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test("an age has one unit and never goes below zero", () => {
  expect([-1, 59_999, 60_000, 7_200_000, 90_000_000].map(ageText)).toEqual([
    "0 s",
    "59 s",
    "1 min",
    "2 h",
    "1 d",
  ]);
});

test("a moment is told here and in UTC", () => {
  const at = Date.UTC(2031, 3, 5, 12, 3, 9);
  expect(bothText(at)).toBe(`${dateText(at)} (12:03:09 UTC)`);
});

test("a share is all or nothing only where it is", () => {
  expect([0, 0.00001, 0.5, 0.99999, 1].map(shareText)).toEqual(["0 %", "0.1 %", "50.0 %", "99.9 %", "100 %"]);
});

test("numbers are grouped and counted", () => {
  expect(countText(1_234_567)).toBe("1,234,567");
  expect([plural(1, "run"), plural(1_000, "run")]).toEqual(["1 run", "1,000 runs"]);
  expect([rateText(0.42), rateText(1_234)]).toEqual(["0.4/s", "1,234/s"]);
  expect([bytesText(812), bytesText(3_400), bytesText(12_000_000)]).toEqual(["812 B", "3.4 kB", "12 MB"]);
});

test("a path reads as names, items by number, and hides no control character", () => {
  expect(stepName("import/[17]")).toBe("item 17");
  expect(pathText("a%2fb/undo")).toBe("a/b / undo");
  expect(pathText("a%1bb")).toBe("a%1bb");
  expect([parentPath("a/b"), parentPath("a"), parentPath("")]).toEqual(["a", "", undefined]);
  expect([isInner("a/!items"), isInner("a/b")]).toEqual([true, false]);
});
