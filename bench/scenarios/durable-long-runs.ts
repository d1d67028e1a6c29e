/** A run of 10,000 steps against one of 1,000. */
import { join } from "node:path";
import { median } from "../statistics.ts";
import { count, table } from "../table.ts";
import { atMost, type Bar } from "./bar.ts";
import type { Part, PartOptions } from "./durable-part.ts";
import { inChild } from "./in-child.ts";
import { LONG_SHAPES, LONG_STEPS, type LongRunSample } from "./long-runs.ts";

const RATIO_MAX = 11;

export async function longRunsPart({ folder, rounds }: PartOptions): Promise<Part> {
  const rows: string[][] = [];
  const bars: Bar[] = [];
  const figures: Record<string, readonly LongRunSample[]> = {};
  for (const shape of LONG_SHAPES) {
    const samples = await inChild("measureLongRuns", { file: join(folder, "long.db"), shape, rounds });
    figures[shape] = samples;
    const of = (steps: number, value: (sample: LongRunSample) => number): number =>
      median(samples.filter((sample) => sample.steps === steps).map(value));
    for (const steps of Object.values(LONG_STEPS)) {
      const ms = of(steps, (sample) => sample.ms);
      const cpuMs = of(steps, (sample) => sample.cpuMs);
      rows.push([
        shape,
        count(steps),
        ms.toFixed(0),
        cpuMs.toFixed(0),
        count(of(steps, ({ bytes }) => bytes)),
      ]);
    }
    const ratio = (value: (sample: LongRunSample) => number): number =>
      of(LONG_STEPS.many, value) / of(LONG_STEPS.few, value);
    const name = `10,000 steps against 1,000, ${shape}`;
    bars.push(
      atMost(
        `${name}, time`,
        ratio(({ ms }) => ms),
        RATIO_MAX,
        "times",
        1,
      ),
      atMost(
        `${name}, storage`,
        ratio(({ bytes }) => bytes),
        RATIO_MAX,
        "times",
        1,
      ),
    );
  }
  return {
    text: table(["one run", "steps", "ms", "processor ms", "bytes of the file"], rows),
    figures,
    bars,
  };
}
