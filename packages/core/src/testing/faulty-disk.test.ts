import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import { systemClock } from "../clock.ts";
import { sqliteEngine } from "../engine/sqlite/sqlite-engine.ts";
import { delay } from "../patterns/delay.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime } from "../runtime.ts";
import { createTestRuntime } from "./create-test-runtime.ts";
import { FaultyDisk, type OpenEngine } from "./faulty-disk.ts";

const DAY_MS = 86_400_000;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-faulty-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Two steps with a day between them; `charged` is the world outside, which outlives the process. */
function shop() {
  const charged = new Map<string, number>();
  const charge = agent("charge", {
    run: async (cents: number, ctx): Promise<number> => {
      charged.set(ctx.idempotencyKey, cents);
      return cents;
    },
  });
  const thank = agent("thank", { run: async (cents: number): Promise<string> => `thanks for ${cents}` });
  const order = sequential("order", { steps: [charge, delay(DAY_MS), thank] });
  const toEnd = async (engine: OpenEngine) => {
    await using runtime = await createTestRuntime({ patterns: [order], engine });
    const run = await runtime.start(order, 250, { id: "order" });
    return await runtime.time.skipUntil(run.outcome());
  };
  return { charged, order, toEnd };
}

const kinds: readonly [string, () => FaultyDisk][] = [
  ["in memory", () => new FaultyDisk()],
  ["in a file", () => new FaultyDisk({ file: join(folder, "log.db") })],
];

describe.each(kinds)("a process with a disk %s", (_kind, makeDisk) => {
  test("without a fault counts writes and does nothing else", async () => {
    const disk = makeDisk();
    const { toEnd, charged } = shop();
    expect(await disk.live(toEnd)).toEqual({ status: "completed", output: "thanks for 250" });
    expect([disk.writes > 3, disk.hasCrashed, charged.size]).toEqual([true, false, 1]);
  });

  test.each(["before", "after"] as const)(
    "crashes %s the write of the test's choice, and goes on",
    async (side) => {
      const disk = makeDisk();
      const { toEnd, charged } = shop();
      let lives = 0;
      const writes: number[] = [];
      disk.crashAtWrite(3, { side, then: () => writes.push(disk.writes) });
      const outcome = await disk.live((engine) => {
        lives++;
        return toEnd(engine);
      });
      expect(outcome).toEqual({ status: "completed", output: "thanks for 250" });
      expect([lives, writes, charged.size]).toEqual([2, [side === "before" ? 2 : 3], 1]);
    },
  );

  test("after a crash nothing is acknowledged, begun or readable, and the runtime can be closed", async () => {
    const disk = makeDisk();
    const { order, charged } = shop();
    const runtime = await createTestRuntime({ patterns: [order], engine: disk.engine });
    const started = runtime.start(order, 1, { id: "lost" });
    disk.crash();
    await expect(started).rejects.toMatchObject({ code: "crashed-by-test" });
    await expect(runtime.runs()).rejects.toMatchObject({ code: "crashed-by-test" });
    await runtime.close();
    expect([disk.hasCrashed, disk.writes, charged.size]).toEqual([true, 0, 0]);
    await using next = await createTestRuntime({ patterns: [order], engine: disk.engine });
    expect([disk.hasCrashed, (await next.runs()).runs]).toEqual([false, []]);
  });

  test("time does not run backwards from one life to the next", async () => {
    const disk = makeDisk();
    const { order } = shop();
    const first = await createTestRuntime({ patterns: [order], engine: disk.engine });
    await first.time.skip(30 * DAY_MS);
    disk.crash();
    await first.close();
    await using next = await createTestRuntime({ patterns: [order], engine: disk.engine });
    expect(next.time.clock.now()).toBe(Date.UTC(2026, 0, 31));
  });

  test("does not share it with another one", async () => {
    const disk = makeDisk();
    const { order } = shop();
    await using _first = await createTestRuntime({ patterns: [order], engine: disk.engine });
    const second = createTestRuntime({ patterns: [order], engine: disk.engine });
    await expect(second).rejects.toMatchObject({ code: "engine-in-use" });
  });
});

