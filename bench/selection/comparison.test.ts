import { expect, test } from "vitest";
import { compare, type Comparison } from "./comparison.ts";
import { comparisonJson, comparisonText } from "./report.ts";
import { bundledSet } from "./synthetic.ts";
import type { TaskSet } from "./task-set.ts";

/** Every tenth task, so that each domain is still there. */
function thinned(set: TaskSet): TaskSet {
  const tasks = Array.from({ length: set.size / 10 }, (_, index) => index * 10);
  const rows = (values: Float64Array | Float32Array, width: number): number[] =>
    tasks.flatMap((task) => [...values.subarray(task * width, (task + 1) * width)]);
  return {
    ...set,
    size: tasks.length,
    domainOf: Int32Array.from(tasks, (task) => set.domainOf[task] ?? 0),
    featureOf: Float32Array.from(rows(set.featureOf, set.features.length)),
    rewardOf: Float64Array.from(rows(set.rewardOf, set.arms.length)),
  };
}

const set = thinned(bundledSet());
const names = [
  "reeve",
  "random",
  "best-single",
  "best-per-domain",
  "oracle",
  "thompson-global",
  "thompson-domain",
  "ucb-domain",
  "forced-global",
  "forced-domain",
  "shrunk-greedy",
  "lints",
  "linucb",
];

test("all policies are replayed in the same orders, and Reeve is compared with each", () => {
  const { policies, paired } = compare(set, [1_000, 1_001]);
  expect(policies.map(({ name }) => name)).toEqual(names);
  expect(paired.map(({ against }) => against)).toEqual(names.slice(1));
  const means = Object.fromEntries(policies.map(({ name, reward }) => [name, reward.mean]));
  expect(means["reeve"]).toBeGreaterThan(means["random"] ?? 1);
  expect(means["oracle"]).toBeGreaterThan(means["best-per-domain"] ?? 1);
  for (const { against, difference } of paired) {
    expect(difference.mean).toBeCloseTo((means["reeve"] ?? 0) - (means[against] ?? 0), 12);
  }
});

test("the same seeds give the same figures, times aside", () => {
  const rewards = ({ policies }: Comparison) => policies.map((policy) => [policy.rewards, policy.brier]);
  expect(rewards(compare(set, [1_002]))).toEqual(rewards(compare(set, [1_002])));
});

test("JSON has rewards, regrets and differences by name, and null where there is no figure", () => {
  const json: unknown = JSON.parse(comparisonJson(compare(set, [1_000, 1_001])));
  expect(json).toMatchObject({
    policies: names.map((name) => ({
      name,
      reward: expect.any(Number),
      low: expect.any(Number),
      high: expect.any(Number),
      regret: {
        10: expect.any(Number),
        25: expect.any(Number),
        50: expect.any(Number),
        100: expect.any(Number),
      },
      calibrationError: name === "random" || name === "oracle" ? null : expect.any(Number),
      brier: name === "random" || name === "oracle" ? null : expect.any(Number),
      chooseMicros: expect.any(Number),
    })),
    paired: names.slice(1).map((against) => ({
      against,
      difference: expect.any(Number),
      low: expect.any(Number),
      high: expect.any(Number),
    })),
  });
});

test("one seed has figures without intervals", () => {
  const comparison = compare(set, [1_000]);
  expect(comparisonText(comparison)).not.toContain("NaN");
  expect(comparisonJson(comparison)).toContain('"low": null');
});
