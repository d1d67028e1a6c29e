/** `reeve events`: the log of one run, as it is. */
import type { Event } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Command } from "../command-line/command.ts";
import { usageError } from "../command-line/command-error.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { clockText } from "../output/duration.ts";
import { jsonText } from "../output/json-text.ts";
import { oneLine, shorten } from "../output/safe-text.ts";
import type { Paint } from "../output/terminal.ts";
import { findRun } from "./find-run.ts";

const DETAIL_LENGTH_MAX = 300;
/** Shown in columns of their own, or the same in every event of a run. */
const SHOWN_APART = new Set(["kind", "version", "run", "seq", "position", "at", "path"]);

export const eventsCommand: Command = {
  name: "events",
  words: ["RUN"],
  summary: "print the events of a run",
  examples: [
    ["reeve events import-42", "everything that happened"],
    ["reeve events import-42 --follow", "also what happens from here on, until the run ends"],
    [
      "reeve events import-42 --json | jq -c 'select(.kind == \"attempt-failed\")'",
      "JSON lines for programs",
    ],
  ],
  options: {
    follow: { kind: "flag", short: "f", summary: "wait for events to come, until the run ends" },
    from: { kind: "text", value: "POSITION", summary: "only events after this position" },
    ...JSON_OPTION,
    ...ACCESS_OPTIONS,
  },
  run: async (call) => {
    const { given, terminal } = call;
    const from = given.text("from") ?? "0";
    if (!/^\d{1,15}$/.test(from)) throw usageError(`--from is '${from}'`, "use the position of an event");
    await using runtime = await openAccess(call, "guest");
    const run = runtime.run(given.word(0));
    await findRun(runtime, run.id);
    const isJson = given.flag("json");
    for await (const event of run.events({ from: Number(from), follow: given.flag("follow") })) {
      terminal.out.line(isJson ? jsonText(event) : eventLine(event, terminal.out.paint));
    }
    return EXIT.ok;
  },
};

function eventLine(event: Event, paint: Paint): string {
  const detail = Object.fromEntries(Object.entries(event).filter(([key]) => !SHOWN_APART.has(key)));
  const text = Object.keys(detail).length === 0 ? "" : shorten(jsonText(detail), DETAIL_LENGTH_MAX);
  const position = String(event.position).padStart(6);
  const path = event.path === undefined ? "" : `  ${oneLine(event.path)}`;
  return `${paint("dim", `${position}  ${clockText(event.at)}`)}  ${event.kind.padEnd(16)}${path}  ${paint("dim", text)}`;
}
