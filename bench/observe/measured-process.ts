/**
 * The process whose cost is measured: runs of three steps on one SQLite file, with the server or without. Its parent
 * tells it by messages what to do next; clients are processes of their own, which cost it only what serving them takes.
 */
import { setTimeout as wait } from "node:timers/promises";
import type { Worker } from "node:worker_threads";
import { createToken, startServer, type ReeveServer } from "@reeve/server";
import { createRuntime, delay, repeat, sequential, sqliteEngine, type Runtime } from "reeve";
import { counter, Value } from "../scenarios/bench-agents.ts";

export interface Setting {
  readonly file: string;
  readonly isServed: boolean;
}

/** What the parent asks for, one thing at a time. */
export type Order =
  | { readonly kind: "offered"; readonly runsPerSecond: number; readonly ms: number }
  | { readonly kind: "saturated"; readonly atOnce: number; readonly ms: number }
  | { readonly kind: "memory"; readonly ms: number }
  | { readonly kind: "close" };

export interface Ready {
  readonly url: string;
  readonly token: string;
  /** Signs a browser in, once. */
  readonly link: string;
  /** One that goes on all the time, in small steps. */
  readonly watchedRun: string;
}

export interface Figures {
  readonly runs: number;
  readonly seconds: number;
  /** Of all threads, in microseconds. */
  readonly cpuUs: number;
  /** Of all threads, after a collection; only where it was asked for. */
  readonly heldMb: number | undefined;
}

const three = sequential("bench.three", {
  input: Value,
  steps: [counter("a"), counter("b"), counter("c")],
});
const STEP_MS = 500;
const watched = sequential("bench.watched", {
  input: Value,
  steps: [
    repeat(
      sequential("turn", { input: Value, steps: [counter("count"), delay(STEP_MS, { name: "rest" })] }),
      {
        until: () => false,
        max: 10_000,
      },
    ),
  ],
});
const value = { n: 0, text: "x".repeat(16) };
/** How often runs are offered, in milliseconds. */
const OFFER_MS = 5;
const MEGABYTE = 2 ** 20;

// Before anything makes a thread.
const threads = new Set<Worker>();
process.on("worker", (worker) => {
  threads.add(worker);
  worker.on("exit", () => threads.delete(worker));
});

// The other side of the same code wrote it.
const setting = JSON.parse(process.argv[2] ?? "") as Setting;
const runtime = await createRuntime({
  patterns: [three, watched],
  engine: sqliteEngine(setting.file),
  drainMs: 0,
  ...(setting.isServed && { telemetry: true }),
});
let server: ReeveServer | undefined;
let token = "";
if (setting.isServed) {
  token = createToken(setting.file, { name: "bench", scope: "read" });
  server = await startServer(runtime, { port: 0 });
}
const run = await runtime.start(watched, value);
process.on("message", (order: Order) => void obey(order));
tell({
  url: server?.url ?? "",
  token,
  link: (await server?.link()) ?? "",
  watchedRun: run.id,
} satisfies Ready);

async function obey(order: Order): Promise<void> {
  if (order.kind === "close") {
    await runtime.close();
    await server?.close();
    process.disconnect();
    return;
  }
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
  const runs = await work(order);
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - startedAt) / 1_000;
  const heldMb = order.kind === "memory" ? await measureHeld() : undefined;
  tell({ runs, seconds, cpuUs: user + system, heldMb } satisfies Figures);
}

async function work(order: Exclude<Order, { readonly kind: "close" }>): Promise<number> {
  switch (order.kind) {
    case "offered":
      return offer(runtime, order);
    case "saturated":
      return saturate(runtime, order);
    case "memory":
      await wait(order.ms);
      return 0;
  }
}

/** Starts runs at their times, however far those before them are, and awaits all of them. */
async function offer(
  on: Runtime,
  { runsPerSecond, ms }: Extract<Order, { kind: "offered" }>,
): Promise<number> {
  const startedAt = performance.now();
  const going = new Set<Promise<void>>();
  const all = Math.floor((ms * runsPerSecond) / 1_000);
  for (let started = 0; started < all; await wait(OFFER_MS)) {
    const passed = performance.now() - startedAt;
    for (const due = Math.min(all, (passed * runsPerSecond) / 1_000); started < due; started++) {
      const one: Promise<void> = runOnce(on).finally(() => going.delete(one));
      going.add(one);
    }
  }
  await Promise.all(going);
  return all;
}

async function saturate(on: Runtime, { atOnce, ms }: Extract<Order, { kind: "saturated" }>): Promise<number> {
  const until = performance.now() + ms;
  let runs = 0;
  const client = async (): Promise<void> => {
    for (; performance.now() < until; runs++) await runOnce(on);
  };
  await Promise.all(Array.from({ length: atOnce }, client));
  return runs;
}

async function runOnce(on: Runtime): Promise<void> {
  const { status } = await (await on.start(three.name, value)).outcome();
  if (status !== "completed") throw new Error(`a run ended as ${status}`);
}

/** Heap and what is held outside of it, of this thread and of the others. */
async function measureHeld(): Promise<number> {
  if (!globalThis.gc) throw new Error("start it with --expose-gc");
  await globalThis.gc({ execution: "async" });
  const { heapUsed, external } = process.memoryUsage();
  let bytes = heapUsed + external;
  for (const thread of threads) {
    // The one way to have another thread collect its garbage.
    (await thread.getHeapSnapshot()).destroy();
    const { used_heap_size: used, external_memory: outside } = await thread.getHeapStatistics();
    bytes += used + outside;
  }
  return bytes / MEGABYTE;
}

function tell(message: Ready | Figures): void {
  process.send?.(message);
}
