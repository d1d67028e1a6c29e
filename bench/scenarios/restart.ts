/** Opening a file whose owner was killed with many unfinished runs: half wait on an approval, half were in an attempt. */
import { agent, createRuntime, sequential, sqliteEngine } from "reeve";
import { atOnce } from "./at-once.ts";
import { Value } from "./bench-agents.ts";
import { answer, approved, peakMb, residentMb } from "./waiting-runs.ts";

export interface RestartOptions {
  readonly file: string;
  readonly runs: number;
}

export interface RestartResult {
  /** All times from the beginning of the process on. */
  readonly firstAttemptMs: number;
  readonly allAttemptsMs: number;
  readonly openedMs: number;
  readonly cpuMs: number;
  readonly attempts: number;
  readonly completed: number;
  readonly sampleAnswered: number;
  readonly sample: number;
  readonly peakMb: number;
  readonly residentMb: number;
}

const SAMPLE_RUNS = 1_000;

function attempted(run: (value: Value) => Promise<Value>) {
  return sequential("bench.attempted", {
    input: Value,
    steps: [agent("hold", { input: Value, output: Value, retry: { attempts: 3 }, run })],
  });
}

/** Never ends by itself: it says so in a line once every run is where it should be, and waits to be killed. */
export async function makeUnfinishedRuns({ file, runs }: RestartOptions): Promise<void> {
  let begun = 0;
  const half = runs / 2;
  const { promise: allBegun, resolve: haveAllBegun } = Promise.withResolvers<void>();
  const hanging = attempted((_value) => {
    if (++begun === half) haveAllBegun();
    return new Promise<Value>(() => {});
  });
  const runtime = await createRuntime({ patterns: [approved, hanging], engine: sqliteEngine(file) });
  await atOnce(half, 512, async (index) => {
    const value = { n: index, text: "x".repeat(16) };
    await runtime.start(approved.name, value, { id: `approved-${index}` });
    await runtime.start(hanging.name, value, { id: `attempted-${index}` });
  });
  await allBegun;
  process.stdout.write("ready\n");
  await new Promise(() => setInterval(() => {}, 60_000));
}

export async function measureRestart({ file, runs }: RestartOptions): Promise<RestartResult> {
  const half = runs / 2;
  let attempts = 0;
  let firstAttemptMs = Number.NaN;
  let allAttemptsMs = Number.NaN;
  const { promise: allBegun, resolve: haveAllBegun } = Promise.withResolvers<void>();
  const resumed = attempted(async (value) => {
    if (attempts++ === 0) firstAttemptMs = performance.now();
    if (attempts === half) {
      allAttemptsMs = performance.now();
      haveAllBegun();
    }
    return value;
  });
  const runtime = await createRuntime({ patterns: [approved, resumed], engine: sqliteEngine(file) });
  const openedMs = performance.now();
  await allBegun;
  const { user, system } = process.cpuUsage();
  let completed = 0;
  await atOnce(half, 128, async (index) => {
    const outcome = await runtime.run(`attempted-${index}`).outcome();
    if (outcome.status === "completed") completed++;
  });
  const peak = peakMb();
  const resident = residentMb();
  const sample = Math.min(SAMPLE_RUNS, half);
  let sampleAnswered = 0;
  await atOnce(sample, 32, async (index) => {
    if (await answer(runtime, `approved-${index * Math.floor(half / sample)}`)) sampleAnswered++;
  });
  await runtime.close();
  return {
    firstAttemptMs,
    allAttemptsMs,
    openedMs,
    cpuMs: (user + system) / 1_000,
    attempts,
    completed,
    sampleAnswered,
    sample,
    peakMb: peak,
    residentMb: resident,
  };
}
