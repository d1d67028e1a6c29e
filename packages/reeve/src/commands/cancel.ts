/** `reeve cancel`: asks the process that owns the log to end a run, from any terminal. */
import { openAccess } from "../access/open-access.ts";
import { ACCESS_OPTIONS, type Command } from "../command-line/command.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { shellWord } from "../command-line/shell-word.ts";
import { oneLine } from "../output/safe-text.ts";
import { awaitEcho } from "./await-echo.ts";
import { findRun } from "./find-run.ts";

export const cancelCommand: Command = {
  name: "cancel",
  words: ["RUN"],
  summary: "ask a run to end; what it did is undone",
  examples: [
    ["reeve cancel import-42", "works from a second terminal"],
    ['reeve cancel import-42 --reason "wrong file"', "the reason is kept with the outcome"],
  ],
  options: {
    reason: { kind: "text", value: "TEXT", summary: "why; kept with the outcome" },
    ...ACCESS_OPTIONS,
  },
  run: async (call) => {
    const { given, terminal } = call;
    await using runtime = await openAccess(call, "guest");
    const run = runtime.run(given.word(0));
    const { state, outcome } = await findRun(runtime, run.id);
    const name = oneLine(run.id);
    if (state === "ended") {
      terminal.out.line(`run ${name} has ended before: ${outcome ?? "ended"}; nothing to cancel`);
      return EXIT.ok;
    }
    await run.cancel(given.text("reason") ?? "cancelled from the command line");
    const echo = await awaitEcho(run, ({ kind }) => kind === "cancel-requested" || kind === "run-ended");
    terminal.out.line(
      echo
        ? `run ${name} is being cancelled; see reeve show ${shellWord(run.id)}`
        : `nobody owns the log at the moment: run ${name} will be cancelled at the next start, such as reeve resume ${shellWord(run.id)}`,
    );
    return EXIT.ok;
  },
};
