import { expect, test } from "vitest";
import { loneIndexes } from "./lone-indexes.ts";

test("a value between gaps, or at an end beside one, stands alone; neighbours don't", () => {
  expect(loneIndexes([0, null, 5, null, 1, 2, null, 7])).toEqual([0, 2, 7]);
  expect(loneIndexes([null, null])).toEqual([]);
});
