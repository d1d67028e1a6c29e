/** Reeve and the baselines on the same tasks in the same orders, seed by seed. */
import { baselines } from "./baselines.ts";
import { shuffled } from "./chance.ts";
import { policyFigures, seedFigures, type PolicyFigures } from "./figures.ts";
import { pairedInterval, type Interval } from "./intervals.ts";
import type { PolicyKind } from "./policy.ts";
import { reeve } from "./reeve-policy.ts";
import { fileOrder, replay } from "./replay.ts";
import type { TaskSet } from "./task-set.ts";

export interface Comparison {
  /** Reeve first. */
  readonly policies: readonly PolicyFigures[];
  /** Reeve's reward minus that of each baseline. */
  readonly paired: readonly { readonly against: string; readonly difference: Interval }[];
}

/** `ordered` keeps the order of the file, so that seeds differ in the policies' own draws only. */
export function compare(set: TaskSet, seeds: readonly number[], ordered = false): Comparison {
  const orderOf = (seed: number): Int32Array => (ordered ? fileOrder(set) : shuffled(set.size, seed));
  const first = measure(set, seeds, orderOf, reeve());
  const others = baselines.map((kinds) =>
    kinds
      .map((kind) => measure(set, seeds, orderOf, kind))
      .reduce((left, right) => (right.reward.mean > left.reward.mean ? right : left)),
  );
  return {
    policies: [first, ...others],
    paired: others.map(({ name, rewards }) => ({
      against: name,
      difference: pairedInterval(first.rewards, rewards),
    })),
  };
}

/** One policy in the shuffled order of each seed. */
export function measure(
  set: TaskSet,
  seeds: readonly number[],
  orderOf: (seed: number) => Int32Array,
  kind: PolicyKind,
): PolicyFigures {
  return policyFigures(
    kind,
    seeds.map((seed) => seedFigures(replay(set, orderOf(seed), kind.start(set, policySeed(seed))))),
  );
}

/** Apart from the seed of the order, so that draws and order have nothing in common. */
export function policySeed(seed: number): number {
  return seed + 1_000_003;
}
