/** `reeve delegate`: has Reeve choose a pattern for a task, starts its run and follows it to its end. */
import type { RunHandle } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Command } from "../command-line/command.ts";
import { readContext } from "../command-line/read-context.ts";
import { readValue } from "../command-line/read-value.ts";
import { START_OPTIONS, startOptions } from "../command-line/start-options.ts";
import { oneLine } from "../output/safe-text.ts";
import { followToEnd } from "./follow-to-end.ts";

export const delegateCommand: Command = {
  name: "delegate",
  words: [],
  summary: "have a pattern chosen for a task, start its run and follow it",
  examples: [
    [`reeve delegate --domain orders --input '{"id":7}'`, "whichever pattern is trusted most for orders"],
    [
      "reeve delegate --domain orders --attribute express=true --input @order.json",
      "patterns may ask for attributes",
    ],
    ["reeve choose --domain orders --why", "which one it would be, without starting it"],
  ],
  options: { ...START_OPTIONS, ...JSON_OPTION, ...ACCESS_OPTIONS },
  run: async (call) => {
    const { given, folder, terminal } = call;
    const context = readContext(call);
    const options = startOptions(call);
    const input = await readValue("--input", given.text("input"), folder);
    await using runtime = await openAccess(call, "work");
    const start = async (): Promise<RunHandle> => {
      const run = await runtime.delegate(context, input, options);
      const choice = await run.choice();
      if (choice) terminal.err.line(`chosen: ${oneLine(choice.reason)}`);
      return run;
    };
    return await followToEnd(call, runtime, start);
  },
};
