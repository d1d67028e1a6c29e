/**
 * An hour of a busy shop: runs of three steps that go well, fail or are tried again, imports of many items, tasks that
 * are delegated, and one run that goes on all the time. Made in a runtime on a file, at a pace counted in events.
 */
import { setTimeout as wait } from "node:timers/promises";
import {
  agent,
  createRuntime,
  delay,
  forEach,
  NonRetryableError,
  repeat,
  sequential,
  sqliteEngine,
} from "reeve";
import type { Clock, Runtime, RunHandle } from "reeve";

interface Task {
  readonly index: number;
}

/** One that goes on as long as there are events. */
export const WATCHED_RUN = "watched";
const PATTERNS = 12;
/** About what a run of three steps writes, and one of many items. */
const EVENTS = { three: 8, items: 84 };
const ITEMS = 40;
const OFFER_MS = 5;
/** A machine that can't keep up gets no more. */
const AT_ONCE_MAX = 1_000;
/** Of so many runs one fails, one is tried again, one is delegated, one has many items. */
const EVERY = { failed: 97, retried: 41, delegated: 53, items: 11 };
const PARCELS = { domain: "parcels", agentType: "shipping" };
const TURN_MS = 200;

const check = agent("check", { run: ({ index }: Task) => ({ index }) });
const work = agent("work", {
  retry: { attempts: 2, delayMs: 20, jitter: false },
  run: ({ index }: Task, ctx) => {
    if (index % EVERY.failed === 0) throw new NonRetryableError(`task ${index} has no price`);
    if (index % EVERY.retried === 0 && ctx.attempt === 1) throw new Error("the warehouse does not answer");
    return { index };
  },
});
const pack = agent("pack", { run: ({ index }: Task) => ({ index, packed: true }) });
const shops = Array.from({ length: PATTERNS }, (_, index) =>
  sequential(`shop-${index + 1}.fulfil`, { steps: [check, work, pack] }),
);
const ways = ["courier", "locker"].map((way) =>
  sequential(`parcels.${way}`, { matches: { domain: "parcels" }, steps: [check, pack] }),
);
const importAll = forEach("catalogue.import", {
  items: ({ index }: Task) => Array.from({ length: ITEMS }, (_, item) => ({ index: index + item })),
  step: pack,
  concurrencyMax: ITEMS,
});
const watched = sequential("stock.watch", {
  steps: [
    repeat(
      sequential("turn", {
        steps: [
          agent("look", {
            run: ({ index }: Task, ctx) => {
              ctx.log.info(`look ${index}: nothing is missing`);
              return { index: index + 1 };
            },
          }),
          delay(TURN_MS, { name: "rest" }),
        ],
      }),
      { until: () => false, max: 1_000_000 },
    ),
  ],
});

export interface BusyHour extends AsyncDisposable {
  readonly runtime: Runtime;
  /** From now on so many events in each of the machine's seconds, or as many as it can make. */
  begin(eventsPerSecond: number): void;
  /** Resolves when there are so many. */
  reach(events: number): Promise<void>;
}

/** Opens the shop, with its first run. */
export async function openBusyHour(file: string, clock: Clock): Promise<BusyHour> {
  const runtime = await createRuntime({
    patterns: [...shops, ...ways, importAll, watched],
    engine: sqliteEngine(file, { durability: "os", clock }),
    objectives: [{ name: "orders", pattern: "shop-1.fulfil", success: 0.99 }],
    telemetry: true,
    drainMs: 0,
  });
  let events = 0;
  const awaited = new Set<{ readonly events: number; reached(): void }>();
  const stop = runtime.engine.watch((batch) => {
    events += batch.length;
    for (const one of awaited) {
      if (events < one.events) continue;
      awaited.delete(one);
      one.reached();
    }
  });
  const ending = new AbortController();
  await runtime.start(watched, { index: 0 }, { id: WATCHED_RUN });
  let offering = Promise.resolve();
  return {
    runtime,
    begin: (eventsPerSecond) => {
      offering = offer(runtime, eventsPerSecond, () => events, ending.signal);
    },
    reach: (wanted) =>
      Promise.race([
        new Promise<void>((reached) => awaited.add({ events: wanted, reached })),
        // It ends before only by failing.
        offering,
      ]),
    [Symbol.asyncDispose]: async () => {
      ending.abort();
      await offering;
      stop();
      await runtime.close();
    },
  };
}

async function offer(
  runtime: Runtime,
  eventsPerSecond: number,
  events: () => number,
  ending: AbortSignal,
): Promise<void> {
  const begunAt = performance.now();
  const before = events();
  const going = new Set<Promise<unknown>>();
  let toCome = 0;
  for (let index = 1; !ending.aborted; await wait(OFFER_MS)) {
    const due = before + ((performance.now() - begunAt) / 1_000) * eventsPerSecond;
    while (events() + toCome < due && going.size < AT_ONCE_MAX) {
      const expected = index % EVERY.items === 0 ? EVENTS.items : EVENTS.three;
      toCome += expected;
      const one: Promise<unknown> = start(runtime, index++)
        .then((run) => run.outcome())
        .finally(() => {
          toCome -= expected;
          going.delete(one);
        });
      going.add(one);
    }
  }
  await Promise.all(going);
}

function start(runtime: Runtime, index: number): Promise<RunHandle> {
  if (index % EVERY.items === 0) return runtime.start(importAll, { index });
  if (index % EVERY.delegated === 0) return runtime.delegate(PARCELS, { index });
  return runtime.start(`shop-${(index % PATTERNS) + 1}.fulfil`, { index });
}
