/**
 * The dashboard in Chromium: over runs of 50,000 events, how soon useful rows are seen, whether scrolling holds up the
 * page, and what the browser keeps; and what pages hold that follow an hour of a busy log.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startServer } from "@reeve/server";
import { agent, createRuntime, forEach, sqliteEngine, type Runtime } from "reeve";
import { atMost, barsText, type Bar } from "../scenarios/bar.ts";
import { describeMachine } from "../machine.ts";
import { median } from "../statistics.ts";
import { count, table } from "../table.ts";
import { openBrowser, type Opened } from "./browser.ts";
import { replay } from "./replay.ts";

const EVENTS = 50_000;
const PAINT_MS_MAX = 1_000;
const TASK_MS_MAX = 100;
const HEAP_BYTES_MAX = 150e6;
/** A further way through the whole list may not keep much more than the first. */
const GROWTH_MAX = 1.5;
/** Events of a run beside those of its items. */
const EVENTS_AROUND = 4;
const AT_ONCE = 200;

const PARTS = ["long-runs", "replay"] as const;
type Part = (typeof PARTS)[number];

export interface DashboardOptions {
  readonly runs: number;
  readonly quick: boolean;
  /** A part. @default all */
  readonly only: string | undefined;
}

interface Report {
  readonly text: string;
  readonly bars: readonly Bar[];
}

const copies = forEach("copies", {
  items: (items: number) => Array.from({ length: items }, (_, index) => index),
  step: agent("copy", { run: (item: number) => ({ item, copied: true }) }),
  concurrencyMax: AT_ONCE,
});

/** Whether every bar was met. @throws Error where no Chromium is @throws RangeError for a part that there is not */
export async function dashboard({ runs, quick, only }: DashboardOptions): Promise<boolean> {
  if (only !== undefined && !PARTS.some((part) => part === only))
    throw new RangeError(`--only ${only}: use ${PARTS.join(" or ")}`);
  const measure: Readonly<Record<Part, () => Promise<Report>>> = {
    "long-runs": () => longRuns(runs, quick ? EVENTS / 10 : EVENTS),
    replay: () => replay(quick ? 0.1 : 1),
  };
  const reports: Report[] = [];
  for (const part of PARTS) if (only === undefined || only === part) reports.push(await measure[part]());
  const texts = reports.map(({ text, bars }) => `${text}\n\n${barsText(bars)}\n`);
  process.stdout.write(`${describeMachine()}\n\n${texts.join("\n")}`);
  return reports.every(({ bars }) => bars.every(({ met }) => met));
}

async function longRuns(runs: number, events: number): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), "reeve-dashboard-bench-"));
  const runtime = await createRuntime({
    patterns: [copies],
    engine: sqliteEngine(join(folder, "log.db"), { durability: "os" }),
  });
  try {
    const ids = await makeRuns(runtime, runs, events);
    await using server = await startServer(runtime, { port: 0 });
    await using browser = await openBrowser(server.url, await server.link());
    const opened: Opened[] = [];
    for (const id of ids) opened.push(await browser.open(id));
    const scrolled = await browser.scrollThrough();
    return { text: reportOf(opened, events), bars: barsOf(opened, scrolled) };
  } finally {
    await runtime.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function makeRuns(runtime: Runtime, runs: number, events: number): Promise<readonly string[]> {
  const ids = Array.from({ length: runs }, (_, index) => `copies-${index + 1}`);
  for (const id of ids) {
    const run = await runtime.start(copies, Math.ceil((events - EVENTS_AROUND) / 2), { id });
    await run.outcome();
  }
  return ids;
}

function reportOf(opened: readonly Opened[], events: number): string {
  const rows = opened.map(({ id, stepsMs, eventsMs, againMs }) => [
    id,
    stepsMs.toFixed(0),
    eventsMs.toFixed(0),
    againMs.toFixed(0),
  ]);
  return [
    `${count(events)} events in each run; from the navigation until rows are painted, in ms`,
    "",
    table(["run", "its steps, never looked at", "its events", "its events again"], rows),
  ].join("\n");
}

interface Scrolled {
  readonly taskMsMax: number;
  readonly heapBytes: number;
  readonly heapBytesAgain: number;
}

function barsOf(
  opened: readonly Opened[],
  { taskMsMax, heapBytes, heapBytesAgain }: Scrolled,
): readonly Bar[] {
  const of = (read: (one: Opened) => number): number => median(opened.map(read));
  return [
    atMost(
      "steps of a run never looked at, median",
      of(({ stepsMs }) => stepsMs),
      PAINT_MS_MAX,
      "ms",
      0,
    ),
    atMost(
      "events of a run, median",
      of(({ eventsMs }) => eventsMs),
      PAINT_MS_MAX,
      "ms",
      0,
    ),
    atMost("the longest task while scrolling", taskMsMax, TASK_MS_MAX, "ms", 0),
    atMost("heap after scrolling through all, in MB", heapBytes / 1e6, HEAP_BYTES_MAX / 1e6, "MB", 1),
    atMost("heap after a second time, of the first", heapBytesAgain / heapBytes, GROWTH_MAX, "×", 2),
  ];
}
