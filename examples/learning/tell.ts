/** Tells what happens as a small table: one line per batch of tasks. */
import type { Runtime } from "reeve";

export interface Batch {
  readonly from: number;
  readonly to: number;
  /** How many tasks each pattern was given. */
  readonly chosen: ReadonlyMap<string, number>;
  readonly arrived: number;
}

const BAR_COLUMNS = 20;

export const head = `   tasks  ${"given to swift █ or steady ░".padEnd(BAR_COLUMNS + 8)}  arrived   believed: swift, steady`;

export async function lineOf(batch: Batch, runtime: Runtime): Promise<string> {
  const { from, to, chosen, arrived } = batch;
  const count = to - from;
  const swift = Math.round(((chosen.get("deliver.swift") ?? 0) / count) * BAR_COLUMNS);
  const bar = "█".repeat(swift) + "░".repeat(BAR_COLUMNS - swift);
  const confidence = await runtime.confidence();
  const believed = ["deliver.swift", "deliver.steady"].map((pattern) => {
    const { mean } = confidence.posterior(pattern, "parcels");
    return `${Math.round(mean * 100)} %`.padStart(5);
  });
  const range = `${String(from + 1).padStart(3)}–${String(to).padEnd(3)}`;
  return `${range.padStart(8)}  ${bar.padEnd(BAR_COLUMNS + 8)}  ${`${Math.round((arrived / count) * 100)} %`.padStart(5)}     ${believed.join("  ")}`;
}
