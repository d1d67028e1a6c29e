/** `reeve link`: a new link to sign in to the server that runs over a log. */
import { CONFIG_OPTION, type Command } from "../command-line/command.ts";
import { CommandError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { LOG_OPTION, logFile } from "../config/log-file.ts";

export const linkCommand: Command = {
  name: "link",
  words: [],
  needsFiles: true,
  summary: "print a new link that signs in to the running server, once and within ten minutes",
  examples: [
    ["reeve link", "while reeve up runs in this folder"],
    ["reeve link --log /srv/orders/reeve.db", "over another log"],
  ],
  options: { ...LOG_OPTION, ...CONFIG_OPTION },
  run: async (call) => {
    const { signInLink } = await import("@reeve/server");
    const link = signInLink(await logFile(call, call.given.text("log")));
    if (link === undefined)
      throw new CommandError(EXIT.notFound, "no server runs over this log", "start one: reeve up");
    call.terminal.out.line(link);
    return EXIT.ok;
  },
};
