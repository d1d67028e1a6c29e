/** Pages of 50 from a file of 1,000,000 finished runs. */
import { join } from "node:path";
import { count, table } from "../table.ts";
import { atMost } from "./bar.ts";
import type { Part, PartOptions } from "./durable-part.ts";
import { inChild } from "./in-child.ts";
import { removeLog } from "./log-files.ts";

const RUNS = 1_000_000;
const PAGE_MS_MAX = 20;
const REPETITIONS_MIN = 5;

export async function pagesPart({ folder, quick, rounds }: PartOptions): Promise<Part> {
  const runs = quick ? RUNS / 20 : RUNS;
  const file = join(folder, "finished.db");
  const made = await inChild("makeFinishedRuns", { file, runs });
  const { startedFrom, startedBefore } = made;
  const repetitions = Math.max(REPETITIONS_MIN, rounds);
  const pages = await inChild("measurePages", { file, startedFrom, startedBefore, repetitions });
  removeLog(file);
  const rows = pages.slowest.map(({ filter, time, sort, descending, page, rows: found, ms, worstMs }) => [
    `${filter}; ${time}; by ${sort}, ${descending ? "last" : "first"} first; page ${page}`,
    String(found),
    ms.toFixed(1),
    worstMs.toFixed(1),
  ]);
  const worst = pages.slowest[0]?.ms ?? Number.NaN;
  const name = `a page of 50 from ${count(runs)} finished runs`;
  const sorts = Object.entries(pages.bySort).map(
    ([sort, { p50Ms, worstMs }]) => `by ${sort} p50 ${p50Ms.toFixed(1)}, slowest ${worstMs.toFixed(1)} ms`,
  );
  const text = [
    `${name}, ${pages.queries} queries, each the median of ${repetitions}: ` +
      `p50 ${pages.p50Ms.toFixed(1)} ms, p99 ${pages.p99Ms.toFixed(1)} ms; ${sorts.join("; ")}`,
    "",
    table(["the slowest of them", "rows", "ms", "slowest ms"], rows),
  ].join("\n");
  return {
    text,
    figures: { ...made, ...pages },
    bars: [atMost(`${name}, slowest query`, worst, PAGE_MS_MAX, "ms", 1)],
  };
}
