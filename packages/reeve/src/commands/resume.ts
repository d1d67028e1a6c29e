/** `reeve resume`: goes on with a run that was interrupted, and follows it to its end. */
import { CONFIG_OPTION, JSON_OPTION, type Command } from "../command-line/command.ts";
import { openAsGuest, openForWork } from "../config/open-runtime.ts";
import { followToEnd } from "./follow-to-end.ts";

export const resumeCommand: Command = {
  name: "resume",
  words: ["RUN"],
  summary: "go on with an unfinished run and follow it to its end",
  examples: [
    ["reeve resume import-42", "after Ctrl-C or a crash; its input is in the log"],
    ["reeve runs --unfinished", "which runs wait to be resumed"],
  ],
  options: { ...JSON_OPTION, ...CONFIG_OPTION },
  run: async (call) => {
    const id = call.given.word(0);
    {
      // Asked as a guest first: a mistyped id must not set the other unfinished runs going.
      await using guest = await openAsGuest(call);
      await guest.run(id).record();
    }
    await using runtime = await openForWork(call);
    return await followToEnd(call, runtime, () => runtime.run(id));
  },
};
