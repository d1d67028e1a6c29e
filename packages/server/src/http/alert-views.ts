/** Objectives and alerts as the contract shows them. */
import {
  alertOutbox,
  followAlerts,
  type ReceiverState,
  silenceOf,
  type Silence,
  thresholdAlertName,
  thresholdText,
  type Threshold,
  type ActiveAlert,
  type AlertEpisode,
  type ObjectiveReport,
  type Runtime,
} from "@reeve/core";
import type {
  AlertEpisodeView,
  AlertHistoryQuery,
  AlertHistoryView,
  Alerts,
  AlertView,
  ObjectiveView,
  ReceiverView,
  ThresholdView,
} from "../contract/alerts.ts";

const EPISODES_SHOWN = 100;

export interface AlertViews {
  now(): Alerts;
  history(query: AlertHistoryQuery): AlertHistoryView;
}

/** Follows the log. Kept by its owner, too, the checkpoints of its folds spare others reading the whole log. */
export async function openAlerts(runtime: Runtime): Promise<AlertViews> {
  const { engine, alertRules } = runtime;
  const reader = await followAlerts(engine, alertRules);
  const outbox = await engine.fold(alertOutbox);
  return {
    now: () => {
      const { alerts, objectives } = reader.report();
      const silences = runtime.silences();
      const now = engine.clock.now();
      return {
        alerts: alerts.map((alert) => alertView(alert, silences, now)),
        objectives: objectives.map(objectiveView),
        thresholds: alertRules.thresholds.map((one) => thresholdView(one, alerts)),
        silences,
        receivers: Array.from(outbox.state().receivers, receiverView),
        now,
      };
    },
    history: ({ pattern, limit = EPISODES_SHOWN }) => {
      const episodes = reader.history().filter((one) => pattern === undefined || one.pattern === pattern);
      return { episodes: episodes.slice(0, limit).map(episodeView) };
    },
  };
}

function alertView(
  { alert, severity, summary, pattern, example, since }: ActiveAlert,
  silences: readonly Silence[],
  now: number,
): AlertView {
  const silence = silenceOf(alert, silences, now) ?? null;
  const about = { pattern: pattern ?? null, example: example ?? null };
  return { alert, severity, summary, ...about, since, silence };
}

function objectiveView({ objective, budget, budgetLeft, windows, alerts }: ObjectiveReport): ObjectiveView {
  const { name, pattern } = objective;
  const isLatency = "latency" in objective;
  return {
    name,
    pattern,
    target: isLatency ? objective.latency.p : objective.success,
    limitMs: isLatency ? objective.latency.ms : null,
    budget,
    budgetLeft: budgetLeft ?? null,
    windows: windows.map(({ window, good, bad, errorRate = null, burnRate = null }) => ({
      window,
      good,
      bad,
      errorRate,
      burnRate,
    })),
    alerts,
  };
}

function thresholdView(threshold: Threshold, alerts: readonly ActiveAlert[]): ThresholdView {
  const alert = thresholdAlertName(threshold);
  return {
    name: threshold.name,
    alert,
    severity: threshold.severity ?? "ticket",
    pattern: "pattern" in threshold ? threshold.pattern : null,
    text: thresholdText(threshold),
    firing: alerts.some((active) => active.alert === alert),
  };
}

function receiverView([name, receiver]: readonly [string, ReceiverState]): ReceiverView {
  const { owed, delivered, givenUp, error = null } = receiver;
  return { name, owed: owed.length, owedSince: owed[0]?.at ?? null, delivered, givenUp, error };
}

function episodeView(episode: AlertEpisode): AlertEpisodeView {
  const {
    alert,
    severity,
    summary,
    pattern = null,
    firedAt,
    resolvedAt = null,
    resolution = null,
    position,
  } = episode;
  return { alert, severity, summary, pattern, firedAt, resolvedAt, resolution, position };
}
