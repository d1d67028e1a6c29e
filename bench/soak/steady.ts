/** Runs the process that lives on, and collects what it measures of itself. */
import { createInterface } from "node:readline";
import { startProgram } from "./child-program.ts";

export interface SteadyOptions {
  readonly file: string;
  readonly minutes: number;
  readonly runsAtOnce: number;
  readonly sampleMs: number;
  readonly retentionMs: number;
}

/** What happened since the sample before, and the memory now. */
export interface SteadySample {
  readonly atMs: number;
  readonly runs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** How much of one processor the process had; what other work on the machine takes away, runs have to wait for. */
  readonly processorShare: number;
  /** Resident, after a forced collection. */
  readonly rssBytes: number;
  /** The JavaScript heap in use and what buffers hold, after a forced collection. */
  readonly heapBytes: number;
  readonly logBytes: number;
}

export async function runSteady(options: SteadyOptions): Promise<readonly SteadySample[]> {
  const { child, ended } = startProgram(new URL("./steady-child.ts", import.meta.url), options, {
    nodeOptions: ["--expose-gc"],
    isRead: true,
  });
  const samples: SteadySample[] = [];
  // The same code wrote it.
  if (child.stdout)
    for await (const line of createInterface({ input: child.stdout }))
      samples.push(JSON.parse(line) as SteadySample);
  const { code } = await ended;
  if (code !== 0) throw new Error(`the steady process ended with ${code ?? "a signal"}`);
  return samples;
}