describe.each(kinds)("a disk %s", (_kind, makeDisk) => {
  test("full, it pauses runs until it is freed, and nothing is lost", async () => {
    const disk = makeDisk();
    const { order, charged } = shop();
    const problems: string[] = [];
    await using runtime = await createTestRuntime({
      patterns: [order],
      engine: disk.engine,
      report: ({ what }) => problems.push(what),
    });
    const { time } = runtime;
    disk.fill();
    const started = runtime.start(order, 250);
    await time.skip(600_000);
    expect([disk.writes, charged.size, problems.length]).toEqual([0, 0, 1]);
    disk.free();
    const run = await time.skipUntil(started);
    expect(await time.skipUntil(run.outcome())).toMatchObject({ status: "completed" });
  });

  test("slow, each write takes time by the test's clock", async () => {
    const disk = makeDisk();
    const { order } = shop();
    await using runtime = await createTestRuntime({ patterns: [order], engine: disk.engine });
    disk.slow(2_000);
    const before = [runtime.time.clock.now(), disk.writes] as const;
    await runtime.start(order, 250);
    expect(runtime.time.clock.now() - before[0]).toBe(2_000 * (disk.writes - before[1]));
    expect(disk.writes).toBeGreaterThan(0);
  });
});

test("a crashed file is as a killed process leaves it, and any engine can go on with it", async () => {
  const file = join(folder, "log.db");
  const disk = new FaultyDisk({ file });
  const { order, charged } = shop();
  disk.crashAtWrite(4);
  const runtime = await createTestRuntime({ patterns: [order], engine: disk.engine });
  const run = await runtime.start(order, 250, { id: "order" });
  await expect(runtime.time.skipUntil(run.outcome())).rejects.toMatchObject({ code: "crashed-by-test" });
  await runtime.close();
  expect(readdirSync(folder)).toContain("log.db-wal");
  expect(readdirSync(folder).filter((name) => name.includes("killed"))).toEqual([]);
  await using next = await createTestRuntime({
    patterns: [order],
    engine: (options) => sqliteEngine(file, { ...options, access: "own" }),
  });
  expect(await next.time.skipUntil(next.run("order").outcome())).toMatchObject({ status: "completed" });
  expect(charged.size).toBe(1);
});

test("without a test's clock, a slow write blocks the event loop", async () => {
  const disk = new FaultyDisk();
  const { order } = shop();
  const clock = systemClock();
  await using runtime = await createRuntime({
    patterns: [order],
    engine: disk.engine({ clock }),
    drainMs: 0,
  });
  disk.slow(30);
  const startedAt = clock.monotonic();
  await runtime.start(order, 250);
  // Nothing but the write takes milliseconds; the margin is for the machine's idea of 30 of them.
  expect(clock.monotonic() - startedAt).toBeGreaterThan(20);
  disk.slow(0);
});

test("a life that fails by itself fails, and a life that hangs after its crash is left behind", async () => {
  const disk = new FaultyDisk();
  await expect(disk.live(() => Promise.reject(new Error("mine")))).rejects.toThrow("mine");
  const { order } = shop();
  let lives = 0;
  const lived = await disk.live(async (engine) => {
    await using runtime = await createTestRuntime({ patterns: [order], engine });
    if (++lives > 1) return (await runtime.runs()).runs.length;
    disk.crash();
    return await new Promise<number>(() => {});
  });
  expect([lived, lives]).toEqual([0, 2]);
});

test("crashes are counted from 1, and slowness from 0", () => {
  const disk = new FaultyDisk();
  expect(() => disk.crashAtWrite(0)).toThrow("crashAtWrite(0): give a whole number, 1 or more");
  expect(() => disk.slow(-1)).toThrow("slow(-1): give milliseconds, 0 or more");
});
