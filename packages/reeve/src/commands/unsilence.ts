/** `reeve unsilence`: ends a silence before its time. */
import { openAccess } from "../access/open-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Command } from "../command-line/command.ts";
import { CommandError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { oneLine } from "../output/safe-text.ts";
import { awaitTruth } from "./await-echo.ts";
import { tellTaken } from "./tell-taken.ts";

export const unsilenceCommand: Command = {
  name: "unsilence",
  words: ["SILENCE"],
  summary: "end a silence before its time",
  examples: [
    ["reeve unsilence 0f3a52c19d7e", "news of its alerts is handed on again"],
    ["reeve alerts", "what is silenced, with the ids"],
  ],
  options: { ...JSON_OPTION, ...ACCESS_OPTIONS },
  run: async (call) => {
    const id = call.given.word(0);
    await using runtime = await openAccess(call, "guest");
    const isSet = async (): Promise<boolean> =>
      (await runtime.silences()).some((silence) => silence.id === id);
    if (!(await isSet())) {
      const hint = "it may have ended by itself; list those in force with `reeve alerts`";
      throw new CommandError(EXIT.notFound, `there is no silence '${oneLine(id)}'`, hint);
    }
    await runtime.unsilence(id);
    const taken = await awaitTruth(async () => !(await isSet()));
    tellTaken(call, {
      taken,
      done: `silence ${id} has ended`,
      later: `silence ${id} will end`,
      json: { id },
    });
    return EXIT.ok;
  },
};
