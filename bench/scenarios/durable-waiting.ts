/** 100,000 runs that wait on an approval. */
import { join } from "node:path";
import { median } from "../statistics.ts";
import { count, table } from "../table.ts";
import { all, atMost } from "./bar.ts";
import type { Part, PartOptions } from "./durable-part.ts";
import { inChild } from "./in-child.ts";
import { removeLog } from "./log-files.ts";
import type { WaitingResult } from "./waiting-runs.ts";

const RUNS = 100_000;
const RESIDENT_MB_MAX = 400;

export async function waitingPart({ folder, quick, rounds }: PartOptions): Promise<Part> {
  const runs = quick ? RUNS / 10 : RUNS;
  const samples: WaitingResult[] = [];
  for (let round = 0; round < rounds; round++) {
    const file = join(folder, `waiting-${round}.db`);
    samples.push(await inChild("measureWaiting", { file, runs }));
    removeLog(file);
  }
  const of = (value: (sample: WaitingResult) => number): number => median(samples.map(value));
  const name = `${count(runs)} runs waiting on approval`;
  const rows = [
    ["resident before any run", `${of(({ idleMb }) => idleMb).toFixed(0)} MB`],
    ["resident, all waiting and nothing going on", `${of(({ settledMb }) => settledMb).toFixed(0)} MB`],
    ["resident at most, answering included", `${of(({ peakMb }) => peakMb).toFixed(0)} MB`],
    ["started, 128 at once", `${count(of(({ startedPerSecond }) => startedPerSecond))} runs/s`],
    [
      "from the answer to the outcome, one at a time, p50",
      `${of(({ sampleP50Ms }) => sampleP50Ms).toFixed(2)} ms`,
    ],
    [
      "from the answer to the outcome, one at a time, p99",
      `${of(({ sampleP99Ms }) => sampleP99Ms).toFixed(2)} ms`,
    ],
    ["answered and ended, 128 at once", `${count(of(({ answeredPerSecond }) => answeredPerSecond))} runs/s`],
    ["processor time per start", `${of(({ startCpuUs }) => startCpuUs).toFixed(0)} µs`],
    [
      "processor time per answer, to the end of the run",
      `${of(({ answerCpuUs }) => answerCpuUs).toFixed(0)} µs`,
    ],
  ];
  return {
    text: table([name, ""], rows),
    figures: samples,
    bars: [
      atMost(
        `${name}, resident memory`,
        of(({ settledMb }) => settledMb),
        RESIDENT_MB_MAX,
        "MB",
        0,
      ),
      all(`${name}, answered and completed`, Math.min(...samples.map(({ answered }) => answered)), runs),
    ],
  };
}
