/**
 * What choosing and learning add to a run, as processor time of the whole process (the thread that writes included):
 * the same three-step pattern started by name without the confidence fold, with it, and delegated among ten candidates.
 * On SQLite, without fsync, so that the disk does not decide which thread writes.
 *
 * The three take turns within each round, each as often first, second and third: what one leaves behind (garbage to be
 * collected, caches that others filled) is charged to whoever comes next. Compared are the turns of one round, which
 * met the same machine; the median of these ratios is told.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime, sequential, sqliteEngine, type Engine, type Runtime } from "reeve";
import { atOnce } from "../scenarios/at-once.ts";
import { counter, Value } from "../scenarios/bench-agents.ts";
import { median } from "../statistics.ts";

const CANDIDATES = 10;
const RUNS = 256;
const RUNS_AT_ONCE = 32;
/** The first ones warm up and are left out; both are multiples of the orders of turns. */
const WARM_UP_ROUNDS = 12;
const ROUNDS = 72;
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
}

/** In which the three take their turns; also who follows whom is the same for all. */
const orders: readonly (readonly number[])[] = [
  [0, 1, 2],
  [2, 1, 0],
  [1, 2, 0],
  [0, 2, 1],
  [2, 0, 1],
  [1, 0, 2],
];

type Way = (runtime: Runtime) => Promise<{ outcome(): Promise<{ readonly status: string }> }>;

const value = { n: 0, text: "x".repeat(16) };
const context = { domain: DOMAIN, attributes: { express: true, weight: 3 } };
const byName: Way = (runtime) => runtime.start(first?.name ?? "", value, { context });
const byChoice: Way = (runtime) => runtime.delegate(context, value);

export async function measureDelegating(): Promise<DelegatingCost> {
  const folder = mkdtempSync(join(tmpdir(), "reeve-bench-"));
  const open = (name: string, wrap = (engine: Engine) => engine): Promise<Runtime> =>
    createRuntime({ patterns, engine: wrap(sqliteEngine(join(folder, `${name}.db`), { durability: "os" })) });
  const runtimes = [await open("plain", withoutConfidence), await open("learning"), await open("delegated")];
  const ways = [byName, byName, byChoice];
  const rounds: number[][] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const taken = runtimes.map(() => Number.NaN);
      for (const index of orders[round % orders.length] ?? []) {
        const runtime = runtimes[index];
        if (runtime) taken[index] = await microsPerRun(runtime, ways[index] ?? byName);
      }
      if (round >= WARM_UP_ROUNDS) rounds.push(taken);
    }
  } finally {
    for (const runtime of runtimes) await runtime.close();
    rmSync(folder, { recursive: true });
  }
  const over = (pick: (round: readonly number[]) => number): number => median(rounds.map(pick));
  return {
    plain: over(([plain = Number.NaN]) => plain),
    learning: over(([, learning = Number.NaN]) => learning),
    delegated: over(([, , delegated = Number.NaN]) => delegated),
    throughputShare: over(([, learning = 0, delegated = Number.NaN]) => learning / delegated),
    foldShare: over(([plain = Number.NaN, learning = 0]) => learning / plain - 1),
  };
}

async function microsPerRun(runtime: Runtime, begin: Way): Promise<number> {
  const before = process.cpuUsage();
  await atOnce(RUNS, RUNS_AT_ONCE, async () => {
    const { status } = await (await begin(runtime)).outcome();
    if (status !== "completed") throw new Error(`a run ended as ${status}`);
  });
  const { user, system } = process.cpuUsage(before);
  return (user + system) / RUNS;
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
