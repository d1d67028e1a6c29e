/** Trimming a file of finished runs in a process that does nothing else: how long it holds up the event loop. */
import { statSync } from "node:fs";
import { agent, createRuntime, sequential, sqliteEngine, type Runtime } from "reeve";
import { LoopProbe, type Holds } from "./loop-probe.ts";

export interface RetentionOptions {
  readonly file: string;
}

export interface RetentionResult {
  /** Before the first look for old runs, when nothing happens: what the machine itself does to the probe. */
  readonly idle: Holds;
  readonly trimming: Holds;
  readonly seconds: number;
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}

const IDLE_MS = 700;
const LOOK_MS = 200;
const TRIM_S_MAX = 600;
/** The first look comes after a second; all runs of the file ended long before. */
const AFTER_MS = 10_000;

export async function measureRetention({ file }: RetentionOptions): Promise<RetentionResult> {
  const pattern = sequential("unused", { steps: [agent("unused", { run: async () => undefined })] });
  const bytesBefore = statSync(file).size;
  const runtime = await createRuntime({
    patterns: [pattern],
    engine: sqliteEngine(file),
    retention: { afterMs: AFTER_MS },
  });
  const newest = (await runtime.runs({ sort: "started", descending: true, limit: 1 })).runs[0];
  const probe = new LoopProbe();
  probe.start();
  await sleep(IDLE_MS);
  const idle = probe.stop();
  const startedAt = performance.now();
  probe.start();
  while (await isThere(runtime, newest?.startedAt ?? 0, probe)) {
    if (performance.now() - startedAt > TRIM_S_MAX * 1_000) throw new Error(`not trimmed in ${TRIM_S_MAX} s`);
    await sleep(LOOK_MS);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const trimming = probe.stop();
  await runtime.close();
  return { idle, trimming, seconds, bytesBefore, bytesAfter: statSync(file).size };
}

/** Runs are trimmed in the order in which they were started. */
async function isThere(runtime: Runtime, startedFrom: number, probe: LoopProbe): Promise<boolean> {
  const found = await runtime.runs({ startedFrom, limit: 1 });
  probe.skip();
  return found.runs.length > 0;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
