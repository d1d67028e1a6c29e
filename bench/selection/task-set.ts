/**
 * What a bandit replay needs: tasks with their domain and features, and the recorded reward of every arm that was tried.
 * Owns the layout of the flat arrays; reading a file and making a synthetic set are their neighbours' work.
 */

export interface TaskSet {
  readonly name: string;
  readonly arms: readonly string[];
  readonly domains: readonly string[];
  readonly features: readonly string[];
  /** Number of tasks. */
  readonly size: number;
  /** Task → index in `domains`. */
  readonly domainOf: Int32Array;
  /** Task by task, one value per feature; not a number where it is missing. */
  readonly featureOf: Float32Array;
  /** Task by task, one reward (0 to 1) per arm; not a number where the arm was not tried. */
  readonly rewardOf: Float64Array;
}

/** The recorded reward of an arm; not a number where it was not tried. */
export function rewardAt(set: TaskSet, task: number, arm: number): number {
  return set.rewardOf[task * set.arms.length + arm] ?? Number.NaN;
}

/** An arm that was not tried on a task can't be chosen there, by any policy. */
export function wasTried(set: TaskSet, task: number, arm: number): boolean {
  return !Number.isNaN(rewardAt(set, task, arm));
}

export function domainAt(set: TaskSet, task: number): number {
  return set.domainOf[task] ?? 0;
}

export function featureAt(set: TaskSet, task: number, feature: number): number {
  return set.featureOf[task * set.features.length + feature] ?? Number.NaN;
}

/** The reward of the best arm that was tried. */
export function bestReward(set: TaskSet, task: number): number {
  let best = Number.NEGATIVE_INFINITY;
  for (let arm = 0; arm < set.arms.length; arm++) {
    const reward = rewardAt(set, task, arm);
    if (reward > best) best = reward;
  }
  return best;
}

/** Mean reward per arm, of all tasks or of one domain's; not a number without any. */
export function armMeans(set: TaskSet, domain?: number): Float64Array {
  const sums = new Float64Array(set.arms.length);
  const counts = new Float64Array(set.arms.length);
  for (let task = 0; task < set.size; task++) {
    if (domain !== undefined && domainAt(set, task) !== domain) continue;
    for (let arm = 0; arm < set.arms.length; arm++) {
      const reward = rewardAt(set, task, arm);
      if (Number.isNaN(reward)) continue;
      sums[arm] = (sums[arm] ?? 0) + reward;
      counts[arm] = (counts[arm] ?? 0) + 1;
    }
  }
  return sums.map((sum, arm) => sum / (counts[arm] ?? 0));
}
