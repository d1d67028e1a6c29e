/** What alerts follow from beside the log: of a runtime, or of options that none was made of yet. */
import type { AlertLimits } from "../telemetry/alert-limits.ts";
import type { Objective } from "../telemetry/objective.ts";
import type { Threshold } from "../telemetry/threshold.ts";
import { checkAlerts } from "./check-alerts.ts";
import { checkObjectives } from "./check-objectives.ts";
import type { RuntimeOptions } from "./settings.ts";

export interface AlertRules {
  readonly objectives: readonly Objective[];
  readonly thresholds: readonly Threshold[];
  readonly limits: AlertLimits;
}

/**
 * What alerts of a runtime with these options would follow from, where nothing is given the defaults.
 * @throws ReeveError `option-invalid`
 */
export function alertRulesOf(options: Pick<RuntimeOptions, "objectives" | "alerts">): AlertRules {
  const { thresholds, limits } = checkAlerts(options.alerts);
  return { objectives: checkObjectives(options.objectives), thresholds, limits };
}
