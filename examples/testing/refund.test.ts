/** Time in tests: a month passes in milliseconds, work that is really done is waited for. */
import { createTestRuntime, sleep } from "reeve/testing";
import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { DAY_MS, makeRefund, MINUTE_MS, type Bank } from "./refund.ts";

test("a refund that nobody allows fails after 30 days", async () => {
  const refund = makeRefund({ pay: async () => {} });
  await using runtime = await createTestRuntime({ patterns: [refund] });
  const run = await runtime.start(refund, 250);
  const outcome = await runtime.time.skipUntil(run.outcome());
  expect(outcome).toMatchObject({ status: "failed", error: { code: "approval-timed-out" } });
});

test("a refund that is allowed on day 29 is paid, and the letter follows a week later", async () => {
  const refund = makeRefund({ pay: async () => {} });
  await using runtime = await createTestRuntime({ patterns: [refund], startAt: Date.UTC(2026, 0, 1) });
  const run = await runtime.start(refund, 250);
  await runtime.time.skip(29 * DAY_MS);
  await run.signal("allowed", true);
  const outcome = await runtime.time.skipUntil(run.outcome());
  expect(outcome).toEqual({ status: "completed", output: "we paid 250 cents" });
  expect(runtime.time.clock.now()).toBe(Date.UTC(2026, 0, 1) + 36 * DAY_MS);
});

test("time stands still while an agent really works", async () => {
  const pay: Bank["pay"] = async () => {
    for (let times = 0; times < 50; times++) await readFile(new URL(import.meta.url));
  };
  const refund = makeRefund({ pay });
  await using runtime = await createTestRuntime({ patterns: [refund] });
  const run = await runtime.start(refund, 250);
  await run.signal("allowed", true);
  expect(await runtime.time.skipUntil(run.outcome())).toMatchObject({ status: "completed" });
});

test("a bank that takes two hours, and one that hangs, run into the time limit", async () => {
  const asked: number[] = [];
  const pay: Bank["pay"] = async (_key, _cents, signal) => {
    asked.push(runtime.time.clock.now());
    await sleep(asked.length === 1 ? 120 * MINUTE_MS : Infinity, signal);
  };
  const refund = makeRefund({ pay });
  await using runtime = await createTestRuntime({ patterns: [refund] });
  const run = await runtime.start(refund, 250);
  await run.signal("allowed", true);
  const outcome = await runtime.time.skipUntil(run.outcome());
  expect(outcome).toMatchObject({ status: "failed", error: { code: "attempt-timed-out" } });
  expect(asked).toHaveLength(3);
});

test("a test that waits for what can't come is told so", async () => {
  const refund = makeRefund({ pay: async () => {} });
  await using runtime = await createTestRuntime({ patterns: [refund] });
  await runtime.start(refund, 250, { id: "r1" });
  const never = runtime.time.skipUntil(new Promise(() => {}));
  await expect(never).rejects.toMatchObject({ code: "never-settled" });
});
