/** How objectives and alerts of a log stand, for people and programs that ask; whoever has the log open may follow it. */
import type { ActiveAlert } from "../delegation/alert.ts";
import type { Engine } from "../engine/engine.ts";
import { alertHistory, latestEpisodes, type AlertEpisode } from "../telemetry/alert-history.ts";
import { objectiveReports, type ObjectiveReport } from "../telemetry/objective-report.ts";
import { objectives } from "../telemetry/objectives.ts";
import type { AlertRules } from "./alert-rules.ts";

/** How alerts stand at a point in time. */
export interface AlertReport {
  /** Those that fire, the earliest first. */
  readonly alerts: readonly ActiveAlert[];
  readonly objectives: readonly ObjectiveReport[];
}

export interface AlertReader {
  report(): AlertReport;
  /** When alerts fired and were resolved: the latest 1,000, the latest first. */
  history(): readonly AlertEpisode[];
}

/**
 * Follows the log; a guest's may be followed, too.
 * @param rules those of the runtime: `runtime.alertRules`
 */
export async function followAlerts(engine: Engine, rules: AlertRules): Promise<AlertReader> {
  const counted = await engine.fold(objectives(rules.objectives));
  const episodes = await engine.fold(alertHistory);
  return {
    report: () => {
      const active = engine.controls().alerts;
      const now = engine.clock.now();
      return {
        alerts: [...active.values()],
        objectives: objectiveReports(counted.state(), active, now),
      };
    },
    history: () => latestEpisodes(episodes.state()),
  };
}
