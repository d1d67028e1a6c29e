import { expect, test } from "vitest";
import { axisCount, bytes, count, countOf, isoDay, isoMinute, percent, ratio } from "./numbers.ts";

test("numbers are grouped by narrow spaces", () => {
  expect([0, 999, 1000, 1_234_567, -4321, NaN].map(count)).toEqual([
    "0",
    "999",
    "1\u202f000",
    "1\u202f234\u202f567",
    "−4\u202f321",
    "–",
  ]);
  expect([countOf(1, "file"), countOf(2, "file")]).toEqual(["1 file", "2 files"]);
});

test("only nothing is 0% and only the whole is 100%", () => {
  expect([0, 0.0004, 0.004, 0.0098, 0.5, 0.9902, 0.996, 0.99996, 1].map(percent)).toEqual([
    "0%",
    "<0.1%",
    "0.4%",
    "1%",
    "50%",
    "99%",
    "99.6%",
    ">99.9%",
    "100%",
  ]);
  expect(ratio(1, 0)).toBe(0);
});

test("bytes, axis labels and times are short", () => {
  expect([bytes(900), bytes(1536), bytes(40 * 1024 ** 2)]).toEqual(["900 B", "1.5 KiB", "40 MiB"]);
  expect([500, 1500, 2_000_000].map(axisCount)).toEqual(["500", "1.5k", "2M"]);
  expect(isoMinute("2026-03-14T09:26:53.000Z")).toBe("2026-03-14 09:26 UTC");
  expect(isoDay("2026-03-14T09:26:53.000Z")).toBe("2026-03-14");
});
