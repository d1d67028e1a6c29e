import { expect, test } from "vitest";
import { findShortestRing } from "./shortest-ring.ts";

const graph = (edges: Readonly<Record<string, readonly string[]>>): Map<string, Set<string>> =>
  new Map(Object.entries(edges).map(([from, targets]) => [from, new Set(targets)]));

test("a ring follows the imports, not the order of the names", () => {
  const edges = graph({ a: ["c"], b: ["a"], c: ["b", "d"] });
  expect(findShortestRing(["a", "b", "c"], edges)).toEqual(["a", "c", "b"]);
});

test("of several rings the shortest is found, wherever it lies", () => {
  const edges = graph({ a: ["b"], b: ["c"], c: ["d", "a"], d: ["e", "b"], e: ["d"] });
  expect(findShortestRing(["e", "d", "c", "b", "a"], edges)).toEqual(["d", "e"]);
});

test("imports that leave the group are no way round", () => {
  const edges = graph({ a: ["x", "b"], x: ["a"], b: ["c"], c: ["a"] });
  expect(findShortestRing(["a", "b", "c"], edges)).toEqual(["a", "b", "c"]);
  expect(findShortestRing(["b", "x"], edges)).toEqual([]);
});

test("a ring longer than can be searched from each of its files is found all the same", () => {
  const names = Array.from({ length: 20_000 }, (_, index) => String(index).padStart(5, "0"));
  const edges = graph(
    Object.fromEntries(names.map((name, index) => [name, [names[(index + 1) % names.length] ?? ""]])),
  );
  expect(findShortestRing(names, edges)).toEqual(names);
});
