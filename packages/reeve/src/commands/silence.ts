/** `reeve silence`: has no news of an alert handed on for a while. */
import type { Silence } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Command } from "../command-line/command.ts";
import { usageError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { parseDuration } from "../command-line/parse-duration.ts";
import { shellWord } from "../command-line/shell-word.ts";
import { dateText } from "../output/duration.ts";
import { awaitTruth } from "./await-echo.ts";
import { tellTaken } from "./tell-taken.ts";

export const silenceCommand: Command = {
  name: "silence",
  words: ["ALERT"],
  summary: "hand on no news of an alert for a while; it fires as ever",
  examples: [
    ['reeve silence stuck/import --for 2h --reason "the bank is down"', "one alert, for two hours"],
    ['reeve silence "objective/checkout/*" --for 30m --reason "a test of the load"', "all that begin so"],
    ["reeve alerts", "what fires, and what is silenced"],
  ],
  options: {
    for: { kind: "text", value: "DURATION", summary: "how long, such as 30m, 2h or 1d; at most 30d" },
    reason: { kind: "text", value: "TEXT", summary: "why; shown wherever the alert is" },
    ...JSON_OPTION,
    ...ACCESS_OPTIONS,
  },
  run: async (call) => {
    const alert = call.given.word(0);
    const [length, reason] = [call.given.text("for"), call.given.text("reason")];
    if (length === undefined) throw usageError("--for is missing", "say how long, such as --for 2h");
    if (reason === undefined)
      throw usageError("--reason is missing", 'say why, such as --reason "the bank is down"');
    const forMs = parseDuration("--for", length);
    await using runtime = await openAccess(call, "guest");
    const id = await runtime.silence(alert, { reason, forMs });
    const found = async (): Promise<Silence | undefined> =>
      (await runtime.silences()).find((silence) => silence.id === id);
    const taken = await awaitTruth(async () => (await found()) !== undefined);
    const until = (await found())?.until ?? Date.now() + forMs;
    tellTaken(call, {
      taken,
      done: `'${alert}' is silenced until ${dateText(until)}; end it with reeve unsilence ${shellWord(id)}`,
      later: `'${alert}' will be silenced`,
      json: { id, alert, until },
    });
    return EXIT.ok;
  },
};
