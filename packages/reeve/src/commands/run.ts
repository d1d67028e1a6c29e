/** `reeve run`: starts a run and follows it to its end. */
import { openAccess } from "../access/open-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Command } from "../command-line/command.ts";
import { readContext } from "../command-line/read-context.ts";
import { readValue } from "../command-line/read-value.ts";
import { START_OPTIONS, startOptions } from "../command-line/start-options.ts";
import { followToEnd } from "./follow-to-end.ts";

export const runCommand: Command = {
  name: "run",
  words: ["NAME"],
  summary: "start a run of a pattern and follow it to its end",
  examples: [
    [`reeve run greet --input '{"names":["Ada"]}'`, "the input as JSON"],
    [
      "reeve run import --input @orders.json --id import-42",
      "from a file; starting twice with one id is one run",
    ],
    [
      "make-input | reeve run import --input - --json | jq .outcome",
      "from standard input, the outcome to a program",
    ],
    ["reeve run report --delay 10m --priority 4", "queued for ten minutes, and urgent then"],
  ],
  options: { ...START_OPTIONS, ...JSON_OPTION, ...ACCESS_OPTIONS },
  run: async (call) => {
    const { given, folder } = call;
    const options = { context: readContext(call), ...startOptions(call) };
    const input = await readValue("--input", given.text("input"), folder);
    await using runtime = await openAccess(call, "work");
    return await followToEnd(call, runtime, () => runtime.start(given.word(0), input, options));
  },
};
