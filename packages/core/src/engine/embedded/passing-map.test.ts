import { expect, test } from "vitest";
import { PassingMap } from "./passing-map.ts";

test("entries stand in the order in which their keys came, and one that is set again keeps its place", () => {
  const map = new PassingMap<string, { readonly n: number }>();
  map.set("a", { n: 1 });
  map.set("b", { n: 2 });
  map.set("c", { n: 3 });
  map.set("a", { n: 4 });
  expect(map.delete("b")).toBe(true);
  expect(map.delete("b")).toBe(false);
  map.set("b", { n: 5 });
  expect([...map.keys()]).toEqual(["a", "c", "b"]);
  expect([...map.values()]).toEqual([{ n: 4 }, { n: 3 }, { n: 5 }]);
  expect([map.size, map.has("c"), map.get("c"), map.get("d")]).toEqual([3, true, { n: 3 }, undefined]);
  map.clear();
  expect([map.size, map.has("a"), map.get("a"), [...map.values()]]).toEqual([0, false, undefined, []]);
});

test("what goes or comes while the entries are looked through is left out or met", () => {
  const map = new PassingMap<number, { readonly n: number }>();
  for (const n of [1, 2, 3]) map.set(n, { n });
  const met: number[] = [];
  for (const { n } of map.values()) {
    met.push(n);
    if (n === 1) map.delete(2);
    if (n === 3) map.set(4, { n: 4 });
  }
  expect(met).toEqual([1, 3, 4]);
});
