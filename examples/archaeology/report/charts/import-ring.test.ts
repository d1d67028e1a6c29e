import { expect, test } from "vitest";
import { importRing } from "./import-ring.ts";

test("a ring follows the imports, not the order of the list", () => {
  const drawing = {
    paths: ["a", "b", "c", "d"],
    edges: [
      [0, 2],
      [2, 1],
      [1, 0],
      [2, 3],
    ] satisfies [number, number][],
  };
  expect(importRing(["a", "b", "c"], drawing)).toEqual(["a", "c", "b"]);
});

test("without edges nothing is claimed, except of two files", () => {
  const drawing = { paths: [], edges: [] };
  expect(importRing(["a", "b", "c"], drawing)).toBeUndefined();
  expect(importRing(["a", "b"], drawing)).toEqual(["a", "b"]);
});
