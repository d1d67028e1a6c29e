/** Short runs: how many per second, how fast one is, what it takes on disk. */
import type { Part, PartOptions } from "./durable-part.ts";
import { measureThroughput, throughputBars, throughputText } from "./throughput.ts";

export async function throughputPart(options: PartOptions): Promise<Part> {
  const throughput = await measureThroughput(options);
  const { p50, p99 } = throughput.fdatasyncMs;
  const sync = `fdatasync of one appended page: p50 ${p50.toFixed(3)} ms, p99 ${p99.toFixed(3)} ms`;
  return {
    text: `${sync}\n\n${throughputText(throughput.measured)}`,
    figures: throughput,
    bars: throughputBars(throughput),
  };
}
