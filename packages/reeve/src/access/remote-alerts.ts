/** Alerts as the contract shows them, as the library has them. */
import type { ActiveAlert, AlertEpisode, ObjectiveReport } from "@reeve/core";
import type { AlertEpisodeView, AlertView, ObjectiveView } from "@reeve/server/contract";
import type { Client } from "@reeve/server/client";
import type { AlertsFound } from "./runtime-access.ts";

export async function alertsBehind(client: Client): Promise<AlertsFound> {
  const { alerts, objectives, silences, now } = await client.alerts({});
  const { episodes } = await client.alertHistory({});
  return {
    alerts: alerts.map(alertOf),
    objectives: objectives.map(objectiveOf),
    silences,
    history: episodes.map(episodeOf),
    now,
  };
}

function alertOf({ alert, severity, summary, pattern, example, since }: AlertView): ActiveAlert {
  return {
    alert,
    severity,
    summary,
    since,
    ...(pattern !== null && { pattern }),
    ...(example !== null && { example }),
  };
}

function objectiveOf({
  name,
  pattern,
  target,
  limitMs,
  budget,
  budgetLeft,
  windows,
}: ObjectiveView): Pick<ObjectiveReport, "objective" | "budget" | "budgetLeft" | "windows"> {
  return {
    objective:
      limitMs === null
        ? { name, pattern, success: target }
        : { name, pattern, latency: { p: target, ms: limitMs } },
    budget,
    budgetLeft: budgetLeft ?? undefined,
    windows: windows.map(({ errorRate, burnRate, ...window }) => ({
      ...window,
      errorRate: errorRate ?? undefined,
      burnRate: burnRate ?? undefined,
    })),
  };
}

function episodeOf({ pattern, resolvedAt, resolution, ...episode }: AlertEpisodeView): AlertEpisode {
  return {
    ...episode,
    ...(pattern !== null && { pattern }),
    ...(resolvedAt !== null && { resolvedAt }),
    ...(resolution !== null && { resolution }),
  };
}
