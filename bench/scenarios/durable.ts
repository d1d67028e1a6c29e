/**
 * Everything docs/benchmarks.md says about the durable engine, part by part, each with its bars: short runs, runs that
 * wait, restart, long runs, pages of finished runs, retention, slow disks, repeats, peers. What is said of memory and of restarts is measured in processes of
 * their own. Files are on the disk that holds the folder for temporary files.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeMachine } from "../machine.ts";
import { barsText, type Bar } from "./bar.ts";
import { longRunsPart } from "./durable-long-runs.ts";
import { loopDelayPart } from "./durable-loop-delay.ts";
import { pagesPart } from "./durable-pages.ts";
import type { Part, PartOptions } from "./durable-part.ts";
import { repeatsPart } from "./durable-repeats.ts";
import { restartPart } from "./durable-restart.ts";
import { retentionPart } from "./durable-retention.ts";
import { throughputPart } from "./durable-throughput.ts";
import { waitingPart } from "./durable-waiting.ts";

export interface DurableOptions {
  readonly quick: boolean;
  readonly json: boolean;
  readonly rounds: number;
  /** Measures Restate, DBOS and BullMQ in the same run. */
  readonly peers: boolean;
  /** All of them where undefined. */
  readonly only: string | undefined;
}

const parts: Readonly<Record<string, (options: PartOptions) => Promise<Part>>> = {
  throughput: throughputPart,
  waiting: waitingPart,
  restart: restartPart,
  "long-runs": longRunsPart,
  pages: pagesPart,
  retention: retentionPart,
  "loop-delay": loopDelayPart,
  repeats: repeatsPart,
};

const PEERS = "peers";

/** @throws RangeError when `only` names no part */
export async function durable(options: DurableOptions): Promise<void> {
  const { quick, rounds, only } = options;
  const names = [...Object.keys(parts), PEERS];
  if (only !== undefined && !names.includes(only)) {
    throw new RangeError(`--only ${only}: name one of ${names.join(", ")}`);
  }
  const folder = mkdtempSync(join(tmpdir(), "reeve-bench-"));
  const done: Record<string, Part> = {};
  try {
    for (const [name, measure] of Object.entries(parts)) {
      if (only !== undefined && only !== name) continue;
      if (!options.json) process.stderr.write(`measuring ${name} …\n`);
      done[name] = await measure({ folder, quick, rounds });
    }
    const withPeers = only === undefined ? options.peers : only === PEERS;
    if (withPeers) done[PEERS] = await peersPart({ quick, rounds });
  } finally {
    rmSync(folder, { recursive: true });
  }
  print(done, options);
}

/** Loaded only when asked for: the peers are not part of the normal install. */
async function peersPart(options: Pick<PartOptions, "quick" | "rounds">): Promise<Part> {
  const { comparePeers } = await import("./peers.ts");
  const report = await comparePeers(options);
  return { text: report.text, figures: report, bars: report.bars };
}

function print(done: Readonly<Record<string, Part>>, { json, rounds }: DurableOptions): void {
  const machine = describeMachine();
  const bars: readonly Bar[] = Object.values(done).flatMap((part) => part.bars);
  if (json) {
    const figures = Object.fromEntries(Object.entries(done).map(([name, part]) => [name, part.figures]));
    process.stdout.write(`${JSON.stringify({ machine, rounds, ...figures, bars })}\n`);
    return;
  }
  const lines = [
    machine,
    `medians of ${rounds} round(s), SQLite, fsync on, events and folds on`,
    ...Object.values(done).map(({ text }) => `\n${text}`),
    "",
    barsText(bars),
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
}
