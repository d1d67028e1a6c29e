/** Faults in tests: the process crashes at each of its writes, the disk is full, the disk is slow. */
import { sqliteEngine } from "reeve";
import { crashAtEveryWrite, createTestRuntime, FaultyDisk } from "reeve/testing";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DAY_MS, makeRefund, MINUTE_MS } from "./refund.ts";

test("a refund is paid once, wherever the process crashes", async () => {
  const { writes } = await crashAtEveryWrite(async (disk) => {
    const paid = new Set<string>();
    const refund = makeRefund({ pay: async (key) => void paid.add(key) });
    const outcome = await disk.live(async (engine) => {
      await using runtime = await createTestRuntime({ patterns: [refund], engine });
      const run = await runtime.start(refund, 250, { id: "refund-7" });
      await run.signal("allowed", true, { key: "answer-7" });
      return await runtime.time.skipUntil(run.outcome());
    });
    expect(outcome).toEqual({ status: "completed", output: "we paid 250 cents" });
    expect(paid.size).toBe(1);
  });
  expect(writes).toBeGreaterThan(4);
});

test("a refund in a file goes on after a crash at its third write", async () => {
  const folder = mkdtempSync(join(tmpdir(), "refund-"));
  const refund = makeRefund({ pay: async () => {} });
  const disk = new FaultyDisk({ file: join(folder, "refunds.db") });
  disk.crashAtWrite(3, { side: "after" });
  const outcome = await disk.live(async (engine) => {
    await using runtime = await createTestRuntime({ patterns: [refund], engine });
    const run = await runtime.start(refund, 250, { id: "refund-7" });
    await run.signal("allowed", true, { key: "answer-7" });
    return await runtime.time.skipUntil(run.outcome());
  });
  expect(outcome.status).toBe("completed");
  rmSync(folder, { recursive: true });
});

test("a refund goes on in the next process that opens the file", async () => {
  const folder = mkdtempSync(join(tmpdir(), "refund-"));
  const refund = makeRefund({ pay: async () => {} });
  const open = () =>
    createTestRuntime({
      patterns: [refund],
      engine: (options) => sqliteEngine(join(folder, "refunds.db"), options),
    });
  const first = await open();
  const run = await first.start(refund, 250);
  await first.time.skip(29 * DAY_MS);
  await first.close();
  const next = await open();
  await next.run(run.id).signal("allowed", true);
  const outcome = await next.time.skipUntil(next.run(run.id).outcome());
  expect(outcome).toEqual({ status: "completed", output: "we paid 250 cents" });
  await next.close();
  rmSync(folder, { recursive: true });
});

test("a full disk holds a refund up, and loses nothing", async () => {
  const refund = makeRefund({ pay: async () => {} });
  const disk = new FaultyDisk();
  const reported: string[] = [];
  await using runtime = await createTestRuntime({
    patterns: [refund],
    engine: disk.engine,
    report: ({ what }) => reported.push(what),
  });
  const run = await runtime.start(refund, 250);
  disk.fill();
  const allowed = run.signal("allowed", true);
  await runtime.time.skip(10 * MINUTE_MS);
  expect(reported).toEqual(["writing to the log fails; runs pause until it succeeds"]);
  disk.free();
  await runtime.time.skipUntil(allowed);
  expect(await runtime.time.skipUntil(run.outcome())).toMatchObject({ status: "completed" });
});

test("on a slow disk a start is acknowledged when it is stored, not before", async () => {
  const refund = makeRefund({ pay: async () => {} });
  const disk = new FaultyDisk();
  await using runtime = await createTestRuntime({ patterns: [refund], engine: disk.engine });
  const { clock } = runtime.time;
  const startedAt = clock.now();
  disk.slow(2_000);
  await runtime.start(refund, 250);
  expect(clock.now() - startedAt).toBeGreaterThanOrEqual(2_000);
});
