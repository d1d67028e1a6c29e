/**
 * Which alerts fire because an objective's budget burns too fast, from the counts of objectives.ts. Pure: the same
 * counts, alerts and time give the same changes.
 */
import type { ActiveAlert, AlertChange, AlertSeverity } from "../delegation/alert.ts";
import { budgetOf, withoutNoise, type Objective } from "./objective.ts";
import { countsOf, type Objectives } from "./objectives.ts";
import type { GoodAndBad } from "./window-counts.ts";

/** A pair of windows in both of which the budget has to burn so many times too fast. */
export interface BurnRate {
  /** As alerts are named, and Prometheus writes it. */
  readonly long: Window;
  readonly short: Window;
  readonly factor: number;
  readonly severity: AlertSeverity;
}

export type Window = "5m" | "30m" | "1h" | "6h" | "3d";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The shortest first. */
export const WINDOWS: readonly Window[] = ["5m", "30m", "1h", "6h", "3d"];

/** The windows, each with its milliseconds. */
export const WINDOWS_MS: Readonly<Record<Window, number>> = {
  "5m": 5 * MINUTE_MS,
  "30m": 30 * MINUTE_MS,
  "1h": HOUR_MS,
  "6h": 6 * HOUR_MS,
  "3d": 72 * HOUR_MS,
};

/** In the first, 2 % of the budget of 30 days burn in an hour; then 5 % in six hours; then 10 % in three days. */
export const burnRates: readonly BurnRate[] = [
  { long: "1h", short: "5m", factor: 14.4, severity: "page" },
  { long: "6h", short: "30m", factor: 6, severity: "page" },
  { long: "3d", short: "6h", factor: 1, severity: "ticket" },
];

/** In fewer runs than these in the long window nothing is judged. */
export const BURN_RUNS_MIN = 10;

const PREFIX = "objective/";

/** The alert of an objective for a pair of windows. */
export function burnAlertName({ name }: Objective, { long }: BurnRate): string {
  return `${PREFIX}${name}/${long}`;
}

/** The share of bad runs above which the alert fires; always below 1, so that low objectives can fire, too. */
export function firingErrorRate(objective: Objective, { factor }: BurnRate): number {
  const budget = budgetOf(objective);
  return withoutNoise(Math.min(factor * budget, (1 + budget) / 2));
}

/**
 * What has changed. Where nothing ended in the short window, or too little in the long one, an alert stays what it is.
 * @param active the alerts that fire; those of objectives that are no more are resolved
 * @param now epoch milliseconds
 */
export function burnRateChanges(
  state: Objectives,
  active: ReadonlyMap<string, ActiveAlert>,
  now: number,
): readonly AlertChange[] {
  const changes: AlertChange[] = [];
  const known = new Set<string>();
  for (const one of state.list) {
    for (const rate of burnRates) {
      const alert = burnAlertName(one.objective, rate);
      known.add(alert);
      const long = countsOf(state, one, WINDOWS_MS[rate.long], now);
      const short = countsOf(state, one, WINDOWS_MS[rate.short], now);
      const verdict = verdictOn(firingErrorRate(one.objective, rate), long, short);
      if (verdict === "held" || (verdict === "firing") === active.has(alert)) continue;
      const summary = summaryOf(one.objective, rate, verdict === "firing" ? long : short, verdict);
      const { pattern } = one.objective;
      changes.push({ alert, state: verdict, severity: rate.severity, summary, pattern });
    }
  }
  return [...changes, ...goneAmong(active, known)];
}

/** Held: too little ended to judge by, so that an alert stays what it is. */
export function verdictOn(
  limit: number,
  long: GoodAndBad,
  short: GoodAndBad,
): "firing" | "resolved" | "held" {
  if (total(short) === 0) return "held";
  if (errorRate(short) <= limit || errorRate(long) <= limit) return "resolved";
  return total(long) < BURN_RUNS_MIN ? "held" : "firing";
}

function summaryOf(
  objective: Objective,
  { long, short }: BurnRate,
  counts: GoodAndBad,
  verdict: "firing" | "resolved",
): string {
  const { name, pattern } = objective;
  const wrong = "latency" in objective ? `took longer than ${objective.latency.ms} ms` : "ended badly";
  const window = verdict === "firing" ? long : short;
  return `${counts.bad} of ${total(counts)} runs of '${pattern}' ${wrong} in the last ${window}; '${name}' lets ${percent(budgetOf(objective))} do so`;
}

function goneAmong(active: ReadonlyMap<string, ActiveAlert>, known: ReadonlySet<string>): AlertChange[] {
  const gone = [...active.values()].filter(({ alert }) => alert.startsWith(PREFIX) && !known.has(alert));
  return gone.map(({ alert, severity, pattern }) => ({
    alert,
    state: "resolved",
    severity,
    ...(pattern !== undefined && { pattern }),
    summary: "there is no such objective any more",
  }));
}

function total({ good, bad }: GoodAndBad): number {
  return good + bad;
}

function errorRate(counts: GoodAndBad): number {
  return counts.bad / total(counts);
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
