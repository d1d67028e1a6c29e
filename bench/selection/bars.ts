/** The bars of selection, judged from the figures. A bar that can't be measured on a set is missing from the list. */
import type { Bar } from "../scenarios/bar.ts";
import type { Comparison } from "./comparison.ts";
import type { CoverageFigures } from "./coverage.ts";
import type { DriftFigures } from "./drift.ts";
import type { FallFigures } from "./falling.ts";
import type { PolicyFigures } from "./figures.ts";
import type { Interval } from "./intervals.ts";
import type { OffPolicyFigures } from "./off-policy.ts";
import { between, figure, signed } from "./report.ts";
import { quantile } from "../statistics.ts";
import type { TaskSet } from "./task-set.ts";

/** The recording whose rewards are known; other sets have the bars that hold anywhere. */
const DEVELOPMENT = { tasks: 5_608, arms: 9, reward: 0.628 };

export function comparisonBars(set: TaskSet, comparison: Comparison): readonly Bar[] {
  const [reeve, ...others] = comparison.policies;
  const single = others.find(({ name }) => name === "best-single");
  const rival = bestOf(others.filter(({ learns }) => learns));
  const brier = bestOf(
    others.filter(({ learns, domainAware }) => learns && domainAware),
    (policy) => -policy.brier,
  );
  if (!reeve || !single || !rival || !brier) throw new RangeError("a policy of the bars was not measured");
  const difference = comparison.paired.find(({ against }) => against === rival.name)?.difference;
  const known = set.size === DEVELOPMENT.tasks && set.arms.length === DEVELOPMENT.arms;
  return [
    ...(known ? knownBars(reeve, single) : []),
    lowerLimit(`paired difference to the best learning baseline, ${rival.name}`, difference, 0),
    {
      name: "calibration error",
      value: `${figure(reeve.calibrationError)} (noise alone ${figure(reeve.calibrationFloor)})`,
      bar: "≤ .03",
      met: reeve.calibrationError <= 0.03,
    },
    {
      name: `Brier score, against ${brier.name}`,
      value: figure(reeve.brier),
      bar: `≤ ${figure(brier.brier)} + .002`,
      met: reeve.brier <= brier.brier + 0.002,
    },
  ];
}

function knownBars(reeve: PolicyFigures, single: PolicyFigures): readonly Bar[] {
  return [
    atLeast("reward", reeve.reward.mean, DEVELOPMENT.reward),
    {
      name: "reward, lower limit above best single arm",
      value: figure(reeve.reward.low),
      bar: `> ${figure(single.reward.mean)}`,
      met: reeve.reward.low > single.reward.mean,
    },
  ];
}

export function coverageBar({ pairs, covered }: CoverageFigures): Bar {
  const share = covered / pairs;
  const value = `${(100 * share).toFixed(1)} % of ${pairs.toLocaleString("en-US")} pairs`;
  return {
    name: "90 % intervals of pattern × domain hold the mean",
    value,
    bar: "≥ 85 %",
    met: share >= 0.85,
  };
}

export function featureBar(reeve: PolicyFigures, linucb: PolicyFigures): Bar {
  return {
    name: "reward where features matter",
    value: `${figure(reeve.reward.mean)} (${between(reeve.reward)})`,
    bar: `≥ ${figure(linucb.reward.mean)} (LinUCB) - .02`,
    met: reeve.reward.mean >= linucb.reward.mean - 0.02,
  };
}

export function driftBars(drift: DriftFigures): readonly Bar[] {
  return [
    ofDrift("change of best and worst, against a new start", drift.bestWorst, -0.02),
    ofDrift("cyclic change, against a new start", drift.cyclic, -0.04),
    ofDrift("without change, against no drift detection", drift.withoutDrift, -0.003),
    {
      name: "false alarms without change",
      value: `${(10 * drift.falseAlarms).toFixed(1)} in 10 runs`,
      bar: "≤ 1 in 10 runs",
      met: drift.falseAlarms <= 0.1,
    },
  ];
}

export function fallBars(fall: FallFigures): readonly Bar[] {
  const below = quantile(fall.runsUntilBelow, 0.9);
  const first = quantile(fall.tasksUntilFirst, 0.9);
  return [
    inSeeds(`fallen pattern below its rival in 50 runs (90 %: ${below})`, fall.noticed, fall.seeds),
    inSeeds(`restored, first again in 500 tasks (90 %: ${first})`, fall.restored, fall.seeds),
    inSeeds("both", fall.both, fall.seeds),
  ];
}

export function offPolicyBars({ simulations, judged }: OffPolicyFigures): readonly Bar[] {
  return judged.map(({ name, covered, halfWidth }) => ({
    name: `off-policy 95 % intervals hold the truth: ${name} (± ${figure(halfWidth)})`,
    value: `${covered} of ${simulations}`,
    bar: "≥ 90 %",
    met: covered >= 0.9 * simulations,
  }));
}

function bestOf(
  policies: readonly PolicyFigures[],
  score: (policy: PolicyFigures) => number = (policy) => policy.reward.mean,
): PolicyFigures | undefined {
  return policies.toSorted((left, right) => score(right) - score(left))[0];
}

function atLeast(name: string, value: number, min: number): Bar {
  return { name, value: figure(value), bar: `≥ ${figure(min)}`, met: value >= min };
}

function lowerLimit(name: string, value: Interval | undefined, min: number): Bar {
  const text = value === undefined ? "" : `${signed(value.mean)} (${between(value, signed)})`;
  const met = value !== undefined && value.low >= min;
  return { name, value: text, bar: `lower limit ≥ ${min}`, met };
}

function ofDrift(name: string, value: Interval, min: number): Bar {
  const text = `${signed(value.mean)} (${between(value, signed)})`;
  return { name, value: text, bar: `≥ ${figure(min)}`, met: value.mean >= min };
}

function inSeeds(name: string, reached: number, seeds: number): Bar {
  return { name, value: `${reached} of ${seeds} seeds`, bar: "≥ 90 %", met: reached >= 0.9 * seeds };
}
