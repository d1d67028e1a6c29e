/** Many runs that wait on an approval: what they cost in memory, and whether each can still be answered. */
import { approval, createRuntime, sequential, sqliteEngine, type Runtime } from "reeve";
import { z } from "zod";
import { quantile } from "../statistics.ts";
import { atOnce } from "./at-once.ts";
import { counter, Value } from "./bench-agents.ts";

export interface WaitingOptions {
  readonly file: string;
  readonly runs: number;
}

export interface WaitingResult {
  /** Before any run. */
  readonly idleMb: number;
  /** When nothing happened any more; the garbage collector was not asked. */
  readonly settledMb: number;
  readonly heapMb: number;
  readonly startPeakMb: number;
  readonly peakMb: number;
  readonly startedPerSecond: number;
  readonly sampleP50Ms: number;
  readonly sampleP99Ms: number;
  readonly answered: number;
  readonly answeredPerSecond: number;
  /** Processor time per run, of its start and of its answer, end included. */
  readonly startCpuUs: number;
  readonly answerCpuUs: number;
}

export const approved = sequential("bench.approved", {
  input: Value,
  steps: [approval("approve", { schema: z.object({ ok: z.boolean() }) }), counter("after")],
});

const SAMPLE_RUNS = 1_000;
const SETTLE_MS_MAX = 20_000;
const SETTLE_READINGS = 6;
const READING_MS = 1_000;

export async function measureWaiting({ file, runs }: WaitingOptions): Promise<WaitingResult> {
  const runtime = await createRuntime({ patterns: [approved], engine: sqliteEngine(file) });
  const idleMb = residentMb();
  const ids: string[] = Array.from({ length: runs });
  const starting = stopwatch();
  await atOnce(runs, 128, async (index) => {
    const run = await runtime.start(approved.name, { n: index, text: "x".repeat(16) });
    ids[index] = run.id;
  });
  const started = starting();
  const startPeakMb = peakMb();
  await settled();
  const settledMb = residentMb();
  const heapMb = process.memoryUsage().heapUsed / 2 ** 20;
  const sample = new Set(ids.filter((_, index) => index % Math.ceil(runs / SAMPLE_RUNS) === 0));
  const latencies: number[] = [];
  let answered = 0;
  for (const id of sample) {
    const startedAt = performance.now();
    if (await answer(runtime, id)) answered++;
    latencies.push(performance.now() - startedAt);
  }
  const others = ids.filter((id) => !sample.has(id));
  const answering = stopwatch();
  await atOnce(others.length, 128, async (index) => {
    if (await answer(runtime, others[index] ?? "")) answered++;
  });
  const all = answering();
  await runtime.close();
  return {
    idleMb,
    settledMb,
    heapMb,
    startPeakMb,
    peakMb: peakMb(),
    startedPerSecond: runs / started.seconds,
    sampleP50Ms: quantile(latencies, 0.5),
    sampleP99Ms: quantile(latencies, 0.99),
    answered,
    answeredPerSecond: others.length / all.seconds,
    startCpuUs: started.cpuUs / runs,
    answerCpuUs: all.cpuUs / others.length,
  };
}

/** Whether the run then completed. */
export async function answer(runtime: Runtime, id: string): Promise<boolean> {
  const run = runtime.run(id);
  await run.signal("approve", { ok: true });
  const outcome = await run.outcome();
  return outcome.status === "completed";
}

export function residentMb(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}

export function peakMb(): number {
  return process.resourceUsage().maxRSS / 1_024;
}

export function stopwatch(): () => { readonly seconds: number; readonly cpuUs: number } {
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { seconds: (performance.now() - startedAt) / 1_000, cpuUs: user + system };
  };
}

/** Until the resident memory has stood still for a while. */
async function settled(): Promise<void> {
  const until = performance.now() + SETTLE_MS_MAX;
  const readings: number[] = [];
  while (performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, READING_MS));
    readings.push(residentMb());
    const last = readings.slice(-SETTLE_READINGS);
    const still = Math.max(...last) - Math.min(...last) < 2;
    if (last.length === SETTLE_READINGS && still) return;
  }
}
