/** Counts and summed rewards per arm, for all tasks together or per domain: the state of the counting baselines. */
import { domainAt, type TaskSet } from "./task-set.ts";

export interface Tallies {
  count(task: number, arm: number): number;
  sum(task: number, arm: number): number;
  /** Choices so far, in the task's domain or over all. */
  choices(task: number): number;
  add(task: number, arm: number, reward: number): void;
}

export function tallies(set: TaskSet, perDomain: boolean): Tallies {
  const width = set.arms.length;
  const rows = perDomain ? set.domains.length : 1;
  const counts = new Float64Array(rows * width);
  const sums = new Float64Array(rows * width);
  const choices = new Float64Array(rows);
  const row = (task: number): number => (perDomain ? domainAt(set, task) : 0);
  return {
    count: (task, arm) => counts[row(task) * width + arm] ?? 0,
    sum: (task, arm) => sums[row(task) * width + arm] ?? 0,
    choices: (task) => choices[row(task)] ?? 0,
    add(task, arm, reward) {
      const cell = row(task) * width + arm;
      counts[cell] = (counts[cell] ?? 0) + 1;
      sums[cell] = (sums[cell] ?? 0) + reward;
      choices[row(task)] = (choices[row(task)] ?? 0) + 1;
    },
  };
}
