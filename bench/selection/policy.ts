/** What a replay drives: a policy that chooses an arm per task and sees the reward of that arm only. */
import type { TaskSet } from "./task-set.ts";

export interface Policy {
  /** The index of an arm that was tried on the task. */
  choose(task: number): number;
  /** The mean reward that it expected of its last choice; not a number where it predicts nothing. */
  expected(): number;
  learn(task: number, arm: number, reward: number): void;
}

export interface PolicyKind {
  readonly name: string;
  /** False for what knows the rewards beforehand, or never looks at them. */
  readonly learns: boolean;
  /** Whether it tells domains apart. */
  readonly domainAware: boolean;
  /** A policy that has learned nothing yet. */
  start(set: TaskSet, seed: number): Policy;
}
