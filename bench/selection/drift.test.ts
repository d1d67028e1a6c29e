import { expect, test } from "vitest";
import { bestWorst, changedHalfWay } from "./drift.ts";
import type { TaskSet } from "./task-set.ts";

const set: TaskSet = {
  name: "four tasks",
  arms: ["good", "fair", "poor"],
  domains: ["x", "y"],
  features: ["size"],
  size: 4,
  domainOf: Int32Array.from([0, 0, 1, 1]),
  featureOf: Float32Array.from([1, 2, 3, 4]),
  rewardOf: Float64Array.from([1, 0.5, 0, 1, 0.5, 0, 1, 0.5, 0, 1, 0.5, 0.25]),
};

test("the best and the worst arm change places, the others stay", () => {
  expect(bestWorst(set)).toEqual([2, 1, 0]);
});

test("only the second half of the order has the arms' rewards changed", () => {
  const changed = changedHalfWay(set, Int32Array.from([3, 0, 1, 2]), [2, 1, 0]);
  expect([...changed.rewardOf]).toEqual([1, 0.5, 0.25, 1, 0.5, 0, 0, 0.5, 1, 0, 0.5, 1]);
  expect([...changed.domainOf]).toEqual([1, 0, 0, 1]);
  expect([...changed.featureOf]).toEqual([4, 1, 2, 3]);
});
