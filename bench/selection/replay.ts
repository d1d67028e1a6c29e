/** One replay: a policy, the tasks in one order, one reward seen per task. */
import type { Policy } from "./policy.ts";
import { bestReward, rewardAt, type TaskSet } from "./task-set.ts";

export interface Replay {
  /** In the order of the replay. */
  readonly arms: Int32Array;
  readonly rewards: Float64Array;
  /** What the policy expected of each choice; not a number where it predicts nothing. */
  readonly expected: Float64Array;
  /** The best reward of the task minus the one that was got. */
  readonly regrets: Float64Array;
  /** Mean over the choices. */
  readonly chooseMicros: number;
}

export function replay(set: TaskSet, order: Int32Array, policy: Policy): Replay {
  const arms = new Int32Array(order.length);
  const rewards = new Float64Array(order.length);
  const expected = new Float64Array(order.length);
  const regrets = new Float64Array(order.length);
  let spentMs = 0;
  for (let position = 0; position < order.length; position++) {
    const task = order[position] ?? 0;
    const startedAt = performance.now();
    const arm = policy.choose(task);
    spentMs += performance.now() - startedAt;
    const reward = rewardAt(set, task, arm);
    if (Number.isNaN(reward)) throw new RangeError(`task ${task}: arm ${arm} was not tried there`);
    arms[position] = arm;
    rewards[position] = reward;
    expected[position] = policy.expected();
    regrets[position] = bestReward(set, task) - reward;
    policy.learn(task, arm, reward);
  }
  return { arms, rewards, expected, regrets, chooseMicros: (1_000 * spentMs) / order.length };
}

/** The tasks as they are in the file. */
export function fileOrder(set: TaskSet): Int32Array {
  return Int32Array.from({ length: set.size }, (_, task) => task);
}

/** Mean of the values from `from` up to `to`. */
export function meanOf(values: Float64Array, from = 0, to: number = values.length): number {
  let sum = 0;
  for (let index = from; index < to; index++) sum += values[index] ?? 0;
  return sum / (to - from);
}
