/** `reeve metrics rules|grafana`: what Prometheus and Grafana are given, made from this project's configuration. */
import { alertRulesOf } from "@reeve/core";
import { CONFIG_OPTION, type Command } from "../command-line/command.ts";
import { usageError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { configOf } from "../config/open-runtime.ts";
import { jsonText } from "../output/json-text.ts";

export const metricsCommand: Command = {
  name: "metrics",
  words: ["ACTION"],
  summary: "print alert rules for Prometheus, or a dashboard for Grafana",
  examples: [
    [
      "reeve metrics rules > reeve-rules.yml",
      "objectives, thresholds and built-in alerts; name the file in rule_files",
    ],
    ["reeve metrics grafana > reeve-dashboard.json", "a panel for every metric; import it into Grafana"],
  ],
  options: { ...CONFIG_OPTION },
  run: async (call) => {
    const action = call.given.word(0);
    if (action !== "rules" && action !== "grafana")
      throw usageError(`reeve metrics has no action '${action}'`, "use rules or grafana");
    // Loaded here, so that no other command waits for it.
    const { grafanaDashboard, prometheusRules } = await import("@reeve/server");
    const text =
      action === "grafana"
        ? jsonText(grafanaDashboard(), 2)
        : prometheusRules(alertRulesOf((await configOf(call)).options)).trimEnd();
    call.terminal.out.line(text);
    return EXIT.ok;
  },
};
