/** The comparison as tables for people and as JSON for programs. */
import { table } from "../table.ts";
import type { Comparison } from "./comparison.ts";
import { regretPercents, type PolicyFigures } from "./figures.ts";
import type { Interval } from "./intervals.ts";

export function comparisonText({ policies, paired }: Comparison): string {
  const differences = new Map(paired.map(({ against, difference }) => [against, difference]));
  const header = [
    "policy",
    "reward",
    "95 % interval",
    ...regretPercents.map((percent) => `regret.${percent}`),
    "calibration",
    "(noise)",
    "Brier",
    "choose µs",
    "Reeve's minus this",
  ];
  const rows = policies.map((policy) => {
    const difference = differences.get(policy.name);
    return [
      policy.name,
      figure(policy.reward.mean),
      between(policy.reward),
      ...policy.regrets.map((regret) => figure(regret)),
      figure(policy.calibrationError),
      figure(policy.calibrationFloor),
      figure(policy.brier),
      policy.chooseMicros.toFixed(1),
      difference === undefined ? "" : `${signed(difference.mean)} (${between(difference, signed)})`,
    ];
  });
  return table(header, rows);
}

/** Name and reward only: the file's order, the presets. */
export function rewardText(policies: readonly PolicyFigures[]): string {
  return table(
    ["policy", "reward", "95 % interval"],
    policies.map(({ name, reward }) => [name, figure(reward.mean), between(reward)]),
  );
}

export function comparisonJson({ policies, paired }: Comparison): string {
  const json = {
    policies: policies.map((policy) => ({
      name: policy.name,
      reward: policy.reward.mean,
      low: policy.reward.low,
      high: policy.reward.high,
      regret: Object.fromEntries(
        regretPercents.map((percent, index) => [String(percent), policy.regrets[index]]),
      ),
      calibrationError: policy.calibrationError,
      brier: policy.brier,
      chooseMicros: policy.chooseMicros,
    })),
    paired: paired.map(({ against, difference }) => ({
      against,
      difference: difference.mean,
      low: difference.low,
      high: difference.high,
    })),
  };
  // What is not a number (nothing was expected; one seed has no interval) becomes null.
  return JSON.stringify(json, undefined, 2);
}

/** Three digits and a half: differences of .002 are what this is about. */
export function figure(value: number): string {
  return Number.isNaN(value) ? "" : value.toFixed(4).replace(/^(-?)0\./, "$1.");
}

export function signed(value: number): string {
  return value >= 0 ? `+${figure(value)}` : figure(value);
}

export function between({ low, high }: Interval, form: (value: number) => string = figure): string {
  return Number.isNaN(low) ? "" : `${form(low)} to ${form(high)}`;
}
