/**
 * A `repeat` that waits a minute in each turn, so that its run is dropped from memory and walked again each time. Time
 * is skipped; what counts is what the engine does.
 */
import { delay, repeat, sequential, sqliteEngine } from "reeve";
import { createTestRuntime } from "reeve/testing";
import { removeLog } from "./log-files.ts";
import { stopwatch } from "./waiting-runs.ts";

export interface RepeatOptions {
  readonly file: string;
  readonly rounds: number;
}

export interface RepeatSample {
  readonly delays: number;
  readonly ms: number;
  readonly cpuMs: number;
}

export const DELAYS = { few: 100, many: 1_000 } as const;

const REST_MS = 60_000;

const loop = sequential("loop", {
  steps: [
    repeat(delay(REST_MS, { name: "rest" }), {
      until: (_value, ctx) => ctx.iteration + 1 === ctx.input,
      max: DELAYS.many,
    }),
  ],
});

/** Rounds of both sizes in turn, each on a new file; one round before them is not counted. */
export async function measureRepeats({ file, rounds }: RepeatOptions): Promise<readonly RepeatSample[]> {
  const samples: RepeatSample[] = [];
  for (let round = -1; round < rounds; round++) {
    for (const delays of [DELAYS.few, DELAYS.many]) {
      const sample = await measure(file, delays);
      if (round >= 0) samples.push(sample);
    }
  }
  return samples;
}

async function measure(file: string, delays: number): Promise<RepeatSample> {
  const runtime = await createTestRuntime({
    patterns: [loop],
    engine: (options) => sqliteEngine(file, options),
  });
  const watch = stopwatch();
  const run = await runtime.start(loop, delays);
  const outcome = await runtime.time.skipUntil(run.outcome());
  const { seconds, cpuUs } = watch();
  if (outcome.status !== "completed") throw new Error(`a repeat ended as ${outcome.status}`);
  await runtime.close();
  removeLog(file);
  return { delays, ms: seconds * 1_000, cpuMs: cpuUs / 1_000 };
}
