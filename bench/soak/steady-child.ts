/**
 * A process that lives through the whole soak under full load: the same patterns, nothing interfered with. Now and then
 * it says on standard output, as a line of JSON, what memory it holds after a forced collection and how long runs took.
 * `node --expose-gc steady-child.ts JSON`, see SteadyOptions.
 */
import { statSync } from "node:fs";
import { createRuntime, sqliteEngine } from "reeve";
import { quantile } from "../statistics.ts";
import type { SteadyOptions, SteadySample } from "./steady.ts";
import { APPROVAL, loadPatterns, STARTED } from "./load.ts";

const { file, minutes, runsAtOnce, sampleMs, retentionMs } = JSON.parse(
  process.argv[2] ?? "{}",
) as SteadyOptions;
const startedAt = performance.now();
const until = startedAt + minutes * 60_000;
const runtime = await createRuntime({
  patterns: loadPatterns({ say: () => {}, effectMsMax: 0 }),
  engine: sqliteEngine(file, { access: "own" }),
  retention: { afterMs: retentionMs },
});
let latencies: number[] = [];
/** Counts the forced collections: runs that were under way meanwhile were stopped by the measurement. */
let collections = 0;
let runs = 0;
let spentBefore = process.cpuUsage();
let sampledAt = performance.now();
const timer = setInterval(sample, sampleMs);
await Promise.all(Array.from({ length: runsAtOnce }, (_, lane) => startAgainAndAgain(lane)));
clearInterval(timer);
await runtime.close();

async function startAgainAndAgain(lane: number): Promise<void> {
  for (let number = lane; performance.now() < until; number++) {
    const pattern = STARTED[number % STARTED.length] ?? "chain";
    const before = collections;
    const beganAt = performance.now();
    const run = await runtime.start(pattern, number);
    if (pattern === "waiting") await run.signal(APPROVAL);
    if (pattern === "held") await run.cancel();
    await run.outcome();
    runs++;
    if (collections === before) latencies.push(performance.now() - beganAt);
  }
}

function sample(): void {
  const taken = latencies;
  latencies = [];
  collections++;
  const { user, system } = process.cpuUsage(spentBefore);
  const processorShare = (user + system) / 1_000 / (performance.now() - sampledAt);
  // Twice: what the first one finalises, the second one frees.
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const said: SteadySample = {
    atMs: performance.now() - startedAt,
    runs,
    p50Ms: quantile(taken, 0.5),
    p99Ms: quantile(taken, 0.99),
    processorShare,
    rssBytes: rss,
    heapBytes: heapUsed + external,
    logBytes: statSync(file).size + (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0),
  };
  runs = 0;
  spentBefore = process.cpuUsage();
  sampledAt = performance.now();
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
