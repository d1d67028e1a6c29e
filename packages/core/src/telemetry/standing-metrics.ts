/**
 * The metrics of how things stand: of objectives, of alerts, and of what alerts follow from. All are gauges.
 *
 * Invariant: labels are limited as those of metric-list.ts are: beyond `VALUES_MAX` patterns, alerts or beliefs, numbers are
 * told under `other`, and beliefs are left out. What the configuration names is always told.
 */
import { OTHER, VALUES_MAX } from "./labels.ts";
import type { Metric, Point } from "./metric.ts";
import type { Standing } from "./standing.ts";

/** Every metric that is computed when it is asked for. */
export const standingMetrics: readonly Metric<Standing>[] = [
  {
    name: "reeve_objective_budget_left",
    type: "gauge",
    help: "What is left of an objective's budget of three days: 1 all of it, 0 nothing, below 0 more was used.",
    unit: "share",
    labels: ["objective"],
    read: ({ objectives }) =>
      objectives.flatMap(({ objective: { name }, budgetLeft }) =>
        budgetLeft === undefined ? [] : [{ labels: { objective: name }, value: budgetLeft }],
      ),
  },
  {
    name: "reeve_objective_burn_rate",
    type: "gauge",
    help: "How many times faster than allowed an objective's budget is used up in a window.",
    unit: "",
    labels: ["objective", "window"],
    read: ({ objectives }) =>
      objectives.flatMap(({ objective: { name }, windows }) =>
        windows.flatMap(({ window, burnRate }) =>
          burnRate === undefined ? [] : [{ labels: { objective: name, window }, value: burnRate }],
        ),
      ),
  },
  {
    name: "reeve_alert_firing",
    type: "gauge",
    help: "1 while an alert fires; 0 for those with a rule of their own that do not.",
    unit: "",
    labels: ["alert", "severity"],
    read: alertPoints,
  },
  ofPatterns("reeve_runs_stuck", "Runs of which nothing was heard for too long.", ({ stuck }) => stuck),
  ofPatterns(
    "reeve_runs_stranded",
    "Runs whose version of the pattern is not registered.",
    ({ stranded }) => stranded,
  ),
  ofPatterns(
    "reeve_runs_rollback_failed",
    "Runs that left something behind, and were neither retried nor forked for up to three days.",
    ({ rollbackFailed }) => rollbackFailed,
  ),
  {
    name: "reeve_oldest_queued_seconds",
    type: "gauge",
    help: "For how long the oldest queued run could have begun.",
    unit: "seconds",
    labels: ["pattern"],
    read: ({ queuedMs }) =>
      limited(queuedMs, Math.max).map(([pattern, ms]) => ({ labels: { pattern }, value: ms / 1_000 })),
  },
  believed("reeve_confidence_mean", "How likely a pattern is believed to succeed.", ({ mean }) => mean),
  believed("reeve_confidence_low", "The lower bound of 95 % of that belief.", ({ low }) => low),
  believed("reeve_confidence_high", "The upper bound of 95 % of that belief.", ({ high }) => high),
];

function ofPatterns(
  name: string,
  help: string,
  counts: (standing: Standing) => ReadonlyMap<string, number>,
): Metric<Standing> {
  const read = (standing: Standing): readonly Point[] =>
    limited(counts(standing), (left, right) => left + right).map(([pattern, value]) => ({
      labels: { pattern },
      value,
    }));
  return { name, type: "gauge", help, unit: "", labels: ["pattern"], read };
}

function believed(
  name: string,
  help: string,
  value: (belief: Standing["believed"][number]) => number,
): Metric<Standing> {
  return {
    name,
    type: "gauge",
    help,
    unit: "share",
    labels: ["pattern", "domain"],
    read: (standing) =>
      standing.believed
        .toSorted((left, right) => right.evidence - left.evidence)
        .slice(0, VALUES_MAX)
        .map((belief) => ({
          labels: { pattern: belief.pattern, domain: belief.domain },
          value: value(belief),
        })),
  };
}

function alertPoints({ firing, rules }: Standing): readonly Point[] {
  const fires = new Set(firing.map(({ alert }) => alert));
  const known = new Set(rules.map(({ alert }) => alert));
  const own = rules.map(({ alert, severity }) => ({
    labels: { alert, severity },
    value: fires.has(alert) ? 1 : 0,
  }));
  const others = firing.filter(({ alert }) => !known.has(alert));
  const told = others.slice(0, VALUES_MAX).map(({ alert, severity }) => ({
    labels: { alert, severity },
    value: 1,
  }));
  const left = new Map<string, number>();
  for (const { severity } of others.slice(VALUES_MAX)) left.set(severity, (left.get(severity) ?? 0) + 1);
  const rest = Array.from(left, ([severity, value]) => ({ labels: { alert: OTHER, severity }, value }));
  return [...own, ...told, ...rest];
}

/** Those beyond the limit in one. */
function limited(
  values: ReadonlyMap<string, number>,
  join: (left: number, right: number) => number,
): readonly (readonly [string, number])[] {
  const all = [...values];
  if (all.length <= VALUES_MAX) return all;
  const rest = all.slice(VALUES_MAX).map(([, value]) => value);
  return [...all.slice(0, VALUES_MAX), [OTHER, rest.reduce((left, right) => join(left, right))]];
}
