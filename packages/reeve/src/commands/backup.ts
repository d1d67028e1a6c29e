/** `reeve backup`: a consistent copy of the log, also while a process works on it. */
import { resolve } from "node:path";
import { backupFile } from "@reeve/core";
import { CONFIG_OPTION, JSON_OPTION, type Command } from "../command-line/command.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { shellWord } from "../command-line/shell-word.ts";
import { LOG_OPTION, logFile } from "../config/log-file.ts";
import { byteText } from "../output/byte-text.ts";
import { jsonText } from "../output/json-text.ts";
import { plural } from "../output/number-text.ts";
import { oneLine } from "../output/safe-text.ts";
import { openStatusLine } from "../output/status-line.ts";

export const backupCommand: Command = {
  name: "backup",
  words: ["TO"],
  needsFiles: true,
  summary: "copy the log into one verified file, also while it is in use",
  examples: [
    ["reeve backup backups/monday.db", "nothing has to be stopped for it"],
    ["reeve backup backups/latest.db --force", "replace the last one, once the new one is whole"],
  ],
  options: {
    force: { kind: "flag", short: "f", summary: "replace an earlier backup of that name" },
    ...LOG_OPTION,
    ...JSON_OPTION,
    ...CONFIG_OPTION,
  },
  run: async (call) => {
    const { given, terminal, folder } = call;
    const to = resolve(folder, given.word(0));
    const from = await logFile(call, given.text("log"));
    using status = openStatusLine(terminal.err);
    const { file, bytes, verified } = await backupFile(from, to, {
      force: given.flag("force"),
      onProgress: ({ totalPages, remainingPages }) =>
        status.show("copying pages", totalPages - remainingPages, totalPages),
    });
    const { runs, events, payloads } = verified;
    if (given.flag("json")) terminal.out.line(jsonText({ file, from, bytes, runs, events, payloads }));
    else {
      terminal.out.line(
        `wrote ${oneLine(file)}, ${byteText(bytes)}: ${plural(runs, "run")} and ${plural(events, "event")}, verified`,
      );
      terminal.err.line(`to go back to it: reeve restore ${shellWord(file)}`);
    }
    return EXIT.ok;
  },
};
