/** How objectives stand, for people to look at: what is left of each budget, and how fast it burns in every window. Pure. */
import type { ActiveAlert, AlertSeverity } from "../delegation/alert.ts";
import { budgetOf, withoutNoise, type Objective } from "./objective.ts";
import {
  burnAlertName,
  burnRates,
  firingErrorRate,
  verdictOn,
  WINDOWS,
  WINDOWS_MS,
  type BurnRate,
  type Window,
} from "./burn-rate.ts";
import { countsOf, type Objectives } from "./objectives.ts";
import type { GoodAndBad } from "./window-counts.ts";

/** The longest time that runs are counted for: what a budget is left of. */
const BUDGET_WINDOW: Window = "3d";

/** What became good and bad of an objective in one window. */
export interface ObjectiveWindow {
  readonly window: Window;
  readonly good: number;
  readonly bad: number;
  /** Bad among all; undefined where there were no runs. */
  readonly errorRate: number | undefined;
  /** How many times faster than allowed the budget is used up; 1 uses up all of it. Undefined without runs. */
  readonly burnRate: number | undefined;
}

/** One alert of an objective, and why it fires or does not. */
export interface BurnAlertReport {
  readonly alert: string;
  readonly long: Window;
  readonly short: Window;
  readonly factor: number;
  readonly severity: AlertSeverity;
  /** It fires while the share of bad runs is above this in both windows. */
  readonly errorRateMax: number;
  /** "held": too little ended to judge by, and the alert stays what it was. */
  readonly verdict: "firing" | "calm" | "held";
  readonly firing: boolean;
}

export interface ObjectiveReport {
  readonly objective: Objective;
  /** The share of runs that may be bad. */
  readonly budget: number;
  /**
   * What is left of the budget of the last three days: 1 all of it, 0 nothing, below 0 more was used than there was.
   * Undefined where nothing ended.
   */
  readonly budgetLeft: number | undefined;
  /** The shortest first. */
  readonly windows: readonly ObjectiveWindow[];
  readonly alerts: readonly BurnAlertReport[];
}

/**
 * @param active the alerts that fire
 * @param now epoch milliseconds
 */
export function objectiveReports(
  state: Objectives,
  active: ReadonlyMap<string, ActiveAlert>,
  now: number,
): readonly ObjectiveReport[] {
  return state.list.map((one) => {
    const { objective } = one;
    const budget = budgetOf(objective);
    const within = (window: Window): GoodAndBad => countsOf(state, one, WINDOWS_MS[window], now);
    const burnt = windowReport(BUDGET_WINDOW, within(BUDGET_WINDOW), budget).burnRate;
    return {
      objective,
      budget,
      budgetLeft: burnt === undefined ? undefined : withoutNoise(1 - burnt),
      windows: WINDOWS.map((window) => windowReport(window, within(window), budget)),
      alerts: burnRates.map((rate) => alertReport(objective, rate, within, active)),
    };
  });
}

function windowReport(window: Window, { good, bad }: GoodAndBad, budget: number): ObjectiveWindow {
  const errorRate = good + bad === 0 ? undefined : bad / (good + bad);
  const burnRate = errorRate === undefined ? undefined : withoutNoise(errorRate / budget);
  return { window, good, bad, errorRate, burnRate };
}

function alertReport(
  objective: Objective,
  rate: BurnRate,
  within: (window: Window) => GoodAndBad,
  active: ReadonlyMap<string, ActiveAlert>,
): BurnAlertReport {
  const { long, short, factor, severity } = rate;
  const alert = burnAlertName(objective, rate);
  const errorRateMax = firingErrorRate(objective, rate);
  const verdict = verdictOn(errorRateMax, within(long), within(short));
  return {
    alert,
    long,
    short,
    factor,
    severity,
    errorRateMax,
    verdict: verdict === "resolved" ? "calm" : verdict,
    firing: active.has(alert),
  };
}
