/** A repeat of 1,000 delays against one of 100. */
import { join } from "node:path";
import { median } from "../statistics.ts";
import { count, table } from "../table.ts";
import { atMost } from "./bar.ts";
import type { Part, PartOptions } from "./durable-part.ts";
import { inChild } from "./in-child.ts";
import { DELAYS, type RepeatSample } from "./repeats.ts";

const RATIO_MAX = 15;

export async function repeatsPart({ folder, rounds }: PartOptions): Promise<Part> {
  const samples = await inChild("measureRepeats", { file: join(folder, "repeat.db"), rounds });
  const of = (delays: number, value: (sample: RepeatSample) => number): number =>
    median(samples.filter((sample) => sample.delays === delays).map(value));
  const rows = Object.values(DELAYS).map((delays) => [
    count(delays),
    of(delays, ({ ms }) => ms).toFixed(0),
    of(delays, ({ cpuMs }) => cpuMs).toFixed(0),
  ]);
  const ratio = (value: (sample: RepeatSample) => number): number =>
    of(DELAYS.many, value) / of(DELAYS.few, value);
  const name = "a repeat of 1,000 delays against one of 100";
  const times = { time: ratio(({ ms }) => ms), "processor time": ratio(({ cpuMs }) => cpuMs) };
  return {
    text: table(["one repeat, dropped and walked again each time; delays", "ms", "processor ms"], rows),
    figures: samples,
    bars: Object.entries(times).map(([what, value]) =>
      atMost(`${name}, ${what}`, value, RATIO_MAX, "times", 1),
    ),
  };
}
