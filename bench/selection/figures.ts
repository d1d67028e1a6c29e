/** The figures of one policy over all seeds. */
import { calibration } from "./calibration.ts";
import { average, interval, type Interval } from "./intervals.ts";
import { meanOf, type Replay } from "./replay.ts";

/** Regret is told over so many of the first percent of the tasks. */
export const regretPercents: readonly number[] = [10, 25, 50, 100];

/** What is kept of one replay. */
export interface SeedFigures {
  readonly reward: number;
  /** In the order of `regretPercents`. */
  readonly regrets: readonly number[];
  readonly calibrationError: number;
  readonly calibrationFloor: number;
  readonly brier: number;
  readonly chooseMicros: number;
}

export interface PolicyFigures {
  readonly name: string;
  readonly learns: boolean;
  readonly domainAware: boolean;
  /** Seed by seed. */
  readonly rewards: readonly number[];
  readonly reward: Interval;
  readonly regrets: readonly number[];
  readonly calibrationError: number;
  readonly calibrationFloor: number;
  readonly brier: number;
  readonly chooseMicros: number;
}

export function seedFigures({ rewards, expected, regrets, chooseMicros }: Replay): SeedFigures {
  const { error, floor, brier } = calibration(expected, rewards);
  return {
    reward: meanOf(rewards),
    regrets: regretPercents.map((percent) =>
      meanOf(regrets, 0, Math.max(1, Math.floor((percent * regrets.length) / 100))),
    ),
    calibrationError: error,
    calibrationFloor: floor,
    brier,
    chooseMicros,
  };
}

export function policyFigures(
  kind: { readonly name: string; readonly learns: boolean; readonly domainAware: boolean },
  seeds: readonly SeedFigures[],
): PolicyFigures {
  const over = (figure: (seed: SeedFigures) => number): number => average(seeds.map(figure));
  const rewards = seeds.map((seed) => seed.reward);
  return {
    name: kind.name,
    learns: kind.learns,
    domainAware: kind.domainAware,
    rewards,
    reward: interval(rewards),
    regrets: regretPercents.map((_, index) => over((seed) => seed.regrets[index] ?? Number.NaN)),
    calibrationError: over((seed) => seed.calibrationError),
    calibrationFloor: over((seed) => seed.calibrationFloor),
    brier: over((seed) => seed.brier),
    chooseMicros: over((seed) => seed.chooseMicros),
  };
}
