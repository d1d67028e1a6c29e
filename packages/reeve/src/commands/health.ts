/** `reeve health`: whether anything fails, why, since when and what helps, as the dashboard's first line says it. */
import type { Finding } from "@reeve/server";
import { openAccess } from "../access/open-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Command } from "../command-line/command.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { jsonText } from "../output/json-text.ts";
import { oneLine } from "../output/safe-text.ts";
import type { OutputStream } from "../output/terminal.ts";

const RUNS_SHOWN = 3;

export const healthCommand: Command = {
  name: "health",
  words: [],
  summary: "say whether anything fails, why, since when, and what helps",
  examples: [
    ["reeve health", "the worst first; ends with 1 while something fails"],
    ["reeve health --json | jq -r .sentence", "the one sentence, for a page or a bot"],
    ["reeve health --server https://reeve.example:7433", "how another machine does"],
  ],
  options: { ...JSON_OPTION, ...ACCESS_OPTIONS },
  run: async (call) => {
    const { given, terminal } = call;
    await using access = await openAccess(call, "look");
    const health = await access.health();
    if (given.flag("json")) terminal.out.line(jsonText(health));
    else if (health.findings.length === 0) terminal.out.line(`✓ ${oneLine(health.sentence)}`);
    else for (const finding of health.findings) show(finding, terminal.out);
    return health.level === "failing" ? EXIT.failed : EXIT.ok;
  },
};

function show({ level, sentence, runs }: Finding, out: OutputStream): void {
  const mark = level === "failing" ? out.paint("red", "✗") : out.paint("yellow", "!");
  out.line(`${mark} ${oneLine(sentence)}`);
  const shown = runs.slice(0, RUNS_SHOWN).map((run) => `reeve show ${oneLine(run)}`);
  if (shown.length > 0) out.line(out.paint("dim", `  ${shown.join("; ")}`));
}
