/** What a change half-way costs: the arms swap their rewards, and Reeve is compared with itself started anew there. */
import { watchAlarms } from "./alarms.ts";
import { policySeed } from "./comparison.ts";
import { shuffled } from "./chance.ts";
import { interval, pairedInterval, type Interval } from "./intervals.ts";
import { startReeve, type ReeveOptions } from "./reeve-policy.ts";
import { fileOrder, meanOf, replay } from "./replay.ts";
import { armMeans, rewardAt, type TaskSet } from "./task-set.ts";

/** Measured over the tasks 501 to 1,000 after the change. */
const WINDOW = { from: 500, to: 1_000 };

export interface DriftFigures {
  /** Reeve minus Reeve started anew at the change, paired by seed. */
  readonly bestWorst: Interval;
  readonly cyclic: Interval;
  /** Without any change: Reeve minus Reeve that never replaces its long memory. */
  readonly withoutDrift: Interval;
  /** Without any change: how often the short memory replaced the long one, per run. */
  readonly falseAlarms: number;
}

/** Undefined where the set is too small for the window. */
export function measureDrift(set: TaskSet, seeds: readonly number[]): DriftFigures | undefined {
  if (Math.floor(set.size / 2) < WINDOW.to) return undefined;
  const unchanging: ReeveOptions = { confidence: { memory: "unchanging" } };
  const runs = seeds.map((seed) => {
    const order = shuffled(set.size, seed);
    const policy = watchAlarms(set, startReeve(set, policySeed(seed)));
    const usual = meanOf(replay(set, order, policy).rewards);
    const still = meanOf(replay(set, order, startReeve(set, policySeed(seed), unchanging)).rewards);
    return { usual, still, alarms: policy.alarms() };
  });
  return {
    bestWorst: changeCost(set, seeds, bestWorst(set)),
    cyclic: changeCost(
      set,
      seeds,
      set.arms.map((_, arm) => (arm + 1) % set.arms.length),
    ),
    withoutDrift: pairedInterval(
      runs.map((run) => run.usual),
      runs.map((run) => run.still),
    ),
    falseAlarms: interval(runs.map((run) => run.alarms)).mean,
  };
}

function changeCost(set: TaskSet, seeds: readonly number[], permutation: readonly number[]): Interval {
  const half = Math.floor(set.size / 2);
  const differences = seeds.map((seed) => {
    const changed = changedHalfWay(set, shuffled(set.size, seed), permutation);
    const order = fileOrder(changed);
    const through = replay(changed, order, startReeve(changed, policySeed(seed)));
    const anew = replay(
      changed,
      order.subarray(half, half + WINDOW.to),
      startReeve(changed, policySeed(seed)),
    );
    return (
      meanOf(through.rewards, half + WINDOW.from, half + WINDOW.to) -
      meanOf(anew.rewards, WINDOW.from, WINDOW.to)
    );
  });
  return interval(differences);
}

/** The arm with the highest mean and that with the lowest change places. */
export function bestWorst(set: TaskSet): readonly number[] {
  const means = armMeans(set);
  const best = means.indexOf(Math.max(...means));
  const worst = means.indexOf(Math.min(...means));
  return set.arms.map((_, arm) => (arm === best ? worst : arm === worst ? best : arm));
}

/** The tasks in `order`; in its second half arm k has the rewards that were arm permutation[k]'s. */
export function changedHalfWay(set: TaskSet, order: Int32Array, permutation: readonly number[]): TaskSet {
  const { size, arms, features } = set;
  const half = Math.floor(size / 2);
  const domainOf = new Int32Array(size);
  const featureOf = new Float32Array(size * features.length);
  const rewardOf = new Float64Array(size * arms.length);
  for (let position = 0; position < size; position++) {
    const task = order[position] ?? 0;
    domainOf[position] = set.domainOf[task] ?? 0;
    const row = set.featureOf.subarray(task * features.length, (task + 1) * features.length);
    featureOf.set(row, position * features.length);
    for (let arm = 0; arm < arms.length; arm++) {
      const source = position < half ? arm : (permutation[arm] ?? arm);
      rewardOf[position * arms.length + arm] = rewardAt(set, task, source);
    }
  }
  return { ...set, domainOf, featureOf, rewardOf };
}
