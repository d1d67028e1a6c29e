/** `reeve run`: starts a run and follows it to its end. */
import type { RunHandle, StartOptions } from "@reeve/core";
import { CONFIG_OPTION, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { usageError } from "../command-line/command-error.ts";
import { parseDuration } from "../command-line/parse-duration.ts";
import { parseTime } from "../command-line/parse-time.ts";
import { CONTEXT_OPTIONS, readContext } from "../command-line/read-context.ts";
import { readValue } from "../command-line/read-value.ts";
import { openForWork } from "../config/open-runtime.ts";
import { followToEnd } from "./follow-to-end.ts";

export const runCommand: Command = {
  name: "run",
  words: ["NAME"],
  summary: "start a run of a pattern and follow it to its end",
  examples: [
    [`reeve run greet --input '{"name":"Ada"}'`, "the input as JSON"],
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
  options: {
    input: { kind: "text", value: "JSON|@FILE|-", short: "i", summary: "the run's input" },
    id: { kind: "text", value: "ID", summary: "the run's id (default: a new one)" },
    delay: { kind: "text", value: "TIME", summary: "begin after so long, such as 30s, 10m, 1h30m or 2d" },
    at: {
      kind: "text",
      value: "TIME",
      summary: "begin then: 2031-04-05T03:00 (time of this machine), …T03:00Z or …T03:00+02:00",
    },
    ...CONTEXT_OPTIONS,
    ...JSON_OPTION,
    ...CONFIG_OPTION,
  },
  run: async (call) => {
    const { given, folder } = call;
    const context = readContext(call);
    const beginning = beginningOf(call);
    const input = await readValue("--input", given.text("input"), folder);
    await using runtime = await openForWork(call);
    const id = given.text("id");
    const start = (): Promise<RunHandle> =>
      runtime.start(given.word(0), input, { context, ...beginning, ...(id === undefined ? {} : { id }) });
    return await followToEnd(call, runtime, start);
  },
};

/** When the run is to begin. @throws CommandError */
function beginningOf({ given }: Call): Pick<StartOptions, "delayMs" | "runAt"> {
  const delay = given.text("delay");
  const at = given.text("at");
  if (delay !== undefined && at !== undefined) {
    throw usageError("--delay and --at exclude each other", "say how long to wait, or until when");
  }
  if (delay !== undefined) return { delayMs: parseDuration("--delay", delay) };
  return at === undefined ? {} : { runAt: parseTime("--at", at, Date.now()) };
}
