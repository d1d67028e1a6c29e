import { expect, test } from "vitest";
import { shuffled } from "./chance.ts";
import {
  forcedDomain,
  forcedGlobal,
  shrunkGreedy,
  thompsonDomain,
  thompsonGlobal,
  ucbDomain,
} from "./counting.ts";
import { bestPerDomain, bestSingle, oracle, random } from "./fixed.ts";
import { lints, linucb } from "./linear.ts";
import type { PolicyKind } from "./policy.ts";
import { fileOrder, meanOf, replay } from "./replay.ts";
import type { TaskSet } from "./task-set.ts";

/**
 * Two domains in turns. In the first arm a always succeeds and b never, in the second b always and a in every second
 * task; c never. So a is the best single arm with 75 %, and who tells the domains apart can reach 100 %.
 */
function apart(size: number): TaskSet {
  const rewardOf = new Float64Array(size * 3);
  const domainOf = new Int32Array(size);
  for (let task = 0; task < size; task++) {
    const domain = task % 2;
    domainOf[task] = domain;
    rewardOf.set(domain === 0 ? [1, 0, 0] : [task % 4 === 1 ? 1 : 0, 1, 0], task * 3);
  }
  const names = { name: "apart", arms: ["a", "b", "c"], domains: ["one", "two"], features: [] };
  return { ...names, size, domainOf, featureOf: new Float32Array(0), rewardOf };
}

/** One feature says which of two arms succeeds; domains say nothing. */
function signed(size: number): TaskSet {
  const featureOf = Float32Array.from({ length: size }, (_, task) => (task % 2 === 0 ? 1 : -1));
  const rewardOf = new Float64Array(size * 2);
  for (let task = 0; task < size; task++) rewardOf.set(task % 2 === 0 ? [1, 0] : [0, 1], task * 2);
  const names = { name: "signed", arms: ["a", "b"], domains: [""], features: ["sign"] };
  return { ...names, size, domainOf: new Int32Array(size), featureOf, rewardOf };
}

function reward(set: TaskSet, kind: PolicyKind): number {
  return meanOf(replay(set, shuffled(set.size, 1), kind.start(set, 2)).rewards);
}

const set = apart(1_000);

test("what knows the rewards reaches exactly what there is", () => {
  expect(reward(set, bestSingle)).toBe(0.75);
  expect(reward(set, bestPerDomain)).toBe(1);
  expect(reward(set, oracle)).toBe(1);
});

test("random choices get the mean of all arms", () => {
  expect(reward(set, random)).toBeCloseTo(2.5 / 6, 1);
});

test.each([thompsonGlobal, forcedGlobal])("$name finds the best single arm and no more", (kind) => {
  expect(reward(set, kind)).toBeGreaterThan(0.65);
  expect(reward(set, kind)).toBeLessThan(0.8);
});

test.each([thompsonDomain, ucbDomain, forcedDomain, shrunkGreedy, lints, linucb(0.3)])(
  "$name tells the domains apart",
  (kind) => {
    expect(reward(set, kind)).toBeGreaterThan(0.93);
  },
);

test.each([lints, linucb(0.3)])("$name learns from a feature what no count can", (kind) => {
  expect(reward(signed(400), kind)).toBeGreaterThan(0.95);
  expect(reward(signed(400), thompsonDomain)).toBeLessThan(0.6);
});

test("forced tries go to every arm five times before anything else", () => {
  const { arms } = replay(set, fileOrder(set), forcedGlobal.start(set, 3));
  const first = [...arms.subarray(0, 15)];
  expect([0, 1, 2].map((arm) => first.filter((each) => each === arm).length)).toEqual([5, 5, 5]);
});

test("no policy chooses an arm that was not tried on the task", () => {
  const rewardOf = set.rewardOf.slice();
  for (let task = 0; task < set.size; task++) rewardOf[task * 3 + (task % 3)] = Number.NaN;
  const sparse = { ...set, rewardOf };
  for (const kind of [
    random,
    bestSingle,
    bestPerDomain,
    oracle,
    thompsonGlobal,
    ucbDomain,
    forcedDomain,
    lints,
  ]) {
    // The replay refuses such a choice.
    expect(reward(sparse, kind)).toBeGreaterThan(0);
  }
});

test("the same seeds give the same choices", () => {
  const arms = (): Int32Array => replay(set, shuffled(set.size, 9), thompsonDomain.start(set, 9)).arms;
  expect(arms()).toEqual(arms());
});

test("what a baseline expects is the mean it has seen, smoothed", () => {
  const policy = thompsonGlobal.start(set, 1);
  for (let turn = 0; turn < 8; turn++) policy.learn(0, 0, 1);
  while (policy.choose(0) !== 0);
  expect(policy.expected()).toBe(0.9);
});
