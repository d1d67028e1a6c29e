/** Opening a file with 100,000 unfinished runs whose owner was killed. */
import { join } from "node:path";
import { median } from "../statistics.ts";
import { count, table } from "../table.ts";
import { all, atMost } from "./bar.ts";
import type { Part, PartOptions } from "./durable-part.ts";
import { inChild, inKilledChild } from "./in-child.ts";
import { copyLog, removeLog } from "./log-files.ts";
import type { RestartResult } from "./restart.ts";

const RUNS = 100_000;
const FIRST_S_MAX = 1;
const ALL_S_MAX = 20;

export async function restartPart({ folder, quick, rounds }: PartOptions): Promise<Part> {
  const runs = quick ? RUNS / 10 : RUNS;
  const made = join(folder, "unfinished.db");
  await inKilledChild("makeUnfinishedRuns", { file: made, runs });
  const samples: RestartResult[] = [];
  for (let round = 0; round < rounds; round++) {
    const file = join(folder, `restart-${round}.db`);
    copyLog(made, file);
    samples.push(await inChild("measureRestart", { file, runs }));
    removeLog(file);
  }
  removeLog(made);
  const of = (value: (sample: RestartResult) => number): number => median(samples.map(value));
  const firstS = of(({ firstAttemptMs }) => firstAttemptMs) / 1_000;
  const allS = of(({ allAttemptsMs, openedMs }) => Math.max(allAttemptsMs, openedMs)) / 1_000;
  const name = `restart with ${count(runs)} unfinished runs`;
  const rows = [
    ["first attempt, from the beginning of the process", `${firstS.toFixed(2)} s`],
    ["all attempts begun and waits registered", `${allS.toFixed(2)} s`],
    ["processor time until then", `${(of(({ cpuMs }) => cpuMs) / 1_000).toFixed(2)} s`],
    ["resident at most", `${of(({ peakMb }) => peakMb).toFixed(0)} MB`],
  ];
  const ended = Math.min(...samples.map(({ completed, sampleAnswered }) => completed + sampleAnswered));
  return {
    text: table([name, ""], rows),
    figures: samples,
    bars: [
      atMost(`${name}, first attempt`, firstS, FIRST_S_MAX, "s", 2),
      atMost(`${name}, all`, allS, ALL_S_MAX, "s", 2),
      all(
        `${name}, attempts and 1,000 answered approvals completed`,
        ended,
        runs / 2 + (samples[0]?.sample ?? 0),
      ),
    ],
  };
}
