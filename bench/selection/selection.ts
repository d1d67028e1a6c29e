/** The scenario `selection`: is the choice as good as it can be, do beliefs come true, are changes noticed. */
import { barsText, type Bar } from "../scenarios/bar.ts";
import { linucb, alphas } from "./linear.ts";
import { comparisonBars, coverageBar, driftBars, fallBars, featureBar, offPolicyBars } from "./bars.ts";
import { shuffled } from "./chance.ts";
import { compare, measure } from "./comparison.ts";
import { measureCoverage } from "./coverage.ts";
import { measureDrift } from "./drift.ts";
import { measureFall } from "./falling.ts";
import { policyFigures, seedFigures, type PolicyFigures } from "./figures.ts";
import { measureOffPolicy } from "./off-policy.ts";
import type { PolicyKind } from "./policy.ts";
import { presetPolicies } from "./preset-policies.ts";
import { readTaskSet, type ReadTasks } from "./read-task-set.ts";
import { reeve } from "./reeve-policy.ts";
import { replay } from "./replay.ts";
import { comparisonJson, comparisonText, rewardText } from "./report.ts";
import { bundledSet, featureSet } from "./synthetic.ts";
import type { TaskSet } from "./task-set.ts";

const FALLS = 200;
const SIMULATIONS = 100;

export interface SelectionOptions {
  /** Recorded outcomes; without it, a synthetic set made from a fixed seed. */
  readonly file: string | undefined;
  readonly seeds: number;
  /** The comparison alone, for programs. */
  readonly json: boolean;
}

/** Prints the tables; whether every bar was met. */
export async function selection({ file, seeds: count, json }: SelectionOptions): Promise<boolean> {
  const { set, leftOut }: ReadTasks =
    file === undefined ? { set: bundledSet(), leftOut: 0 } : await readTaskSet(file);
  const seeds = Array.from({ length: count }, (_, seed) => seed);
  const comparison = compare(set, seeds);
  if (json) {
    console.log(comparisonJson(comparison));
    return true;
  }
  console.log(setText(set, leftOut, count));
  console.log(`\nTasks in a new order for each seed\n\n${comparisonText(comparison)}`);
  const ordered = compare(set, seeds, true);
  console.log(`\nTasks in the order of the file\n\n${rewardText(ordered.policies)}`);
  console.log(`\nPresets, with their thresholds\n\n${rewardText(presets(set, seeds))}`);

  const bars: Bar[] = [...comparisonBars(set, comparison), coverageBar(measureCoverage(set, seeds))];
  const drift = measureDrift(set, seeds);
  if (drift === undefined) console.log("\nToo few tasks to measure drift: 2,000 are needed.");
  else bars.push(...driftBars(drift));
  bars.push(
    featureBar(onFeatures(reeve(), seeds), bestLinear(seeds)),
    ...fallBars(measureFall(FALLS)),
    ...offPolicyBars(measureOffPolicy(SIMULATIONS)),
  );
  console.log(`\n${barsText(bars)}`);
  return bars.every(({ met }) => met);
}

function setText(set: TaskSet, leftOut: number, seeds: number): string {
  const parts = [
    `${set.size.toLocaleString("en-US")} tasks`,
    `${set.domains.length} domains`,
    `${set.arms.length} arms`,
    `${set.features.length} features`,
    `seeds 0 to ${seeds - 1}`,
  ];
  const without = leftOut > 0 ? `; ${leftOut} tasks on which no arm was tried are left out` : "";
  return `${set.name}: ${parts.join(", ")}${without}`;
}

function presets(set: TaskSet, seeds: readonly number[]): readonly PolicyFigures[] {
  return presetPolicies().map((kind) => measure(set, seeds, (seed) => shuffled(set.size, seed), kind));
}

/** Each seed has a set of its own, in which the features tell more than the domain. */
function onFeatures(kind: PolicyKind, seeds: readonly number[]): PolicyFigures {
  return policyFigures(
    kind,
    seeds.map((seed) => {
      const set = featureSet(seed);
      return seedFigures(replay(set, shuffled(set.size, seed), kind.start(set, seed)));
    }),
  );
}

function bestLinear(seeds: readonly number[]): PolicyFigures {
  return alphas
    .map((alpha) => onFeatures(linucb(alpha), seeds))
    .reduce((left, right) => (right.reward.mean > left.reward.mean ? right : left));
}
