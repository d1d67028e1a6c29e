/** `reeve fork`: a new run that takes over what another did before a step, and goes on from there. */
import type { ForkOptions } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { usageError } from "../command-line/command-error.ts";
import { readValue } from "../command-line/read-value.ts";
import { findRun } from "./find-run.ts";
import { followToEnd } from "./follow-to-end.ts";
import { checkNewId, checkTakesOver } from "./new-run.ts";

export const forkCommand: Command = {
  name: "fork",
  words: ["RUN"],
  summary: "start a new run that goes on from a step of another one, and follow it",
  examples: [
    ["reeve fork import-42 --from check", "make that step anew, and all that comes of it"],
    [`reeve fork import-42 --from check --input '{"limit":10}'`, "the step gets another input"],
    [
      "reeve fork import-42 --from check --output @result.json",
      "take its result as given, and go on after it",
    ],
    ["reeve fork import-42 --input @orders.json", "the whole run anew, with another input"],
  ],
  options: {
    from: {
      kind: "text",
      value: "STEP",
      summary: "the step's path, as reeve show names it (default: the whole run)",
    },
    input: {
      kind: "text",
      value: "JSON|@FILE|-",
      short: "i",
      summary: "what the step gets instead of its input",
    },
    output: { kind: "text", value: "JSON|@FILE|-", summary: "what the step is taken to have returned" },
    id: { kind: "text", value: "ID", summary: "the new run's id (default: a new one)" },
    ...JSON_OPTION,
    ...ACCESS_OPTIONS,
  },
  run: async (call) => {
    const source = call.given.word(0);
    const options = await readOptions(call, source);
    {
      // Asked as a guest first: a mistyped id must not set the unfinished runs of the log going.
      await using guest = await openAccess(call, "guest");
      await findRun(guest, source);
    }
    await using runtime = await openAccess(call, "work");
    return await followToEnd(call, runtime, async () => {
      const run = await runtime.run(source).fork(options);
      await checkTakesOver(run, source, (from) => from === (options.from ?? ""));
      const where = options.from === undefined ? "" : ` from step '${options.from}'`;
      call.terminal.err.line(`run ${run.id} is forked from run ${source}${where}`);
      return run;
    });
  },
};

async function readOptions(call: Call, source: string): Promise<ForkOptions> {
  const { given, folder } = call;
  const from = given.text("from");
  if (given.text("input") !== undefined && given.text("output") !== undefined) {
    throw usageError(
      "--input and --output exclude each other",
      "give the step another input, or take its output as given",
    );
  }
  if (given.text("output") !== undefined && from === undefined) {
    throw usageError("--output needs --from STEP", "name the step that is taken to have returned it");
  }
  const id = checkNewId(call, source);
  const input = await readValue("--input", given.text("input"), folder);
  const output = await readValue("--output", given.text("output"), folder);
  return {
    ...(from === undefined ? {} : { from }),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
    ...(id === undefined ? {} : { id }),
  };
}
