/** `reeve schedule`: has runs of a pattern started again and again. */
import { closestName, type ScheduleView } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import type { RuntimeAccess } from "../access/runtime-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { CommandError, usageError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { oneOf } from "../command-line/one-of.ts";
import { CONTEXT_OPTIONS, readContext } from "../command-line/read-context.ts";
import { readValue } from "../command-line/read-value.ts";
import { dateText } from "../output/duration.ts";
import { oneLine } from "../output/safe-text.ts";
import { awaitTruth } from "./await-echo.ts";
import { tellTaken } from "./tell-taken.ts";

const MISSED: readonly ScheduleView["missed"][] = ["skip", "once", "all"];

export const scheduleCommand: Command = {
  name: "schedule",
  words: ["NAME", "PATTERN"],
  summary: "start runs of a pattern at the times that --cron names",
  examples: [
    ['reeve schedule nightly import --cron "0 3 * * *"', "every night at three, UTC"],
    [
      'reeve schedule report report --cron "30 8 * * MON-FRI" --zone Europe/Berlin',
      "on workdays, by the clocks of Berlin",
    ],
    [
      `reeve schedule hourly import --cron @hourly --missed skip --input '{"full":false}'`,
      "what came due while no process worked is left out",
    ],
    ["reeve schedules", "what is set, and when it comes next"],
  ],
  options: {
    cron: {
      kind: "text",
      value: "CRON",
      summary: "minute, hour, day of month, month, weekday; or @hourly, @daily, @weekly, @monthly, @yearly",
    },
    zone: { kind: "text", value: "ZONE", summary: "such as Europe/Berlin or +02:00 (default: UTC)" },
    missed: {
      kind: "text",
      value: MISSED.join("|"),
      summary: "which missed times are made up for: none, the latest, each (default: once)",
    },
    input: { kind: "text", value: "JSON|@FILE|-", short: "i", summary: "the input of each run" },
    ...CONTEXT_OPTIONS,
    ...JSON_OPTION,
    ...ACCESS_OPTIONS,
  },
  run: async (call) => {
    const { given, folder } = call;
    const [name, pattern] = [given.word(0), given.word(1)];
    const cron = given.text("cron");
    if (cron === undefined) {
      throw usageError("--cron is missing", 'say when, such as --cron "0 3 * * *" or --cron @daily');
    }
    const zone = given.text("zone");
    const missed = given.text("missed");
    const options = {
      pattern,
      cron,
      ...(zone === undefined ? {} : { timeZone: zone }),
      ...(missed === undefined ? {} : { missed: oneOf("--missed", missed, MISSED) }),
      context: readContext(call),
      input: await readValue("--input", given.text("input"), folder),
    };
    await using runtime = await openAccess(call, "ask");
    const before = await scheduleNamed(runtime, name);
    await runtime.schedule(name, options);
    const taken = await awaitTruth(async () => {
      const now = await scheduleNamed(runtime, name);
      return now !== undefined && now.setAt !== before?.setAt;
    });
    tellSet(call, name, pattern, taken, await scheduleNamed(runtime, name));
    return EXIT.ok;
  },
};

function tellSet(
  call: Call,
  name: string,
  pattern: string,
  taken: boolean,
  schedule: ScheduleView | undefined,
): void {
  const next = schedule?.nextAt === undefined ? "" : `; next at ${dateText(schedule.nextAt)}`;
  tellTaken(call, {
    taken,
    done: `schedule '${name}' is set: it starts runs of '${pattern}'${next}`,
    later: `schedule '${name}' will be set`,
    json: taken && schedule ? schedule : { name, pattern },
  });
  if (!call.given.flag("json")) {
    call.terminal.err.line("runs are started while a process owns the log, such as your own program");
  }
}

export async function scheduleNamed(runtime: RuntimeAccess, name: string): Promise<ScheduleView | undefined> {
  return (await runtime.schedules()).find((schedule) => schedule.name === name);
}

/** @throws CommandError always */
export async function refuseUnknownSchedule(runtime: RuntimeAccess, name: string): Promise<never> {
  const names = (await runtime.schedules()).map((schedule) => schedule.name);
  const close = closestName(name, names);
  throw new CommandError(
    EXIT.notFound,
    `there is no schedule '${oneLine(name)}'`,
    close === undefined
      ? "list them with `reeve schedules`; one that was set while nobody owned the log is there once somebody does"
      : `did you mean '${oneLine(close)}'?`,
  );
}
