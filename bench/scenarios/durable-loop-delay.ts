/**
 * The event loop's delay on a slow disk: every sync of the process takes 10 ms longer, which strace sees to. Without
 * strace this part is skipped, and its bars are missed.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { median } from "../statistics.ts";
import { count, table } from "../table.ts";
import { atMost, type Bar } from "./bar.ts";
import type { Part, PartOptions } from "./durable-part.ts";
import { inChild } from "./in-child.ts";
import { removeLog } from "./log-files.ts";
import type { LoopDelayResult } from "./loop-delay.ts";

const P99_MS_MAX = 20;
const AT_ONCE = [1, 128] as const;

const SYNC_MS = 10;
const SLOW_SYNCS = ["strace", "-f", "--seccomp-bpf", "-qq", "-o", "/dev/null"];
const SYNCS = "fsync,fdatasync";

export async function loopDelayPart(options: PartOptions): Promise<Part> {
  const hasStrace = spawnSync("strace", ["--version"]).status === 0;
  const samples = new Map<number, LoopDelayResult[]>(AT_ONCE.map((atOnce) => [atOnce, []]));
  if (hasStrace) await takeSamples(options, samples);
  const rows: string[][] = [];
  const bars: Bar[] = [];
  for (const [atOnce, taken] of samples) {
    const of = (value: (sample: LoopDelayResult) => number): number => median(taken.map(value));
    const p99 = of(({ p99Ms }) => p99Ms);
    const [p50, longest] = [of(({ p50Ms }) => p50Ms), of(({ longestMs }) => longestMs)];
    const runs = of(({ runsPerSecond }) => runsPerSecond);
    rows.push([count(atOnce), count(runs), p50.toFixed(1), p99.toFixed(1), longest.toFixed(1)]);
    const name = `event loop's delay with syncs of ${SYNC_MS} ms, ${atOnce} at once, p99`;
    bars.push(atMost(name, p99, P99_MS_MAX, "ms", 1));
  }
  const header = [
    `3 steps, syncs of ${SYNC_MS} ms; at once`,
    "runs/s",
    "delay p50 ms",
    "p99 ms",
    "longest ms",
  ];
  const text = hasStrace ? table(header, rows) : "the delay on a slow disk: skipped: apt-get install strace";
  return { text, figures: Object.fromEntries(samples), bars };
}

async function takeSamples(
  { folder, quick, rounds }: PartOptions,
  samples: ReadonlyMap<number, LoopDelayResult[]>,
): Promise<void> {
  const slow = `inject=${SYNCS}:delay_exit=${SYNC_MS * 1_000}`;
  const under = [...SLOW_SYNCS, "-e", `trace=${SYNCS}`, "-e", slow];
  for (let round = 0; round < rounds; round++) {
    for (const [atOnce, taken] of samples) {
      const file = join(folder, `slow-${atOnce}-${round}.db`);
      taken.push(await inChild("measureLoopDelay", { file, atOnce, seconds: quick ? 2 : 5 }, under));
      removeLog(file);
    }
  }
}
