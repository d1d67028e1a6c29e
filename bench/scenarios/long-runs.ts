/** One run of many steps against one of a tenth as many: its time and its file must grow in proportion. */
import { rmSync, statSync } from "node:fs";
import { createRuntime, forEach, sequential, sqliteEngine, type Pattern } from "reeve";
import { z } from "zod";
import { counter, Value } from "./bench-agents.ts";
import { stopwatch } from "./waiting-runs.ts";

export interface LongRunOptions {
  readonly file: string;
  readonly shape: LongShape;
  readonly rounds: number;
}

export type LongShape = "forEach" | "forEach, 1 at once" | "nested sequentials";

export interface LongRunSample {
  readonly steps: number;
  readonly ms: number;
  readonly cpuMs: number;
  readonly bytes: number;
}

export const LONG_STEPS = { few: 1_000, many: 10_000 } as const;
export const LONG_SHAPES: readonly LongShape[] = ["forEach", "forEach, 1 at once", "nested sequentials"];

const Items = z.array(Value);

/** Rounds of both sizes in turn, each on a new file; one round before them is not counted. */
export async function measureLongRuns(options: LongRunOptions): Promise<readonly LongRunSample[]> {
  const samples: LongRunSample[] = [];
  for (let round = -1; round < options.rounds; round++) {
    for (const steps of [LONG_STEPS.few, LONG_STEPS.many]) {
      if (round < 0 && steps === LONG_STEPS.many) continue;
      const sample = await measure(options, steps);
      if (round >= 0) samples.push(sample);
    }
  }
  return samples;
}

async function measure({ file, shape }: LongRunOptions, steps: number): Promise<LongRunSample> {
  const { pattern, input } = longPattern(shape, steps);
  const runtime = await createRuntime({ patterns: [pattern], engine: sqliteEngine(file) });
  const watch = stopwatch();
  const run = await runtime.start(pattern.name, input);
  const outcome = await run.outcome();
  const { seconds, cpuUs } = watch();
  if (outcome.status !== "completed") throw new Error(`a run of ${steps} steps ended as ${outcome.status}`);
  await runtime.close();
  const { size } = statSync(file);
  for (const suffix of ["", "-wal", "-shm", "-owner"]) rmSync(file + suffix, { force: true });
  return { steps, ms: seconds * 1_000, cpuMs: cpuUs / 1_000, bytes: size };
}

function longPattern(
  shape: LongShape,
  steps: number,
): { readonly pattern: Pattern; readonly input: unknown } {
  const value: Value = { n: 0, text: "x".repeat(16) };
  const items = Array.from({ length: steps }, () => value);
  switch (shape) {
    case "forEach":
      return {
        pattern: forEach("long", { input: Items, items: (list) => list, step: counter("one") }),
        input: items,
      };
    case "forEach, 1 at once":
      return {
        pattern: forEach("long", {
          input: Items,
          items: (list) => list,
          step: counter("one"),
          concurrencyMax: 1,
        }),
        input: items,
      };
    case "nested sequentials":
      return { pattern: nested(steps), input: value };
  }
}

const STEPS_PER_PART = 100;

function nested(steps: number): Pattern {
  const part = (name: string) => {
    const [first, ...rest] = Array.from({ length: STEPS_PER_PART }, (_, index) => counter(`s${index}`));
    if (!first) throw new Error("a part has no steps");
    return sequential(name, { steps: [first, ...rest] });
  };
  const [first, ...rest] = Array.from({ length: steps / STEPS_PER_PART }, (_, index) => part(`p${index}`));
  if (!first) throw new Error("there are no parts");
  return sequential("long", { input: Value, steps: [first, ...rest] });
}
