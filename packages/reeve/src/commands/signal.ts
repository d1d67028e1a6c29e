/** `reeve signal`: answers an approval that a run waits for, from any terminal. */
import { randomUUID } from "node:crypto";
import { openAccess } from "../access/open-access.ts";
import { ACCESS_OPTIONS, type Command } from "../command-line/command.ts";
import { CommandError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { readValue } from "../command-line/read-value.ts";
import { shellWord } from "../command-line/shell-word.ts";
import { oneLine } from "../output/safe-text.ts";
import { awaitEcho } from "./await-echo.ts";
import { findRun } from "./find-run.ts";

export const signalCommand: Command = {
  name: "signal",
  words: ["RUN", "NAME"],
  summary: "answer an approval that a run waits for",
  examples: [
    [
      `reeve signal order-42 second-look --answer '{"approved":true}'`,
      "the last part of the path is enough if it is unique",
    ],
    [
      "reeve signal order-42 large/second-look --answer @answer.json --key mail-7",
      "sending twice with one key counts once",
    ],
  ],
  options: {
    answer: { kind: "text", value: "JSON|@FILE|-", short: "a", summary: "the answer" },
    key: { kind: "text", value: "KEY", summary: "names this answer, so that it counts once" },
    ...ACCESS_OPTIONS,
  },
  run: async (call) => {
    const { given, terminal, folder } = call;
    const answer = await readValue("--answer", given.text("answer"), folder);
    const key = given.text("key") ?? randomUUID();
    await using runtime = await openAccess(call, "guest");
    const run = runtime.run(given.word(0));
    const record = await findRun(runtime, run.id);
    const name = oneLine(run.id);
    if (record.state === "ended") {
      throw new CommandError(
        EXIT.refused,
        `run '${name}' has ended: ${record.outcome ?? "ended"}; it awaits no answer`,
        `see how: reeve show ${shellWord(run.id)}`,
      );
    }
    await run.signal(given.word(1), answer, { key });
    const echo = await awaitEcho(
      run,
      (event) => event.kind === "run-ended" || ("key" in event && event.key === key),
    );
    terminal.out.line(
      echo
        ? `run ${name} has the answer; see reeve show ${shellWord(run.id)}`
        : `nobody owns the log at the moment: run ${name} gets the answer at the next start, such as reeve resume ${shellWord(run.id)}`,
    );
    return EXIT.ok;
  },
};
