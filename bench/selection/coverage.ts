/** Whether Reeve's 90 % intervals of a pattern in a domain hold the mean that all recorded outcomes have there. */
import { credibleInterval } from "reeve";
import { policySeed } from "./comparison.ts";
import { shuffled } from "./chance.ts";
import { startReeve } from "./reeve-policy.ts";
import { replay } from "./replay.ts";
import { armMeans, domainAt, type TaskSet } from "./task-set.ts";

/** With fewer tries the face says "little evidence" instead. */
const TRIES_MIN = 5;
const LEVEL = 0.9;

export interface CoverageFigures {
  /** Pairs of pattern and domain with enough tries, over all seeds. */
  readonly pairs: number;
  readonly covered: number;
}

export function measureCoverage(set: TaskSet, seeds: readonly number[]): CoverageFigures {
  const truths = set.domains.map((_, domain) => armMeans(set, domain));
  let pairs = 0;
  let covered = 0;
  for (const seed of seeds) {
    const policy = startReeve(set, policySeed(seed));
    const order = shuffled(set.size, seed);
    const { arms } = replay(set, order, policy);
    const tries = new Int32Array(set.domains.length * set.arms.length);
    for (const [position, arm] of arms.entries()) {
      const cell = domainAt(set, order[position] ?? 0) * set.arms.length + arm;
      tries[cell] = (tries[cell] ?? 0) + 1;
    }
    for (const [domain, domainName] of set.domains.entries()) {
      for (const [arm, pattern] of set.arms.entries()) {
        if ((tries[domain * set.arms.length + arm] ?? 0) < TRIES_MIN) continue;
        const { low, high } = credibleInterval(policy.confidence.posterior(pattern, domainName), LEVEL);
        const truth = truths[domain]?.[arm] ?? Number.NaN;
        pairs++;
        if (low <= truth && truth <= high) covered++;
      }
    }
  }
  return { pairs, covered };
}
