import { expect, test } from "vitest";
import { countsOf, newLabel, OTHER, VALUES_MAX, type Counted, type Label } from "./labels.ts";

interface Hits extends Counted {
  hits: number;
}

const DAY_MS = 86_400_000;

function hit(label: Label<Hits>, value: string, at = 0): void {
  countsOf(label, value, at, () => ({ seenAt: 0, hits: 0 })).hits++;
}

function full(): Label<Hits> {
  const label = newLabel<Hits>();
  for (let index = 0; index < VALUES_MAX; index++) hit(label, `value ${index}`);
  return label;
}

test("a hundred values are let in; later ones are counted as other, and that this happened", () => {
  const label = full();
  expect(label.overflowed).toBe(0);
  for (let index = 0; index < 50; index++) hit(label, `late ${index}`, 1);
  hit(label, "value 7", 1);
  expect(label.values.size).toBe(VALUES_MAX + 1);
  expect(label.values.get(OTHER)?.hits).toBe(50);
  expect(label.values.get("value 7")?.hits).toBe(2);
  expect(label.overflowed).toBe(50);
});

test("a value that was idle for a week gives its place up when one is wanted", () => {
  const label = full();
  hit(label, "value 7", 6 * DAY_MS);
  hit(label, "late", 7 * DAY_MS);
  expect(label.values.has("late")).toBe(false);
  hit(label, "late", 7 * DAY_MS + 60_001);
  expect([...label.values.keys()]).toEqual(["value 7", OTHER, "late"]);
});

test("names of an object's own members are values like others", () => {
  const label = newLabel<Hits>();
  for (const name of ["__proto__", "constructor", "toString"]) hit(label, name);
  expect([...label.values].map(([, { hits }]) => hits)).toEqual([1, 1, 1]);
});
