/** A runtime for tests: in memory, with its own time, and the same in every repetition. Only wiring. */
import { ManualClock } from "../clock.ts";
import type { Engine } from "../engine/engine.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { MemoryLog } from "../engine/memory/memory-store.ts";
import { ReeveError } from "../errors.ts";
import { seededRandom } from "../random.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "../runtime.ts";
import { warn } from "../runtime/settings.ts";
import { TestTime } from "./test-time.ts";
import { watchEngine, type AwaitedSignals } from "./watch-engine.ts";
import { Work } from "./work.ts";

export interface TestRuntimeOptions extends Omit<RuntimeOptions, "engine" | "random"> {
  /**
   * Opens the engine on the clock it is handed: `(options) => sqliteEngine(file, options)`, `disk.engine`.
   * @default in memory
   */
  readonly engine?: (options: { readonly clock: ManualClock }) => Engine;
  /** Of all chance: ids, keys, jitter. @default 1 */
  readonly seed?: number;
  /** Epoch milliseconds; later where the log tells of later times. @default 2026-01-01T00:00:00Z */
  readonly startAt?: number;
  /** @default 0 */
  readonly drainMs?: number;
}

export interface TestRuntime extends Runtime {
  readonly time: TestTime;
}

/**
 * Opens a runtime whose time stands still until `runtime.time` moves it. Closing lets as much time pass as it needs.
 * @throws what `createRuntime` throws
 */
export async function createTestRuntime(options: TestRuntimeOptions): Promise<TestRuntime> {
  const { engine: openEngine, seed = 1, startAt, ...rest } = options;
  const work = new Work(new ManualClock(startAt));
  const awaited: AwaitedSignals = new Map();
  const time = new TestTime(work, awaited);
  const { clock } = work;
  // The log's id is part of every idempotency key, so it comes of the seed too.
  const engine = openEngine?.({ clock }) ?? memoryEngine({ clock, log: new MemoryLog(seededRandom(seed)) });
  const { report } = rest;
  const runtime = await createRuntime({
    drainMs: 0,
    ...rest,
    engine: watchEngine(engine, work, awaited),
    random: seededRandom(seed),
    report: (problem) => {
      if (problem.error instanceof ReeveError && problem.error.code === "crashed-by-test") return;
      (report ?? warn)(problem);
    },
  });
  const close = runtime.close.bind(runtime);
  const closeInTime = (): Promise<void> => time.rushUntil(close());
  return Object.assign(runtime, { time, close: closeInTime, [Symbol.asyncDispose]: closeInTime });
}
