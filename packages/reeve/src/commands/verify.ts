/** `reeve verify`: reads a whole log and says what is not as it was written. */
import { verifyFile, type Verification } from "@reeve/core";
import { CONFIG_OPTION, JSON_OPTION, type Command } from "../command-line/command.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { logFile } from "../config/log-file.ts";
import { jsonText } from "../output/json-text.ts";
import { plural } from "../output/number-text.ts";
import { oneLine } from "../output/safe-text.ts";
import { openStatusLine } from "../output/status-line.ts";
import type { OutputStream } from "../output/terminal.ts";

export const verifyCommand: Command = {
  name: "verify",
  words: ["[FILE]"],
  needsFiles: true,
  summary: "read the whole log, or a backup, and say what is damaged",
  examples: [
    ["reeve verify", "the log of the configuration; its owner may go on working"],
    ["reeve verify backups/monday.db", "a backup, on any machine"],
    [
      "reeve verify --json | jq '.problems[].what'",
      "for programs; the exit code is 8 if anything is damaged",
    ],
  ],
  options: { ...JSON_OPTION, ...CONFIG_OPTION },
  run: async (call) => {
    const { given, terminal } = call;
    const file = await logFile(call, given.word(0));
    using status = openStatusLine(terminal.err);
    const report = await verifyFile(file, {
      onProgress: ({ part, done, total }) => status.show(`verifying ${part}`, done, total),
    });
    if (given.flag("json")) terminal.out.line(jsonText({ file, ...report }));
    else show(terminal.out, file, report);
    return report.ok ? EXIT.ok : EXIT.storage;
  },
};

function show(out: OutputStream, file: string, { problems, runs, events, payloads }: Verification): void {
  const read = `${plural(runs, "run")}, ${plural(events, "event")} and ${plural(payloads, "value")} read`;
  if (problems.length === 0) {
    out.line(`${out.paint("green", "✓")} ${oneLine(file)} is sound: ${read}`);
    return;
  }
  for (const { what, where } of problems) out.line(`${out.paint("red", "✗")} ${where}: ${oneLine(what)}`);
  out.line(`${oneLine(file)}: ${plural(problems.length, "problem")}; ${read}`);
  for (const hint of new Set(problems.map((problem) => problem.hint))) {
    out.line(`    ${out.paint("cyan", "→")} ${oneLine(hint)}`);
  }
}
