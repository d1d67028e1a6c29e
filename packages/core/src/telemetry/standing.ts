/**
 * How things stand at a moment, of what alerts follow from: what is computed when it is asked for, and not counted event
 * by event. Metrics are made of it in standing-metrics.ts. Pure.
 */
import type { ActiveAlert } from "../delegation/alert.ts";
import type { AlertLimits } from "./alert-limits.ts";
import { stuckRuns, type BuiltInSources } from "./built-in-alerts.ts";
import { runsInNeed } from "./need-alerts.ts";
import type { Needs } from "./needs.ts";
import { objectiveReports, type ObjectiveReport } from "./objective-report.ts";
import type { Objectives } from "./objectives.ts";
import type { QueuedRuns } from "./queued-runs.ts";
import { thresholdAlertName, type Threshold } from "./threshold.ts";

/** What is believed of a pattern in a domain. */
export interface BelievedIn {
  readonly pattern: string;
  readonly domain: string;
  readonly mean: number;
  /** Bounds of 95 %. */
  readonly low: number;
  readonly high: number;
  /** How many outcomes it rests on. */
  readonly evidence: number;
}

export interface Standing {
  readonly objectives: readonly ObjectiveReport[];
  readonly firing: readonly ActiveAlert[];
  /** Alerts that rules are always there for, whether they fire or not, with their severity. */
  readonly rules: readonly Pick<ActiveAlert, "alert" | "severity">[];
  /** How many runs of each pattern are stuck, are stranded, left something behind. */
  readonly stuck: ReadonlyMap<string, number>;
  readonly stranded: ReadonlyMap<string, number>;
  readonly rollbackFailed: ReadonlyMap<string, number>;
  /** For how many milliseconds the oldest queued run of each pattern could have begun. */
  readonly queuedMs: ReadonlyMap<string, number>;
  readonly believed: readonly BelievedIn[];
}

export interface StandingSources extends Omit<BuiltInSources, "signs" | "isSampled"> {
  readonly objectives: Objectives;
  readonly needs: Needs;
  readonly thresholds: readonly Threshold[];
  readonly limits: AlertLimits;
  readonly believed: readonly BelievedIn[];
}

/**
 * @param active the alerts that fire
 * @param now epoch milliseconds
 */
export function standingOf(
  sources: StandingSources,
  active: ReadonlyMap<string, ActiveAlert>,
  now: number,
): Standing {
  const { thresholds, limits, believed } = sources;
  const objectives = objectiveReports(sources.objectives, active, now);
  const stuck = Array.from(
    stuckRuns(sources, limits, now),
    ([pattern, { runs }]) => [pattern, runs] as const,
  );
  return {
    objectives,
    firing: [...active.values()],
    rules: [
      ...objectives.flatMap(({ alerts }) => alerts),
      ...thresholds.map((one) => ({ alert: thresholdAlertName(one), severity: one.severity ?? "ticket" })),
      { alert: "disk-low", severity: "page" },
      { alert: "loop-blocked", severity: "page" },
    ],
    stuck: new Map(stuck),
    ...runsInNeed(sources.needs, now),
    queuedMs: oldestQueued(sources.queued, now),
    believed,
  };
}

function oldestQueued(queued: QueuedRuns, now: number): ReadonlyMap<string, number> {
  const oldest = new Map<string, number>();
  for (const { pattern, since } of queued.values())
    oldest.set(pattern, Math.max(oldest.get(pattern) ?? 0, now - since));
  return oldest;
}
