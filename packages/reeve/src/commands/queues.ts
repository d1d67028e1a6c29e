/** `reeve queues`: which runs wait to begin, since when, and for which places. */
import type { QueueView } from "@reeve/server/contract";
import { openAccess } from "../access/open-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Command } from "../command-line/command.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { dateText } from "../output/duration.ts";
import { jsonText } from "../output/json-text.ts";
import { oneLine, shorten } from "../output/safe-text.ts";
import { tableLines } from "../output/table.ts";

const NAME_LENGTH_MAX = 40;
const PLACES_SHOWN = 5;

export const queuesCommand: Command = {
  name: "queues",
  words: [],
  summary: "list what waits to begin, by pattern: how many runs, since when, for which places",
  examples: [
    ["reeve queues", "every pattern with runs that wait"],
    ["reeve runs --state queued --pattern import", "the runs themselves"],
    ["reeve queues --json", "for programs; times are epoch milliseconds"],
  ],
  options: { ...JSON_OPTION, ...ACCESS_OPTIONS },
  run: async (call) => {
    await using runtime = await openAccess(call, "look");
    const queues = (await runtime.queues()).toSorted((left, right) => left.oldestAt - right.oldestAt);
    const { out, err } = call.terminal;
    if (call.given.flag("json")) out.line(jsonText({ queues }));
    else if (queues.length === 0) err.line("no run waits to begin");
    else {
      const head = ["PATTERN", "WAITING", "OLDEST SINCE", "HELD BACK BY", "PLACES"].map((title) =>
        out.paint("dim", title),
      );
      for (const line of tableLines(head, queues.map(cellsOf), out.isLive ? out.columns : Infinity))
        out.line(line);
    }
    return EXIT.ok;
  },
};

function cellsOf({ pattern, depth, oldestAt, limits, paused, places }: QueueView): readonly string[] {
  const holds = [...(paused ? ["a pause"] : []), ...limits];
  const shown = places.slice(0, PLACES_SHOWN).map(({ place, count }) => `${oneLine(place)}: ${count}`);
  const more = places.length - shown.length;
  return [
    shorten(oneLine(pattern), NAME_LENGTH_MAX),
    String(depth),
    dateText(oldestAt),
    holds.length === 0 ? "–" : holds.join("; "),
    [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(", "),
  ];
}
