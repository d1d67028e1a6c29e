/** Retention at work on 100,000 old runs: how long it holds up the event loop at a time. */
import { join } from "node:path";
import { median } from "../statistics.ts";
import { count, table } from "../table.ts";
import { atMost } from "./bar.ts";
import type { Part, PartOptions } from "./durable-part.ts";
import { inChild } from "./in-child.ts";
import { copyLog, removeLog } from "./log-files.ts";
import type { RetentionResult } from "./retention.ts";

const RUNS = 100_000;
const HOLD_MS_MAX = 10;

export async function retentionPart({ folder, quick, rounds }: PartOptions): Promise<Part> {
  const runs = quick ? RUNS / 10 : RUNS;
  const made = join(folder, "old.db");
  await inChild("makeFinishedRuns", { file: made, runs });
  const samples: RetentionResult[] = [];
  for (let round = 0; round < rounds; round++) {
    const file = join(folder, `retention-${round}.db`);
    copyLog(made, file);
    samples.push(await inChild("measureRetention", { file }));
    removeLog(file);
  }
  removeLog(made);
  const of = (value: (sample: RetentionResult) => number): number => median(samples.map(value));
  const name = `trimming ${count(runs)} runs`;
  const longest = of(({ trimming }) => trimming.longestMs);
  const rows = [
    ["runs trimmed per second", count(runs / of(({ seconds }) => seconds))],
    ["event loop held up, p99", `${of(({ trimming }) => trimming.p99Ms).toFixed(1)} ms`],
    ["event loop held up, longest", `${longest.toFixed(1)} ms`],
    ["of this work, longest", `${of(({ trimming }) => trimming.longestWorkMs).toFixed(1)} ms`],
    ["longest while nothing happens", `${of(({ idle }) => idle.longestMs).toFixed(1)} ms`],
  ];
  return {
    text: table([name, ""], rows),
    figures: samples,
    bars: [atMost(`${name}, event loop held up, longest`, longest, HOLD_MS_MAX, "ms", 1)],
  };
}
