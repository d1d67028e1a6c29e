/**
 * The alerts of objectives as rules of Prometheus, over the counters that metric-list.ts of core names.
 *
 * They say what the process says itself (burn-rate.ts of core), but for three things: Prometheus sees a slow run when it
 * ends, its windows end at its scrapes, and its counters begin with the process that serves them.
 */
import {
  burnAlertName,
  burnRates,
  BURN_RUNS_MIN,
  firingErrorRate,
  type BurnRate,
  type Objective,
} from "@reeve/core";
import { literal, quoted, ruleText } from "./rule-text.ts";

const COUNTER = "reeve_objective_runs_total";
const ALERT = "ReeveObjectiveBurns";

/** What they compare first, then three alerts for each objective. */
export function objectiveRules(objectives: readonly Objective[]): readonly string[] {
  if (objectives.length === 0) return [];
  return [
    ...recordings(),
    ...objectives.flatMap((objective) => burnRates.map((rate) => alertOf(objective, rate))),
  ];
}

/** What alerts compare, once per window, for all objectives. */
function recordings(): readonly string[] {
  const windows = [...new Set(burnRates.flatMap(({ short, long }) => [short, long]))];
  return windows.flatMap((window) => {
    const bad = `sum by (objective) (increase(${COUNTER}{result="bad"}[${window}]))`;
    return [
      ruleText("record", runsIn(window), { expr: `sum by (objective) (increase(${COUNTER}[${window}]))` }),
      // Without runs there is no rate: 0 of 0 is not 0.
      ruleText("record", errorRateIn(window), { expr: `${bad} / (${runsIn(window)} > 0)` }),
    ];
  });
}

/** Fires while both rates are above the limit; where there is nothing to judge by, it stays what it was. */
function alertOf(objective: Objective, rate: BurnRate): string {
  const { long, short, severity } = rate;
  const of = `{objective=${quoted(objective.name)}}`;
  const limit = firingErrorRate(objective, rate);
  const isAbove = `${errorRateIn(short)}${of} > ${limit} and ${errorRateIn(long)}${of} > ${limit}`;
  const isEnough = `${runsIn(long)}${of} >= ${BURN_RUNS_MIN}`;
  const isOver = `(${errorRateIn(short)}${of} <= ${limit} or (${errorRateIn(long)}${of} <= ${limit} and ${errorRateIn(short)}${of}))`;
  const before = `max by (objective) (ALERTS{alertname="${ALERT}",alertstate="firing",objective=${quoted(objective.name)},window="${long}"})`;
  return ruleText("alert", ALERT, {
    expr: `(${isAbove} and ${isEnough}) or (${before} unless ${isOver})`,
    labels: {
      alert: burnAlertName(objective, rate),
      pattern: literal(objective.pattern),
      window: long,
      severity,
    },
    annotations: { summary: summaryOf(objective, rate) },
  });
}

function summaryOf(objective: Objective, { long, factor }: BurnRate): string {
  const { name, pattern } = objective;
  const wrong = "latency" in objective ? `are slower than ${objective.latency.ms} ms` : "end badly";
  return `Runs of '${literal(pattern)}' ${wrong}: within ${long} the budget of '${name}' burns more than ${factor} times too fast, or nearly all do`;
}

function runsIn(window: string): string {
  return `reeve:objective_runs:increase${window}`;
}

function errorRateIn(window: string): string {
  return `reeve:objective_error_rate:ratio${window}`;
}
