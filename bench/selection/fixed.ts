/** Baselines that learn nothing: chance, and three that know the rewards beforehand. */
import { chance } from "./chance.ts";
import type { Policy, PolicyKind } from "./policy.ts";
import { armMeans, domainAt, rewardAt, wasTried, type TaskSet } from "./task-set.ts";

export const random: PolicyKind = {
  name: "random",
  learns: false,
  domainAware: false,
  start(set, seed) {
    const draws = chance(seed);
    const tried = new Int32Array(set.arms.length);
    return unlearning((task) => {
      let count = 0;
      for (let arm = 0; arm < set.arms.length; arm++) if (wasTried(set, task, arm)) tried[count++] = arm;
      return tried[draws.below(count)] ?? 0;
    });
  },
};

/** The arm with the highest mean; where it was not tried, the next one. */
export const bestSingle: PolicyKind = {
  name: "best-single",
  learns: false,
  domainAware: false,
  start(set) {
    const means = armMeans(set);
    return unlearning(
      (task) => best(set, task, (arm) => means[arm] ?? 0),
      (_task, arm) => means[arm] ?? 0,
    );
  },
};

export const bestPerDomain: PolicyKind = {
  name: "best-per-domain",
  learns: false,
  domainAware: true,
  start(set) {
    const means = set.domains.map((_, domain) => armMeans(set, domain));
    const mean = (task: number, arm: number): number => means[domainAt(set, task)]?.[arm] ?? 0;
    return unlearning((task) => best(set, task, (arm) => mean(task, arm)), mean);
  },
};

/** The best arm of each task: what nobody can reach. */
export const oracle: PolicyKind = {
  name: "oracle",
  learns: false,
  domainAware: true,
  start: (set) => unlearning((task) => best(set, task, (arm) => rewardAt(set, task, arm))),
};

/** The arm with the highest score of those that were tried on the task; the first of equals. */
export function best(set: TaskSet, task: number, score: (arm: number) => number): number {
  let chosen = -1;
  let highest = Number.NEGATIVE_INFINITY;
  for (let arm = 0; arm < set.arms.length; arm++) {
    if (!wasTried(set, task, arm)) continue;
    const value = score(arm);
    if (chosen < 0 || value > highest) {
      chosen = arm;
      highest = value;
    }
  }
  return chosen;
}

function unlearning(choose: (task: number) => number, mean?: (task: number, arm: number) => number): Policy {
  let expected = Number.NaN;
  return {
    choose(task) {
      const arm = choose(task);
      if (mean !== undefined) expected = mean(task, arm);
      return arm;
    },
    expected: () => expected,
    learn() {},
  };
}
