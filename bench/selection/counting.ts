/**
 * Learning baselines that count: Thompson sampling, UCB, success rate after forced tries, shrunk greedy. Rewards between
 * 0 and 1 count as a part of a success and a part of a failure.
 */
import { chance, type Chance } from "./chance.ts";
import { best } from "./fixed.ts";
import type { Policy, PolicyKind } from "./policy.ts";
import { tallies, type Tallies } from "./tallies.ts";
import type { TaskSet } from "./task-set.ts";

/** What UCB1 multiplies ln(t) / n by; 2 is what its proof asks for, and explores too much for rewards from 0 to 1. */
const UCB_WIDTH = 0.1;
/** Above any bound, and yet small enough for lots to be drawn among the untried. */
const UNTRIED = 100;
const FORCED_TRIES = 5;
/** As many own tries weigh as much as what the arm did in all other domains. */
const SHRINKAGE = 10;

/** Beta(1, 1) per arm; one draw each, the highest is chosen. */
export const thompsonGlobal: PolicyKind = thompson("thompson-global", false);
export const thompsonDomain: PolicyKind = thompson("thompson-domain", true);

/** UCB1 (Auer, Cesa-Bianchi, Fischer 2002) in each domain by itself. */
export const ucbDomain: PolicyKind = counting("ucb-domain", true, ({ seen }) => ({
  score(task, arm) {
    const count = seen.count(task, arm);
    if (count === 0) return UNTRIED;
    return seen.sum(task, arm) / count + Math.sqrt((UCB_WIDTH * Math.log(seen.choices(task) + 1)) / count);
  },
  mean: (task, arm) => smoothed(seen, task, arm),
}));

/** Each arm five times, then the one with the best success rate. */
export const forcedGlobal: PolicyKind = forced("forced-global", false);
export const forcedDomain: PolicyKind = forced("forced-domain", true);

/** The rate per arm and domain, shrunk toward the arm's own rate; always the highest. */
export const shrunkGreedy: PolicyKind = {
  name: "shrunk-greedy",
  learns: true,
  domainAware: true,
  start(set, seed) {
    const all = tallies(set, false);
    const own = tallies(set, true);
    const mean = (task: number, arm: number): number =>
      (own.sum(task, arm) + SHRINKAGE * smoothed(all, task, arm)) / (own.count(task, arm) + SHRINKAGE);
    const policy = scoring(set, mean, mean, chance(seed));
    return {
      ...policy,
      learn(task, arm, reward) {
        all.add(task, arm, reward);
        own.add(task, arm, reward);
      },
    };
  },
};

type Score = (task: number, arm: number) => number;

function thompson(name: string, perDomain: boolean): PolicyKind {
  return counting(name, perDomain, ({ seen, draws }) => ({
    score: (task, arm) => {
      const sum = seen.sum(task, arm);
      return draws.beta(1 + sum, 1 + seen.count(task, arm) - sum);
    },
    mean: (task, arm) => smoothed(seen, task, arm),
  }));
}

function forced(name: string, perDomain: boolean): PolicyKind {
  return counting(name, perDomain, ({ seen }) => ({
    score(task, arm) {
      const count = seen.count(task, arm);
      // Fewer tries first, above any rate.
      return count < FORCED_TRIES ? 1 + FORCED_TRIES - count : seen.sum(task, arm) / count;
    },
    mean: (task, arm) => smoothed(seen, task, arm),
  }));
}

interface Learned {
  readonly seen: Tallies;
  readonly draws: Chance;
}

function counting(
  name: string,
  perDomain: boolean,
  scores: (learned: Learned) => { readonly score: Score; readonly mean: Score },
): PolicyKind {
  return {
    name,
    learns: true,
    domainAware: perDomain,
    start(set, seed) {
      const draws = chance(seed);
      const seen = tallies(set, perDomain);
      const { score, mean } = scores({ seen, draws });
      return { ...scoring(set, score, mean, draws), learn: seen.add };
    },
  };
}

/** Chooses the highest score; equals by lot, or the file's first arm would get the first tries of every domain. */
function scoring(set: TaskSet, score: Score, mean: Score, draws: Chance): Omit<Policy, "learn"> {
  let expected = Number.NaN;
  return {
    choose(task) {
      const arm = best(set, task, (arm) => score(task, arm) + draws.next() * 1e-9);
      expected = mean(task, arm);
      return arm;
    },
    expected: () => expected,
  };
}

/** The mean of Beta(1, 1) after what was seen. */
function smoothed(seen: Tallies, task: number, arm: number): number {
  return (1 + seen.sum(task, arm)) / (2 + seen.count(task, arm));
}
