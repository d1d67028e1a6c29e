/** Reeve as one of the contenders: SQLite, fsync on; agents carry a schema, a timeout, a retry policy and an undo. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { createRuntime, sequential, sqliteEngine } from "reeve";
import { z } from "zod";
import type { Contender } from "../peers/contender.ts";
import { counter, Value } from "./bench-agents.ts";

const [a, b, c] = [counter("a"), counter("b"), counter("c")];
const [d, e, f] = [counter("d"), counter("e"), counter("f")];
const [g, h, i] = [counter("g"), counter("h"), counter("i")];

const patterns = {
  1: sequential("bench.one", { input: Value, steps: [a] }),
  3: sequential("bench.three", { input: Value, steps: [a, b, c] }),
  9: sequential("bench.nine", { input: Value, steps: [a, b, c, d, e, f, g, h, i] }),
} as const;

export async function open(folder: string): Promise<Contender> {
  const engine = sqliteEngine(join(folder, "reeve.db"));
  const runtime = await createRuntime({ patterns: Object.values(patterns), engine });
  return {
    version: version(),
    run: async (steps, value) => {
      const run = await runtime.start(patterns[steps].name, value);
      const outcome = await run.outcome();
      if (outcome.status !== "completed") throw new Error(`a run ended as ${outcome.status}`);
      return Value.parse(outcome.output);
    },
    close: () => runtime.close(),
  };
}

function version(): string {
  const file = fileURLToPath(new URL("../../packages/reeve/package.json", import.meta.url));
  const { version } = z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, "utf8")));
  return `reeve ${version}`;
}
