/**
 * What it costs to be watched: processor time per run, throughput and memory with the server and two clients, against the same
 * work without; and what a server costs that nobody asks for anything. Pairs are interleaved, each side first in turn.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeMachine } from "../machine.ts";
import { atMost, barsText, type Bar } from "../scenarios/bar.ts";
import { median } from "../statistics.ts";
import { count, table } from "../table.ts";
import { measureIdle, type IdleFigures } from "./idle-server.ts";
import { Measured, type ClientKind } from "./measured.ts";
import type { Figures } from "./measured-process.ts";

export interface ObserveOptions {
  readonly pairs: number;
  readonly quick: boolean;
  readonly json: boolean;
  readonly clients: ClientKind;
}

const OFFERED_RUNS_PER_SECOND = 5_000;
const AT_ONCE = 128;
const MS = {
  full: { warmUp: 3_000, offered: 10_000, saturated: 5_000, settle: 5_000, idle: 20_000 },
  quick: { warmUp: 500, offered: 1_000, saturated: 1_000, settle: 1_000, idle: 2_000 },
};
/** In percent, megabytes and percent. */
const BARS = { cpu: 10, throughput: 20, memoryMb: 60, idleCpu: 1, idleResidentMb: 150 };

const SHOWN_AS = { http: "server and 2 clients", chromium: "server and 2 pages" };

interface Side {
  readonly cpuUsPerRun: number;
  readonly offeredRunsPerSecond: number;
  readonly runsPerSecond: number;
  readonly heldMb: number;
}

interface Pair {
  readonly without: Side;
  readonly served: Side;
}

/** Prints the tables; whether every bar was met. */
export async function observe(options: ObserveOptions): Promise<boolean> {
  const { pairs: wanted, quick, json, clients } = options;
  const folder = mkdtempSync(join(tmpdir(), "reeve-observe-"));
  const pairs: Pair[] = [];
  try {
    for (let pair = 0; pair < wanted; pair++) {
      if (!json) process.stderr.write(`pair ${pair + 1} of ${wanted} …\n`);
      pairs.push(await measurePair(folder, pair, options));
    }
    if (!json) process.stderr.write("building, then an idle server …\n");
    const idle = await measureIdle(folder, quick ? MS.quick : MS.full);
    const bars = barsOf(pairs, idle);
    if (json) process.stdout.write(`${JSON.stringify({ machine: describeMachine(), pairs, idle, bars })}\n`);
    else process.stdout.write(`${textOf(pairs, bars, clients)}\n`);
    return bars.every(({ met }) => met);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measurePair(folder: string, pair: number, options: ObserveOptions): Promise<Pair> {
  const side = (isServed: boolean): Promise<Side> =>
    measureSide(join(folder, `${pair}-${isServed}.db`), isServed, options);
  if (pair % 2 === 1) {
    const served = await side(true);
    return { served, without: await side(false) };
  }
  const without = await side(false);
  return { without, served: await side(true) };
}

async function measureSide(
  file: string,
  isServed: boolean,
  { quick, clients }: ObserveOptions,
): Promise<Side> {
  const ms = quick ? MS.quick : MS.full;
  await using measured = await Measured.start({ file, isServed });
  if (isServed) await measured.openClients(clients);
  const offer = (forMs: number): Promise<Figures> =>
    measured.order({ kind: "offered", runsPerSecond: OFFERED_RUNS_PER_SECOND, ms: forMs });
  await offer(ms.warmUp);
  const offered = await offer(ms.offered);
  const saturated = await measured.order({ kind: "saturated", atOnce: AT_ONCE, ms: ms.saturated });
  const memory = await measured.order({ kind: "memory", ms: ms.settle });
  return {
    cpuUsPerRun: offered.cpuUs / offered.runs,
    offeredRunsPerSecond: offered.runs / offered.seconds,
    runsPerSecond: saturated.runs / saturated.seconds,
    heldMb: memory.heldMb ?? Number.NaN,
  };
}

function barsOf(pairs: readonly Pair[], idle: IdleFigures | undefined): readonly Bar[] {
  const percent = (of: (side: Side) => number): number =>
    (median(pairs.map(({ without, served }) => of(served) / of(without))) - 1) * 100;
  const moreMb = median(pairs.map(({ without, served }) => served.heldMb - without.heldMb));
  return [
    atMost(
      "watched: processor time per run, more",
      percent((side) => side.cpuUsPerRun),
      BARS.cpu,
      "%",
      1,
    ),
    atMost(
      "watched: throughput at saturation, less",
      -percent((side) => side.runsPerSecond),
      BARS.throughput,
      "%",
      1,
    ),
    atMost("watched: memory held, more", moreMb, BARS.memoryMb, "MB", 1),
    ...(idle
      ? [
          atMost("a server nobody asks: processor time", idle.cpuPercent, BARS.idleCpu, "%", 2),
          atMost("a server nobody asks: resident", idle.residentMb, BARS.idleResidentMb, "MB", 0),
        ]
      : []),
  ];
}

function textOf(pairs: readonly Pair[], bars: readonly Bar[], clients: ClientKind): string {
  const row = (name: string, of: (side: Side) => number, shown: (value: number) => string): string[] => [
    name,
    shown(median(pairs.map(({ without }) => of(without)))),
    shown(median(pairs.map(({ served }) => of(served)))),
  ];
  const rows = [
    row("runs/s offered and made", (side) => side.offeredRunsPerSecond, count),
    row(
      "processor µs per run",
      (side) => side.cpuUsPerRun,
      (value) => value.toFixed(1),
    ),
    row(`runs/s, ${AT_ONCE} at once`, (side) => side.runsPerSecond, count),
    row(
      "heap and external, MB",
      (side) => side.heldMb,
      (value) => value.toFixed(1),
    ),
  ];
  return [
    describeMachine(),
    `medians of ${pairs.length} interleaved pair(s); 3-step runs, one SQLite file, fsync on`,
    "",
    table(["", "without", SHOWN_AS[clients]], rows),
    "",
    barsText(bars),
  ].join("\n");
}
