/** `reeve audit`: who did what to runs and to the log as a whole. */
import type { Act } from "@reeve/server/contract";
import { openAccess } from "../access/open-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { dateText } from "../output/duration.ts";
import { jsonText } from "../output/json-text.ts";
import { oneLine, shorten } from "../output/safe-text.ts";
import { tableLines } from "../output/table.ts";
import { limitOf, limitOption } from "./run-filter.ts";

const LIMIT_DEFAULT = 20;
const NAME_LENGTH_MAX = 40;

export const auditCommand: Command = {
  name: "audit",
  words: [],
  summary: "list who did what: cancelled, answered, paused, silenced, started …, newest first",
  examples: [
    ["reeve audit", "the latest acts"],
    ["reeve audit --by alice --limit 100", "those of one person or program"],
    ["reeve audit --run import-42 --json", "what was done to one run, for programs"],
  ],
  options: {
    by: { kind: "text", value: "NAME", summary: "only what this person or program did" },
    run: { kind: "text", value: "RUN", summary: "only what was done to this run" },
    ...limitOption(LIMIT_DEFAULT),
    ...JSON_OPTION,
    ...ACCESS_OPTIONS,
  },
  run: async (call) => {
    const limit = limitOf(call, LIMIT_DEFAULT);
    await using runtime = await openAccess(call, "look");
    const all = await runtime.acts();
    const fitting = all.filter(fits(call));
    const acts = fitting.slice(0, limit);
    const { out, err } = call.terminal;
    if (call.given.flag("json")) {
      out.line(jsonText({ acts }));
      return EXIT.ok;
    }
    if (acts.length === 0) err.line(all.length === 0 ? "nobody has done anything yet" : "no act fits");
    else {
      const head = ["WHEN", "BY", "WHAT", "RUN", "ABOUT", "REASON"].map((title) => out.paint("dim", title));
      for (const line of tableLines(head, acts.map(cellsOf), out.isLive ? out.columns : Infinity))
        out.line(line);
    }
    if (fitting.length > limit) err.line(err.paint("dim", `${fitting.length - limit} more: raise --limit`));
    return EXIT.ok;
  },
};

function fits({ given }: Call): (act: Act) => boolean {
  const [by, run] = [given.text("by"), given.text("run")];
  return (act) => (by === undefined || act.by === by) && (run === undefined || act.run === run);
}

function cellsOf({ at, by, kind, run, subject, reason }: Act): readonly string[] {
  const named = (text: string | null): string =>
    text === null ? "–" : shorten(oneLine(text), NAME_LENGTH_MAX);
  return [dateText(at), named(by), kind, named(run), named(subject), reason === null ? "" : oneLine(reason)];
}
