/** `reeve schedules`: what is started again and again, and when it comes next. */
import type { ScheduleView } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { NoLogYet } from "../config/open-runtime.ts";
import { dateText, secondsText } from "../output/duration.ts";
import { jsonText } from "../output/json-text.ts";
import { oneLine, shorten } from "../output/safe-text.ts";
import { tableLines } from "../output/table.ts";

const NAME_LENGTH_MAX = 40;
const TITLES = ["NAME", "PATTERN", "CRON", "ZONE", "MISSED", "NEXT", "SET BY"];

export const schedulesCommand: Command = {
  name: "schedules",
  words: [],
  summary: "list schedules, the next to come first",
  examples: [
    ["reeve schedules", "what is set, and when it comes next (time of this machine)"],
    ["reeve schedules --json | jq '.schedules[].name'", "for programs; times are epoch milliseconds"],
  ],
  options: { ...JSON_OPTION, ...ACCESS_OPTIONS },
  run: async (call) => {
    const schedules = await find(call);
    const { out, err } = call.terminal;
    if (call.given.flag("json")) {
      out.line(jsonText({ schedules: schedules.map((each) => ({ ...each, nextAt: each.nextAt ?? null })) }));
      return EXIT.ok;
    }
    if (schedules.length === 0) {
      err.line('no schedules yet; set one: reeve schedule NAME PATTERN --cron "0 3 * * *"');
      return EXIT.ok;
    }
    const head = TITLES.map((title) => out.paint("dim", title));
    const rows = schedules.map((schedule) => cellsOf(schedule, Date.now()));
    for (const line of tableLines(head, rows, out.isLive ? out.columns : Infinity)) out.line(line);
    return EXIT.ok;
  },
};

async function find(call: Call): Promise<ScheduleView[]> {
  try {
    await using runtime = await openAccess(call, "guest");
    return (await runtime.schedules()).toSorted(
      (left, right) => (left.nextAt ?? Infinity) - (right.nextAt ?? Infinity),
    );
  } catch (error) {
    if (error instanceof NoLogYet) return [];
    throw error;
  }
}

function cellsOf(
  { name, pattern, cron, timeZone, missed, nextAt, setBy }: ScheduleView,
  now: number,
): string[] {
  return [
    shorten(oneLine(name), NAME_LENGTH_MAX),
    shorten(oneLine(pattern), NAME_LENGTH_MAX),
    oneLine(cron),
    oneLine(timeZone),
    missed,
    nextAt === undefined ? "never" : `${dateText(nextAt)}, in ${secondsText(nextAt - now)}`,
    oneLine(setBy),
  ];
}
