/** The alerts of a runtime as rules of Prometheus: its objectives, its thresholds, and those that are built in. */
import { alertLimits, type AlertRules } from "@reeve/core";
import { builtInRules } from "./built-in-rules.ts";
import { objectiveRules } from "./objective-rules.ts";
import { groupText } from "./rule-text.ts";
import { thresholdRules } from "./threshold-rules.ts";

/**
 * The rules as YAML, for `rule_files` of Prometheus; they need what `serveMetrics` serves.
 * @param rules `runtime.alertRules`, or `alertRulesOf(options)`; what is left out has none, or the default limits
 */
export function prometheusRules({
  objectives = [],
  thresholds = [],
  limits = alertLimits,
}: Partial<AlertRules>): string {
  const groups = [
    groupText("reeve-objectives", objectiveRules(objectives)),
    groupText("reeve-thresholds", thresholdRules(thresholds)),
    groupText("reeve-built-in", builtInRules(limits)),
  ];
  return `groups:\n${groups.join("")}`;
}
