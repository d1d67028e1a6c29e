/** `reeve runs`: a table of runs, newest first. */
import type { Paused, RunQuery, RunRecord, RunState } from "@reeve/core";
import { openAccess } from "../access/open-access.ts";
import { ACCESS_OPTIONS, JSON_OPTION, type Call, type Command } from "../command-line/command.ts";
import { EXIT } from "../command-line/exit-codes.ts";
import { NoLogYet } from "../config/open-runtime.ts";
import { dateText, durationText } from "../output/duration.ts";
import { jsonText } from "../output/json-text.ts";
import { originText } from "../output/origin-text.ts";
import { pausedParts } from "../output/paused-lines.ts";
import { recordJson } from "../output/record-json.ts";
import { styleOf } from "../output/outcome-lines.ts";
import { oneLine, shorten } from "../output/safe-text.ts";
import { tableLines } from "../output/table.ts";
import type { OutputStream, Paint, Style } from "../output/terminal.ts";
import { FILTER_OPTIONS, filterOf, limitOf, limitOption } from "./run-filter.ts";

const LIMIT_DEFAULT = 20;
const NAME_LENGTH_MAX = 40;
const STATE_STYLES: { readonly [state in RunState]: Style } = {
  queued: "dim",
  running: "cyan",
  waiting: "cyan",
  paused: "yellow",
  undoing: "yellow",
  stranded: "red",
  ended: "dim",
};

export const runsCommand: Command = {
  name: "runs",
  words: [],
  summary: "list runs, newest first",
  examples: [
    ["reeve runs", "the latest runs"],
    ["reeve runs --unfinished", "what runs, waits or is to be resumed"],
    ["reeve runs --state queued,paused", "what has yet to begin, and what is held back"],
    ["reeve runs --outcome failed,rolled-back --pattern import", "what went wrong"],
  ],
  options: {
    ...FILTER_OPTIONS,
    ...limitOption(LIMIT_DEFAULT),
    after: { kind: "text", value: "CURSOR", summary: "the next page; a full page prints its cursor" },
    ...JSON_OPTION,
    ...ACCESS_OPTIONS,
  },
  run: async (call) => {
    const query = queryOf(call);
    const { runs, next, paused } = await find(call, query);
    const { out, err } = call.terminal;
    if (call.given.flag("json")) {
      out.line(jsonText({ runs: runs.map(recordJson), next: next ?? null, paused }));
      return EXIT.ok;
    }
    if (runs.length === 0) {
      err.line(
        isFiltered(query)
          ? "no run fits; all runs: reeve runs"
          : "no runs yet; start one: reeve run NAME --input JSON",
      );
    } else printTable(runs, out);
    if (next !== undefined) err.line(err.paint("dim", `more: add --after ${next}`));
    for (const { what, remedy } of pausedParts(paused)) {
      err.line(`${err.paint("yellow", what)}; go on: ${remedy}`);
    }
    return EXIT.ok;
  },
};

function printTable(runs: readonly RunRecord[], out: OutputStream): void {
  // Most logs have no such runs, and need no column for it.
  const hasOrigins = runs.some((run) => run.origin !== undefined);
  const titles = ["RUN", "PATTERN", "STATE", "STARTED", "TOOK", ...(hasOrigins ? ["FROM"] : [])];
  const head = titles.map((title) => out.paint("dim", title));
  const rows = runs.map((run) => [...cellsOf(run, out.paint), ...(hasOrigins ? [originText(run)] : [])]);
  for (const line of tableLines(head, rows, out.isLive ? out.columns : Infinity)) out.line(line);
}

async function find(
  call: Call,
  query: RunQuery,
): Promise<{ runs: readonly RunRecord[]; next: string | undefined; paused: Paused }> {
  try {
    await using runtime = await openAccess(call, "guest");
    const { runs, next } = await runtime.runs(query);
    return { runs, next, paused: await runtime.paused() };
  } catch (error) {
    if (error instanceof NoLogYet) {
      return { runs: [], next: undefined, paused: { patterns: {}, agents: {} } };
    }
    throw error;
  }
}

function queryOf(call: Call): RunQuery {
  const after = call.given.text("after");
  return {
    limit: limitOf(call, LIMIT_DEFAULT),
    ...filterOf(call),
    ...(after === undefined ? {} : { after }),
  };
}

function isFiltered(query: RunQuery): boolean {
  return Object.keys(query).some((key) => key !== "limit");
}

function cellsOf(run: RunRecord, paint: Paint): string[] {
  const { outcome, state } = run;
  const style = outcome ? styleOf(outcome) : STATE_STYLES[state];
  const took = run.endedAt === undefined ? "" : durationText(run.endedAt - run.startedAt);
  return [
    oneLine(run.id),
    shorten(oneLine(run.pattern), NAME_LENGTH_MAX),
    paint(style, outcome ?? state),
    dateText(run.startedAt),
    took,
  ];
}
