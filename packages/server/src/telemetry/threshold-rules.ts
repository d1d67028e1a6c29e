/**
 * Thresholds as rules of Prometheus. A pattern that is counted as `other` has no series of its own, so that its thresholds
 * are judged by the process alone.
 */
import {
  THRESHOLD_RUNS_MIN,
  THRESHOLD_WINDOW_MS,
  thresholdAlertName,
  thresholdText,
  type Threshold,
} from "@reeve/core";
import { literal, quoted, ruleText } from "./rule-text.ts";

const ALERT = "ReeveThreshold";
const ENDED = "reeve_runs_ended_total";
const DURATION = "reeve_run_duration_seconds";
/** Who cancels a run, or asks for what he may not have, tells nothing about the pattern. */
const JUDGED = 'outcome=~"completed|failed|rolled-back|rollback-failed|timed-out"';

/** One alert for each. */
export function thresholdRules(thresholds: readonly Threshold[]): readonly string[] {
  return thresholds.map((threshold) => {
    const { name, severity = "ticket" } = threshold;
    const about = "pattern" in threshold ? { pattern: literal(threshold.pattern) } : {};
    const labels = { alert: thresholdAlertName(threshold), threshold: name, severity, ...about };
    const summary = `no longer holds: ${literal(thresholdText(threshold))}`;
    return ruleText("alert", ALERT, {
      expr: expressionOf(threshold),
      labels,
      annotations: { summary },
    });
  });
}

function expressionOf(threshold: Threshold): string {
  if ("residentBytes" in threshold) return `reeve_resident_bytes > ${threshold.residentBytes}`;
  const of = `pattern=${quoted(threshold.pattern)}`;
  if ("confidence" in threshold) {
    const where = threshold.domain === undefined ? "" : `,domain=${quoted(threshold.domain)}`;
    return `min(reeve_confidence_high{${of}${where}}) < ${threshold.confidence}`;
  }
  const window = `${(threshold.windowMs ?? THRESHOLD_WINDOW_MS) / 1_000}s`;
  if ("successRate" in threshold) {
    const ended = `sum(increase(${ENDED}{${of},${JUDGED}}[${window}]))`;
    const good = `(sum(increase(${ENDED}{${of},outcome="completed"}[${window}])) or vector(0))`;
    return held(threshold.name, `${good} / ${ended} < ${threshold.successRate}`, ended);
  }
  const { p, ms } = threshold.responseTime;
  const ended = `sum(increase(${DURATION}_count{${of}}[${window}]))`;
  const within = `sum(increase(${DURATION}_bucket{${of},le="${ms / 1_000}"}[${window}]))`;
  return held(threshold.name, `${within} / ${ended} < ${p}`, ended);
}

/** With too few runs to judge by, an alert stays what it was. */
function held(name: string, isFiring: string, runs: string): string {
  const before = `max(ALERTS{alertname="${ALERT}",alertstate="firing",threshold=${quoted(name)}})`;
  return `(${isFiring} and ${runs} >= ${THRESHOLD_RUNS_MIN}) or (${before} unless ${runs} >= ${THRESHOLD_RUNS_MIN})`;
}
