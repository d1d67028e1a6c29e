import { expect, test } from "vitest";
import { valueColumns } from "./value-columns.ts";

test("every row of the range is there, with gaps where nothing was measured", () => {
  const points = [
    { at: 60_000, load: 1 },
    { at: 180_000, load: 3 },
  ];
  const columns = valueColumns(points, 60_000, { from: 65_000, to: 245_000 });
  expect(columns.at).toEqual([60_000, 120_000, 180_000, 240_000]);
  expect(columns.column(({ load }) => load)).toEqual([1, null, 3, null]);
});

test("a range of any length has a bounded number of rows", () => {
  expect(valueColumns([], 1_000, { from: 0, to: 1e9 }).at.length).toBe(2_000);
});
