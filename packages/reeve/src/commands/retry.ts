/** `reeve retry`: a new run that makes anew what failed in another one, followed to its end. */
import { CONFIG_OPTION, JSON_OPTION, type Command } from "../command-line/command.ts";
import { CommandError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { shellWord } from "../command-line/shell-word.ts";
import { openAsGuest, openForWork } from "../config/open-runtime.ts";
import { findRun } from "./find-run.ts";
import { followToEnd } from "./follow-to-end.ts";
import { checkNewId, checkTakesOver } from "./new-run.ts";

export const retryCommand: Command = {
  name: "retry",
  words: ["RUN"],
  summary: "start a new run that makes anew what failed in an ended one, and follow it",
  examples: [
    ["reeve retry import-42", "what it completed is taken over, unless it was undone"],
    ["reeve retry import-42 --id import-42-again", "starting twice with one id is one run"],
    ["reeve fork import-42 --from check", "go back further than to what failed"],
  ],
  options: {
    id: { kind: "text", value: "ID", summary: "the new run's id (default: a new one)" },
    ...JSON_OPTION,
    ...CONFIG_OPTION,
  },
  run: async (call) => {
    const source = call.given.word(0);
    const id = checkNewId(call, source);
    {
      // Asked as a guest first: a slip must not set the unfinished runs of the log going.
      await using guest = await openAsGuest(call);
      const { state } = await findRun(guest, source);
      if (state !== "ended") {
        throw new CommandError(
          EXIT.refused,
          `run '${source}' is ${state}; only a run that has ended can be retried`,
          `go on with it: reeve resume ${shellWord(source)}; or end it: reeve cancel ${shellWord(source)}`,
        );
      }
    }
    await using runtime = await openForWork(call);
    return await followToEnd(call, runtime, async () => {
      const run = await runtime.run(source).retry(id === undefined ? {} : { id });
      await checkTakesOver(run, source, (from) => from === undefined);
      call.terminal.err.line(`run ${run.id} retries run ${source}`);
      return run;
    });
  },
};
