/**
 * Many short runs on one SQLite file, fsync on, events and folds on. Agents carry a schema, a timeout, a retry policy
 * and an undo; every output passes the codec and is stored. Latency is from the call of `start` to the outcome.
 *
 * Rounds alternate over all workloads, each on a new file; the table shows medians over the rounds. Before each measurement its
 * workload runs for a second: what is promised is the pace of a service, not of code that is not compiled yet.
 */
import { rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { createRuntime, sequential, sqliteEngine, type Pattern, type Runtime } from "reeve";
import { measureFdatasync } from "../machine.ts";
import { median, quantile } from "../statistics.ts";
import { count, table } from "../table.ts";
import type { Bar } from "./bar.ts";
import { counter, Value } from "./bench-agents.ts";

export interface ThroughputOptions {
  readonly folder: string;
  readonly quick: boolean;
  readonly rounds: number;
}

export interface Workload {
  readonly steps: 1 | 3 | 9;
  readonly atOnce: number;
  readonly outputBytes: number;
  readonly runs: number;
}

export interface Sample {
  readonly runsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly bytesPerRun: number;
}

export interface Measured extends Sample {
  readonly workload: Workload;
}

export interface Throughput {
  readonly fdatasyncMs: { readonly p50: number; readonly p99: number };
  readonly measured: readonly Measured[];
}

const patterns = {
  1: sequential("bench.one", { input: Value, steps: [counter("a")] }),
  3: sequential("bench.three", { input: Value, steps: [counter("a"), counter("b"), counter("c")] }),
  9: sequential("bench.nine", {
    input: Value,
    steps: [
      counter("a"),
      counter("b"),
      counter("c"),
      counter("d"),
      counter("e"),
      counter("f"),
      counter("g"),
      counter("h"),
      counter("i"),
    ],
  }),
} as const;

const WARM_UP_MS = 1_000;

export async function measureThroughput(options: ThroughputOptions): Promise<Throughput> {
  const { folder, quick, rounds } = options;
  const samples = new Map<Workload, Sample[]>();
  const workloads = workloadsOf(quick);
  const syncs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    syncs.push(...measureFdatasync(folder));
    for (const workload of workloads) {
      const sample = await measure(join(folder, `${round}-${workloads.indexOf(workload)}.db`), workload);
      const known = samples.get(workload);
      if (known) known.push(sample);
      else samples.set(workload, [sample]);
    }
  }
  return {
    fdatasyncMs: { p50: quantile(syncs, 0.5), p99: quantile(syncs, 0.99) },
    measured: Array.from(samples, ([workload, taken]) => ({ workload, ...medians(taken) })),
  };
}

function workloadsOf(quick: boolean): readonly Workload[] {
  const scale = quick ? 0.1 : 1;
  const workloads: Workload[] = [];
  for (const outputBytes of [16, 1_024]) {
    for (const steps of [1, 3, 9] as const) {
      for (const atOnce of [1, 32, 128, 1_024]) {
        const full = atOnce === 1 ? 1_000 : 30_000 / steps;
        workloads.push({ steps, atOnce, outputBytes, runs: Math.max(atOnce, Math.round(full * scale)) });
      }
    }
  }
  return workloads;
}

async function measure(file: string, workload: Workload): Promise<Sample> {
  const runtime = await createRuntime({ patterns: Object.values(patterns), engine: sqliteEngine(file) });
  const pattern = patterns[workload.steps];
  const value = { n: 0, text: "x".repeat(workload.outputBytes) };
  const { atOnce, runs } = workload;
  const warmUntil = performance.now() + WARM_UP_MS;
  const warmUp = await drive(runtime, pattern, value, atOnce, () => performance.now() < warmUntil);
  const startedAt = performance.now();
  const latencies = await drive(runtime, pattern, value, atOnce, (started) => started < runs);
  const seconds = (performance.now() - startedAt) / 1_000;
  await runtime.close();
  // Closing moves the write-ahead log into the file.
  const { size } = statSync(file);
  for (const suffix of ["", "-wal", "-shm", "-owner"]) rmSync(file + suffix, { force: true });
  return {
    runsPerSecond: runs / seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    bytesPerRun: size / (warmUp.length + runs),
  };
}

/** Starts runs, `atOnce` at a time, while `goesOn`, and awaits each one's outcome; milliseconds per run. */
async function drive(
  runtime: Runtime,
  pattern: Pattern,
  value: Value,
  atOnce: number,
  goesOn: (started: number) => boolean,
): Promise<number[]> {
  const latencies: number[] = [];
  let started = 0;
  const worker = async (): Promise<void> => {
    while (goesOn(started)) {
      started++;
      const startedAt = performance.now();
      const run = await runtime.start(pattern.name, value);
      const outcome = await run.outcome();
      if (outcome.status !== "completed") throw new Error(`a run ended as ${outcome.status}`);
      latencies.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return latencies;
}

function medians(samples: readonly Sample[]): Sample {
  return {
    runsPerSecond: median(samples.map((sample) => sample.runsPerSecond)),
    p50Ms: median(samples.map((sample) => sample.p50Ms)),
    p99Ms: median(samples.map((sample) => sample.p99Ms)),
    bytesPerRun: median(samples.map((sample) => sample.bytesPerRun)),
  };
}

export function throughputText(measured: readonly Measured[]): string {
  const header = ["output", "steps", "at once", "runs/s", "steps/s", "p50 ms", "p99 ms", "bytes/run"];
  const rows = measured.map(({ workload, ...sample }) => [
    `${workload.outputBytes} B`,
    String(workload.steps),
    count(workload.atOnce),
    count(sample.runsPerSecond),
    count(sample.runsPerSecond * workload.steps),
    sample.p50Ms.toFixed(2),
    sample.p99Ms.toFixed(2),
    count(sample.bytesPerRun),
  ]);
  return table(header, rows);
}

const RUNS_PER_SECOND_BAR = 15_000;
const COMMITS_OF_THREE_STEPS = 4;
const LATENCY_IN_SYNCS_MAX = 8;

export function throughputBars({ measured, fdatasyncMs: { p50: fdatasyncMs } }: Throughput): readonly Bar[] {
  const find = (atOnce: number): Measured | undefined =>
    measured.find(
      ({ workload }) => workload.steps === 3 && workload.atOnce === atOnce && workload.outputBytes === 16,
    );
  const many = find(128)?.runsPerSecond ?? 0;
  const one = find(1)?.p50Ms ?? Number.NaN;
  const manyBar = Math.min(RUNS_PER_SECOND_BAR, (0.6 * 128 * 1_000) / (COMMITS_OF_THREE_STEPS * fdatasyncMs));
  const oneBar = LATENCY_IN_SYNCS_MAX * fdatasyncMs;
  return [
    {
      name: "3-step runs, 128 at once",
      value: `${count(many)} runs/s`,
      bar: `≥ ${count(manyBar)}`,
      met: many >= manyBar,
    },
    {
      name: "3-step run, one at a time, p50",
      value: `${one.toFixed(2)} ms`,
      bar: `≤ ${oneBar.toFixed(2)} = 8 × fdatasync`,
      met: one <= oneBar,
    },
  ];
}
