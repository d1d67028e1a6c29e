/**
 * What choosing and learning add to a run, as processor time of the whole process (the thread that writes included):
 * the same three-step pattern started by name without the confidence fold, with it, and delegated among ten candidates.
 * On SQLite, without fsync, so that the disk does not decide which thread writes.
 *
 * They take turns of a few milliseconds, so that each meets the machine as the others do; in a round each has four of
 * them, once in each place and once after each other, since garbage and warm caches are left to whoever comes next.
 * Told are medians over the rounds' ratios. Without the fold there are two runtimes: between them nothing differs, so
 * how far they are apart says how far the rest can be trusted. All begin anew on new files several times, for what a
 * runtime happens to get of memory stays with it.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime, sequential, sqliteEngine, type Engine, type Runtime } from "reeve";
import { atOnce } from "../scenarios/at-once.ts";
import { counter, Value } from "../scenarios/bench-agents.ts";
import { median } from "../statistics.ts";

const CANDIDATES = 10;
const RUNS_PER_TURN = 32;
const BEGINNINGS = 3;
/** The first rounds after each beginning warm up and are left out. */
const WARM_UP_ROUNDS = 8;
const ROUNDS = 40;
const DOMAIN = "bench";
const patterns = Array.from({ length: CANDIDATES }, (_, index) =>
  sequential(`bench.candidate-${index}`, {
    matches: { domain: DOMAIN },
    input: Value,
    steps: [counter("a"), counter("b"), counter("c")],
  }),
);
const [first] = patterns;

export interface DelegatingCost {
  /** Processor time of a run, in µs: started without the fold, with it, delegated. */
  readonly plain: number;
  readonly learning: number;
  readonly delegated: number;
  /** Medians of the ratios of each round: throughput of `delegate` to that of `start`, and what the fold adds. */
  readonly throughputShare: number;
  readonly foldShare: number;
  /** What the second runtime without the fold took more, or less, than the first: the noise of `foldShare`. */
  readonly noiseShare: number;
}

/** In which the four take their turns: each comes once in each place, and once after each of the others (Williams). */
const orders: readonly (readonly number[])[] = [
  [0, 1, 3, 2],
  [1, 2, 0, 3],
  [2, 3, 1, 0],
  [3, 0, 2, 1],
];

type Way = (runtime: Runtime) => Promise<{ outcome(): Promise<{ readonly status: string }> }>;

const value = { n: 0, text: "x".repeat(16) };
const context = { domain: DOMAIN, attributes: { express: true, weight: 3 } };
const byName: Way = (runtime) => runtime.start(first?.name ?? "", value, { context });
const byChoice: Way = (runtime) => runtime.delegate(context, value);

/** What is compared: without the fold, with it, delegated, and without it again. */
const compared: readonly { readonly way: Way; readonly learns: boolean }[] = [
  { way: byName, learns: false },
  { way: byName, learns: true },
  { way: byChoice, learns: true },
  { way: byName, learns: false },
];

export async function measureDelegating(): Promise<DelegatingCost> {
  const rounds: (readonly number[])[] = [];
  for (let beginning = 0; beginning < BEGINNINGS; beginning++) rounds.push(...(await measureRounds()));
  const over = (pick: (round: readonly number[]) => number): number => median(rounds.map(pick));
  return {
    plain: over(([plain = Number.NaN, , , again = Number.NaN]) => (plain + again) / 2),
    learning: over(([, learning = Number.NaN]) => learning),
    delegated: over(([, , delegated = Number.NaN]) => delegated),
    throughputShare: over(([, learning = 0, delegated = Number.NaN]) => learning / delegated),
    foldShare: over(
      ([plain = Number.NaN, learning = 0, , again = Number.NaN]) => (2 * learning) / (plain + again) - 1,
    ),
    noiseShare: over(([plain = Number.NaN, , , again = 0]) => again / plain - 1),
  };
}

/** Per round, what a run took of each that is compared. */
async function measureRounds(): Promise<readonly (readonly number[])[]> {
  const folder = mkdtempSync(join(tmpdir(), "reeve-bench-"));
  const runtimes: Runtime[] = [];
  const rounds: number[][] = [];
  try {
    for (const [index, { learns }] of compared.entries()) {
      const engine = sqliteEngine(join(folder, `${index}.db`), { durability: "os" });
      runtimes.push(await createRuntime({ patterns, engine: learns ? engine : withoutConfidence(engine) }));
    }
    for (let round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
      const taken = compared.map(() => 0);
      for (const index of orders.flat()) {
        const [runtime, by] = [runtimes[index], compared[index]];
        if (!runtime || !by) continue;
        taken[index] = (taken[index] ?? 0) + (await microsPerRun(runtime, by.way)) / orders.length;
      }
      if (round >= WARM_UP_ROUNDS) rounds.push(taken);
    }
  } finally {
    for (const runtime of runtimes) await runtime.close();
    rmSync(folder, { recursive: true });
  }
  return rounds;
}

async function microsPerRun(runtime: Runtime, begin: Way): Promise<number> {
  const before = process.cpuUsage();
  await atOnce(RUNS_PER_TURN, RUNS_PER_TURN, async () => {
    const { status } = await (await begin(runtime)).outcome();
    if (status !== "completed") throw new Error(`a run ended as ${status}`);
  });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / RUNS_PER_TURN;
}

/** The engine with a confidence that is handed out and never fed. */
function withoutConfidence(engine: Engine): Engine {
  const fold: Engine["fold"] = async (asked) => {
    if (asked.name !== "confidence") return engine.fold(asked);
    const state = asked.initial();
    return { state: () => state, position: () => 0, since: () => 0 };
  };
  return new Proxy(engine, {
    get: (target, name): unknown => {
      if (name === "fold") return fold;
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      const bound: unknown = value.bind(target);
      return bound;
    },
  });
}
