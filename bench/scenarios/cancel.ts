/**
 * How long a cancel takes on one SQLite file, fsync on, while other runs work: from its call to the moment in which the
 * agent's signal aborts, and to the outcome, by which what was done before is undone.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  agent,
  createRuntime,
  delegate,
  processAgent,
  sequential,
  sqliteEngine,
  type Event,
  type Runtime,
} from "reeve";
import { median, quantile } from "../statistics.ts";
import { table } from "../table.ts";

const BAR_MS = 50;
/** Runs that work at the same time, each of three steps. */
const BUSY = 20;

export interface CancelOptions {
  readonly cancels: number;
}

interface Times {
  /** Absent where only the process itself could tell. */
  readonly toldMs: readonly number[];
  readonly endedMs: readonly number[];
}

/** What the agent that is cancelled tells: that it has begun, and when its signal aborted. */
const begun = new Map<string, () => void>();
const toldAt = new Map<string, number>();

const before = agent("before", { run: async (id: string) => id, undo: async () => {} });
const heeds = agent("heeds", {
  run: (id: string, ctx) =>
    new Promise<string>((_resolve, reject) => {
      ctx.signal.addEventListener("abort", () => {
        toldAt.set(id, performance.now());
        reject(new Error("stopped"));
      });
      begun.get(id)?.();
    }),
});
const sleeps = processAgent("sleeps", {
  command: [process.execPath, "-e", "setTimeout(() => {}, 60_000)"],
});
const short = (name: string) => agent(name, { run: async (value: number) => value + 1 });
const busy = sequential("busy", { steps: [short("a"), short("b"), short("c")] });
const work = sequential("a function", { matches: { domain: "work" }, steps: [before, heeds] });
const parent = sequential("a function of a child", { steps: [delegate({ domain: "work" })] });
const program = sequential("a process", { steps: [before, sleeps] });

/** Prints the table; whether every signal aborted within the bar. */
export async function cancel({ cancels }: CancelOptions): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), "reeve-cancel-"));
  try {
    await using runtime = await createRuntime({
      patterns: [busy, work, parent, program],
      engine: sqliteEngine(join(folder, "reeve.db"), { durability: "fsync" }),
    });
    const rows: (readonly string[])[] = [];
    let isMet = true;
    for (const { name } of [work, parent, program]) {
      const count = name === program.name ? Math.ceil(cancels / 10) : cancels;
      const { toldMs, endedMs } = await measure(runtime, name, count);
      rows.push([name, String(count), ...shown(toldMs), ...shown(endedMs)]);
      isMet &&= Math.max(0, ...toldMs) <= BAR_MS;
    }
    const header = ["what is cancelled", "runs", "told p50 ms", "max ms", "ended p50 ms", "max ms"];
    process.stdout.write(`${table(header, rows)}\n`);
    process.stdout.write(`${isMet ? "met" : "MISSED"}: every signal aborted within ${BAR_MS} ms\n`);
    return isMet;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(runtime: Runtime, name: string, cancels: number): Promise<Times> {
  const toldMs: number[] = [];
  const endedMs: number[] = [];
  const over = new AbortController();
  const others = Array.from({ length: BUSY }, async () => {
    while (!over.signal.aborted) await (await runtime.start(busy, 0)).outcome();
  });
  for (let index = 0; index < cancels; index++) {
    const id = `${name} ${index}`;
    const isBegun = new Promise<void>((resolve) => begun.set(id, resolve));
    const run = await runtime.start(name, id, { id });
    if (name === program.name) await attempted(run.events());
    else await isBegun;
    const from = performance.now();
    await run.cancel("measured");
    const { status } = await run.outcome();
    endedMs.push(performance.now() - from);
    if (status !== "cancelled") throw new Error(`run '${id}' ended as ${status}`);
    const at = toldAt.get(id);
    if (at !== undefined) toldMs.push(at - from);
  }
  over.abort();
  await Promise.all(others);
  return { toldMs, endedMs };
}

async function attempted(events: AsyncIterable<Event>): Promise<void> {
  for await (const event of events)
    if (event.kind === "attempt-started" && event.path === sleeps.name) return;
}

function shown(times: readonly number[]): readonly string[] {
  if (times.length === 0) return ["", ""];
  return [median(times), quantile(times, 1)].map((ms) => ms.toFixed(1));
}
