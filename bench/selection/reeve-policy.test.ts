import { expect, test } from "vitest";
import { watchAlarms } from "./alarms.ts";
import { changedHalfWay } from "./drift.ts";
import { startReeve } from "./reeve-policy.ts";
import { fileOrder, meanOf, replay } from "./replay.ts";
import { shuffled } from "./chance.ts";
import type { TaskSet } from "./task-set.ts";

/** Arm `good` always succeeds, `poor` never; `absent` was not tried on any task but the first. */
function plain(size: number): TaskSet {
  const rewardOf = new Float64Array(size * 3);
  for (let task = 0; task < size; task++) rewardOf.set([1, 0, task === 0 ? 1 : Number.NaN], task * 3);
  const names = { name: "plain", arms: ["good", "poor", "absent"], domains: ["one"], features: [] };
  return { ...names, size, domainOf: new Int32Array(size), featureOf: new Float32Array(0), rewardOf };
}

test("Reeve learns which arm is good, and never chooses one that was not tried", () => {
  const set = plain(400);
  const { arms, rewards } = replay(set, fileOrder(set), startReeve(set, 1));
  expect(meanOf(rewards, 100)).toBeGreaterThan(0.95);
  expect([...arms.subarray(1)]).not.toContain(2);
});

test("the probabilities of a choice sum to 1 and are 0 for what was not tried", () => {
  const set = plain(10);
  const policy = startReeve(set, 1);
  policy.choose(5);
  const probabilities = policy.probabilities();
  expect(probabilities.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 9);
  expect(probabilities[2]).toBe(0);
});

test("where all arms are known to be below the threshold, the least poor one is chosen", () => {
  const set = plain(300);
  for (let task = 0; task < set.size; task++) set.rewardOf.set([task % 2, 0, Number.NaN], task * 3);
  const policy = startReeve(set, 1, { preset: { threshold: 0.9 } });
  const { arms } = replay(set, shuffled(set.size, 1), policy);
  expect(arms.at(-1)).toBe(0);
});

test("a change that is taken for real counts as one alarm or more, no change as none", () => {
  const set = plain(1_000);
  const calm = watchAlarms(set, startReeve(set, 1));
  replay(set, fileOrder(set), calm);
  expect(calm.alarms()).toBe(0);
  const changed = changedHalfWay(set, fileOrder(set), [1, 0, 2]);
  const alarmed = watchAlarms(changed, startReeve(changed, 1));
  replay(changed, fileOrder(changed), alarmed);
  expect(alarmed.alarms()).toBeGreaterThan(0);
});
