import { expect, test } from "vitest";
import { courseColumns } from "./course-columns.ts";

const point = { at: 120_000, good: 3, bad: 1, p50Ms: 10, p95Ms: 40 };

test("every point of the range has a row, also where nothing ended", () => {
  expect(courseColumns([point], 60_000, { from: 65_000, to: 190_000 })).toEqual({
    at: [60_000, 120_000, 180_000],
    widthMs: 60_000,
    good: [0, 3, 0],
    bad: [0, 1, 0],
    success: [null, 75, null],
    p50Ms: [null, 10, null],
    p95Ms: [null, 40, null],
  });
});

test("a range that would be endless is bounded", () => {
  expect(courseColumns([], 1, { from: 0, to: 1e12 }).at).toHaveLength(2_000);
});
