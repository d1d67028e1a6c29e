/** Drives one contender with a fixed number of runs at once and times every run, seen from who started it. */
import { quantile } from "../statistics.ts";
import type { Contender, Sample, Steps, Value, Work } from "./contender.ts";

const TEXT = "x".repeat(16);

// A warm-up with a thousand clients would take a slow contender longer than the measure itself.
const WARM_UP_AT_ONCE_MAX = 128;

/** Warms up, then measures. */
export async function measure(contender: Contender, work: Work): Promise<Sample> {
  await drive(contender, work.steps, Math.min(work.atOnce, WARM_UP_AT_ONCE_MAX), work.warmUpSeconds);
  const startedAt = performance.now();
  const latencies = await drive(contender, work.steps, work.atOnce, work.seconds);
  const seconds = (performance.now() - startedAt) / 1_000;
  return {
    runs: latencies.length,
    runsPerSecond: latencies.length / seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
  };
}

async function drive(
  contender: Contender,
  steps: Steps,
  atOnce: number,
  seconds: number,
): Promise<readonly number[]> {
  const latencies: number[] = [];
  const deadline = performance.now() + seconds * 1_000;
  const value: Value = { n: 0, text: TEXT };
  const client = async (): Promise<void> => {
    do {
      const startedAt = performance.now();
      const { n } = await contender.run(steps, value);
      const endedAt = performance.now();
      if (n !== steps) throw new Error(`a run of ${steps} steps counted to ${n}`);
      latencies.push(endedAt - startedAt);
    } while (performance.now() < deadline);
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  return latencies;
}
