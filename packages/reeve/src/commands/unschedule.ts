/** `reeve unschedule`: forgets a schedule; the runs it started stay. */
import { openAccess } from "../access/open-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Command } from "../command-line/command.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { awaitTruth } from "./await-echo.ts";
import { refuseUnknownSchedule, scheduleNamed } from "./schedule.ts";
import { tellTaken } from "./tell-taken.ts";

export const unscheduleCommand: Command = {
  name: "unschedule",
  words: ["NAME"],
  summary: "forget a schedule; the runs it started stay",
  examples: [
    ["reeve unschedule nightly", "it starts no further runs"],
    ["reeve schedules", "what is set"],
  ],
  options: { ...JSON_OPTION, ...ACCESS_OPTIONS },
  run: async (call) => {
    const name = call.given.word(0);
    await using runtime = await openAccess(call, "guest");
    if (!(await scheduleNamed(runtime, name))) await refuseUnknownSchedule(runtime, name);
    await runtime.unschedule(name);
    const taken = await awaitTruth(async () => (await scheduleNamed(runtime, name)) === undefined);
    tellTaken(call, {
      taken,
      done: `schedule '${name}' is forgotten; runs that it started go on`,
      later: `schedule '${name}' will be forgotten`,
      json: { name },
    });
    return EXIT.ok;
  },
};
