/** Cancelling what really runs: a function, a thread, a process with children. Nothing of it is left when the run has ended. */
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { processAgent } from "../agents/process-agent.ts";
import { workerAgent } from "../agents/worker-agent.ts";
import { agent, type Runnable } from "../delegation/agent.ts";
import type { Event } from "../delegation/event.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { delegate } from "../patterns/delegate.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime, type Runtime } from "../runtime.ts";

const program = fileURLToPath(new URL("../agents/fixtures/program.ts", import.meta.url));
const module = new URL("../agents/fixtures/misbehaving-worker.ts", import.meta.url);

/** Threads and processes take their time on a busy machine. */
const UNDER_WAY = { timeout: 60_000, interval: 20 };

interface Work {
  readonly what: string;
  /** @param told notes what happens to the work, in its order */
  readonly make: (told: string[], file: string) => Runnable<string, unknown>;
  /** Whether it is known to be under way. */
  readonly isUnderWay: (file: string, events: readonly Event[]) => boolean;
  /** What of it runs, by thread or process id. @default nothing can be left over */
  readonly left?: (file: string, events: readonly Event[]) => readonly number[];
}

const WORKS: readonly Work[] = [
  {
    what: "a function that heeds its signal",
    make: (told) =>
      agent("work", {
        run: (_input: unknown, ctx) =>
          new Promise((_resolve, reject) => {
            ctx.signal.addEventListener("abort", () => {
              told.push("told");
              reject(new Error("stopped"));
            });
          }),
      }),
    isUnderWay: (_file, events) => events.some((event) => "agent" in event && event.agent === "work"),
  },
  {
    what: "a thread that heeds its signal",
    make: () => workerAgent("work", { module, export: "heed", threads: 1, memoryMbMax: 128 }),
    isUnderWay: (_file, events) => threadsIn(events).length > 0,
    // The thread itself stays for the next attempt.
  },
  {
    what: "a thread in an endless loop",
    make: () => workerAgent("work", { module, export: "hang", threads: 1, memoryMbMax: 128 }),
    isUnderWay: (_file, events) => threadsIn(events).length > 0,
    left: (_file, events) => threadsIn(events).filter((thread) => liveThreads().includes(thread)),
  },
  {
    what: "a process with a child that does not heed SIGTERM",
    make: (_told, file) =>
      processAgent("work", { command: [process.execPath, program, "family", file], killGraceMs: 100 }),
    isUnderWay: (file) => existsSync(file) && readFileSync(file, "utf8").endsWith("]"),
    left: (file) => pidsIn(file).filter((pid) => !hasEnded(pid)),
  },
];

test.each(WORKS)(
  "a cancel stops $what, undoes what was done before, and leaves nothing running",
  async (work) => {
    await using opened = await open(work);
    const { runtime, told, file } = opened;
    const run = await runtime.start("only", 0);
    await underWay(runtime, work, file);
    await run.cancel("enough");
    const outcome = await run.outcome();
    told.push("ended");
    expect(outcome).toMatchObject({ status: "cancelled", reason: "enough", undone: ["before"], unsure: [] });
    const events = await Array.fromAsync(run.events({ follow: false }));
    expect(work.left?.(file, events) ?? []).toEqual([]);
    expect(told.filter((each) => each !== "told")).toEqual(["undone", "ended"]);
    if (told.includes("told")) expect(told).toEqual(["told", "undone", "ended"]);
  },
);

test.each(WORKS)("a cancel of the parent stops $what in its child", async (work) => {
  await using opened = await open(work);
  const { runtime, told, file } = opened;
  const run = await runtime.start("parent", 0, { id: "p" });
  await underWay(runtime, work, file);
  await run.cancel("enough");
  expect(await run.outcome()).toMatchObject({ status: "cancelled", undone: ["delegate/before"] });
  expect(await runtime.run("p/delegate").outcome()).toMatchObject({ status: "cancelled" });
  const events = await Array.fromAsync(runtime.events({ follow: false }));
  expect(work.left?.(file, events) ?? []).toEqual([]);
  expect(told.at(-1)).toBe("undone");
});

interface Opened extends AsyncDisposable {
  readonly runtime: Runtime;
  readonly told: string[];
  readonly file: string;
}

async function open({ make }: Work): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), "reeve-cancel-"));
  const file = join(folder, "pids.json");
  const told: string[] = [];
  const before = agent("before", { run: () => 1, undo: () => void told.push("undone") });
  const only = sequential("only", {
    matches: { domain: "work" },
    steps: [before, make(told, file), agent("never", { run: () => void told.push("went on") })],
  });
  const parent = sequential("parent", { steps: [delegate({ domain: "work" })] });
  const runtime = await createRuntime({ patterns: [only, parent], engine: memoryEngine() });
  const dispose = async (): Promise<void> => {
    await runtime.close();
    await rm(folder, { recursive: true });
  };
  return { runtime, told, file, [Symbol.asyncDispose]: dispose };
}

async function underWay(runtime: Runtime, { isUnderWay, left }: Work, file: string): Promise<void> {
  const events = (): Promise<readonly Event[]> => Array.fromAsync(runtime.events({ follow: false }));
  await expect.poll(async () => isUnderWay(file, await events()), UNDER_WAY).toBe(true);
  if (left) expect(left(file, await events())).not.toEqual([]);
}

/** The threads that told of themselves by their progress, as `misbehaving-worker.ts` does. */
function threadsIn(events: readonly Event[]): readonly number[] {
  return events.flatMap((event) =>
    event.kind === "step-progressed" ? [Math.round(event.fraction * 1_000)] : [],
  );
}

function liveThreads(): readonly number[] {
  // Else it asks for the names of the addresses that are connected.
  Object.assign(process.report, { excludeNetwork: true });
  const report = process.report.getReport() as unknown as {
    readonly workers: readonly { readonly header: { readonly threadId: number } }[];
  };
  return report.workers.map(({ header }) => header.threadId);
}

function pidsIn(file: string): readonly number[] {
  return JSON.parse(readFileSync(file, "utf8")) as number[];
}

/** Ended, also where nobody has collected its exit code yet. */
function hasEnded(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    // ignore: there is no such process any more
    return true;
  }
  const status = `/proc/${pid}/stat`;
  return existsSync(status) && / Z /.test(readFileSync(status, "utf8").replace(/^.*\)/, ")"));
}
