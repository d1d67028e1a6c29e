/** `reeve restore`: puts a backup in the place of the log, which is kept beside it. */
import { resolve } from "node:path";
import { restoreFile } from "@reeve/core";
import { CONFIG_OPTION, JSON_OPTION, type Command } from "../command-line/command.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { LOG_OPTION, logFile, noFolder } from "../config/log-file.ts";
import { jsonText } from "../output/json-text.ts";
import { plural } from "../output/number-text.ts";
import { oneLine } from "../output/safe-text.ts";
import { openStatusLine } from "../output/status-line.ts";

export const restoreCommand: Command = {
  name: "restore",
  words: ["FROM"],
  needsFiles: true,
  summary: "put a backup in the place of the log; what was there is kept",
  examples: [
    ["reeve restore backups/monday.db", "steps completed since then run again"],
    ["reeve restore backups/monday.db --log copy.db", "look at it elsewhere first"],
  ],
  options: { ...LOG_OPTION, ...JSON_OPTION, ...CONFIG_OPTION },
  run: async (call) => {
    const { given, terminal, folder } = call;
    const from = noFolder(resolve(folder, given.word(0)));
    const to = await logFile(call, given.text("log"));
    using status = openStatusLine(terminal.err);
    const { file, replaced, verified } = await restoreFile(from, to, {
      onProgress: ({ totalPages, remainingPages }) =>
        status.show("copying pages", totalPages - remainingPages, totalPages),
    });
    const { runs, events, payloads } = verified;
    if (given.flag("json")) {
      terminal.out.line(jsonText({ file, from, replaced: replaced ?? null, runs, events, payloads }));
    } else {
      terminal.out.line(
        `restored ${oneLine(file)}: ${plural(runs, "run")} and ${plural(events, "event")}, verified`,
      );
      if (replaced !== undefined) terminal.err.line(`what was there is now ${oneLine(replaced)}`);
    }
    return EXIT.ok;
  },
};
