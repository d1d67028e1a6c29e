import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { processAgent } from "../agents/process-agent.ts";
import { agent } from "../delegation/agent.ts";
import { watchWalks } from "../engine/conformance/watch-walks.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { sqliteEngine } from "../engine/sqlite/sqlite-engine.ts";
import { approval } from "../patterns/approval.ts";
import { delay } from "../patterns/delay.ts";
import { parallel } from "../patterns/parallel.ts";
import { sequential } from "../patterns/sequential.ts";
import { createTestRuntime } from "./create-test-runtime.ts";
import { sleep } from "./work.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-testing-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const publish = agent("publish", { run: async (text: string): Promise<string> => `published ${text}` });
const release = sequential("release", {
  steps: [delay(7 * DAY_MS), approval("editor", { timeoutMs: 30 * DAY_MS }), publish],
});

describe("time that is skipped", () => {
  test("a week's delay and an approval that nobody gives for 30 days pass at once", async () => {
    await using runtime = await createTestRuntime({ patterns: [release] });
    const { time } = runtime;
    const startedAt = time.clock.now();
    const run = await runtime.start(release, "news");
    const outcome = await time.skipUntil(run.outcome());
    expect(outcome).toMatchObject({ status: "failed", error: { code: "approval-timed-out" } });
    expect(time.clock.now()).toBe(startedAt + 37 * DAY_MS);
    expect((await run.record()).endedAt).toBe(startedAt + 37 * DAY_MS);
  });

  test("a test can act at a moment of its choice on the way", async () => {
    await using runtime = await createTestRuntime({ patterns: [release] });
    const { time } = runtime;
    const run = await runtime.start(release, "news");
    await time.skip(36 * DAY_MS);
    expect((await run.record()).state).toBe("waiting");
    await run.signal("editor", true);
    expect(await time.skipUntil(run.outcome())).toEqual({ status: "completed", output: "published news" });
    expect((await run.record()).endedAt).toBe(Date.UTC(2026, 1, 6));
  });

  test("backoff is waited for as it would be", async () => {
    const calledAt: number[] = [];
    const flaky = agent("flaky", {
      retry: { attempts: 4, delayMs: 1_000, factor: 3, jitter: false },
      run: async () => {
        calledAt.push(runtime.time.clock.now());
        if (calledAt.length < 4) throw new Error("not yet");
        return calledAt.length;
      },
    });
    const pattern = sequential("flaky", { steps: [flaky] });
    await using runtime = await createTestRuntime({ patterns: [pattern] });
    const run = await runtime.start(pattern, undefined);
    expect(await runtime.time.skipUntil(run.outcome())).toEqual({ status: "completed", output: 4 });
    const waits = calledAt.slice(1).map((at, index) => at - (calledAt[index] ?? 0));
    expect(waits).toEqual([1_000, 3_000, 9_000]);
  });

  test("an agent that really works is waited for, however short its time limit is", async () => {
    const file = join(folder, "text");
    writeFileSync(file, "words ".repeat(100_000));
    const read = agent("read", {
      timeoutMs: 1,
      run: async () => {
        let length = 0;
        for (let times = 0; times < 20; times++) length += (await readFile(file, "utf8")).length;
        return length;
      },
    });
    const pattern = sequential("read", { steps: [read, delay(DAY_MS)] });
    await using runtime = await createTestRuntime({ patterns: [pattern] });
    const run = await runtime.start(pattern, undefined);
    const outcome = await runtime.time.skipUntil(run.outcome());
    expect(outcome).toEqual({ status: "completed", output: 12_000_000 });
  });

  test("a process that works is waited for", async () => {
    const script = "process.stdin.resume().on('end', () => console.log('done'))";
    const slow = processAgent("slow", { timeoutMs: 1, command: () => [process.execPath, "-e", script] });
    const pattern = sequential("slow", { steps: [slow, delay(DAY_MS)] });
    await using runtime = await createTestRuntime({ patterns: [pattern] });
    const run = await runtime.start(pattern, undefined);
    const outcome = await runtime.time.skipUntil(run.outcome());
    expect(outcome).toEqual({ status: "completed", output: "done\n" });
  });

  test("a run that waits is dropped from memory and walked again, as in production", async () => {
    const walks: string[] = [];
    await using runtime = await createTestRuntime({
      patterns: [release],
      engine: (options) => watchWalks(memoryEngine(options), ({ run }) => walks.push(run)),
    });
    const run = await runtime.start(release, "news", { id: "r" });
    await runtime.time.skipUntil(run.outcome());
    expect(walks).toEqual(["r", "r", "r"]);
  });

  test("idle waits for all that needs no time, real work included", async () => {
    const file = join(folder, "text");
    writeFileSync(file, "words");
    const read = agent("read", { run: async () => readFile(file, "utf8") });
    const pattern = sequential("read", { steps: [read, approval("editor")] });
    await using runtime = await createTestRuntime({ patterns: [pattern] });
    const run = await runtime.start(pattern, undefined);
    await runtime.time.idle();
    const events = await Array.fromAsync(run.events({ follow: false }));
    expect(events.at(-1)).toMatchObject({ kind: "wait-started", path: "editor" });
  });

  test("several can wait for time at once, and each goes on at its moment", async () => {
    await using runtime = await createTestRuntime({ patterns: [release] });
    const { time } = runtime;
    const startedAt = time.clock.now();
    const run = await runtime.start(release, "news");
    const seen: number[] = [];
    const editor = async (): Promise<void> => {
      await time.skip(8 * DAY_MS);
      seen.push(time.clock.now() - startedAt);
      await run.signal("editor", true);
    };
    const [outcome] = await Promise.all([time.skipUntil(run.outcome()), editor(), time.skip(DAY_MS)]);
    expect(outcome.status).toBe("completed");
    expect(seen).toEqual([8 * DAY_MS]);
    expect(time.clock.now()).toBe(startedAt + 8 * DAY_MS);
  });

  test("a thousand runs that wait for different days end in the order of their days", async () => {
    const naps = Array.from({ length: 40 }, (_, day) =>
      sequential(`nap-${day}`, { steps: [delay((day + 1) * DAY_MS)] }),
    );
    await using runtime = await createTestRuntime({ patterns: naps });
    const runs = await Promise.all(
      Array.from({ length: 1_000 }, (_, index) => runtime.start(`nap-${(index * 7) % 40}`, index)),
    );
    const outcomes = await runtime.time.skipUntil(Promise.all(runs.map((run) => run.outcome())));
    expect(outcomes.every(({ status }) => status === "completed")).toBe(true);
    const { runs: first } = await runtime.runs({ sort: "ended", descending: false, limit: 1_000 });
    const patterns = first.map(({ pattern }) => Number(pattern.replace("nap-", "")));
    expect(patterns).toEqual(patterns.toSorted((one, other) => one - other));
  });
});

describe("agents that wait for the clock", () => {
  const nap = agent("nap", { run: async (ms: number, ctx) => sleep(ms, ctx.signal).then(() => ms) });

  test("two that sleep do so at the same time", async () => {
    const both = parallel("both", { tasks: { one: nap, two: nap } });
    await using runtime = await createTestRuntime({ patterns: [both] });
    const startedAt = runtime.time.clock.now();
    const run = await runtime.start(both, 3 * DAY_MS);
    expect((await runtime.time.skipUntil(run.outcome())).status).toBe("completed");
    expect(runtime.time.clock.now() - startedAt).toBe(3 * DAY_MS);
  });

  test("one that hangs runs into its time limit", async () => {
    const stuck = agent("stuck", {
      timeoutMs: MINUTE_MS,
      run: (_input: unknown, ctx) => sleep(Infinity, ctx.signal),
    });
    const pattern = sequential("stuck", { steps: [stuck] });
    await using runtime = await createTestRuntime({ patterns: [pattern] });
    const startedAt = runtime.time.clock.now();
    const run = await runtime.start(pattern, undefined);
    const outcome = await runtime.time.skipUntil(run.outcome());
    expect(outcome).toMatchObject({ status: "failed", error: { code: "attempt-timed-out" } });
    expect(runtime.time.clock.now() - startedAt).toBe(MINUTE_MS);
  });

  test("one that ignores its signal is given up after its grace, and time goes on", async () => {
    const deaf = agent("deaf", { timeoutMs: MINUTE_MS, run: () => sleep(Infinity) });
    const pattern = sequential("deaf", { steps: [deaf] });
    await using runtime = await createTestRuntime({ patterns: [pattern], graceMs: 5_000 });
    const run = await runtime.start(pattern, undefined);
    const outcome = await runtime.time.skipUntil(run.outcome());
    expect(outcome).toMatchObject({ status: "failed", error: { code: "attempt-abandoned" } });
    await runtime.time.skip(DAY_MS);
  });

  test("time can be rushed over one that hangs without saying so", async () => {
    const hung = agent("hung", { timeoutMs: MINUTE_MS, run: () => new Promise<string>(() => {}) });
    const pattern = sequential("hung", { steps: [hung] });
    await using runtime = await createTestRuntime({ patterns: [pattern] });
    const run = await runtime.start(pattern, undefined);
    const outcome = await runtime.time.rushUntil(run.outcome());
    expect(outcome).toMatchObject({ status: "failed", error: { code: "attempt-abandoned" } });
  });

  test("sleep outside of an agent is refused, and says what to call instead", async () => {
    await expect(sleep(1)).rejects.toMatchObject({
      code: "option-invalid",
      hint: expect.stringContaining("runtime.time.skip(ms)"),
    });
  });
});

describe("when nothing is left to happen", () => {
  const ask = sequential("ask", { steps: [approval("boss")] });

  test("skipping fails and names the signal that the run waits for", async () => {
    await using runtime = await createTestRuntime({ patterns: [ask] });
    const run = await runtime.start(ask, 1, { id: "r" });
    await expect(runtime.time.skipUntil(run.outcome())).rejects.toMatchObject({
      code: "never-settled",
      hint: "run 'r' waits for a signal at 'boss': send it, or await what sends it before time is skipped",
    });
    await run.signal("boss", true);
    expect((await runtime.time.skipUntil(run.outcome())).status).toBe("completed");
  });

  test("skipping what comes again and again for ever fails after so many steps", async () => {
    const tick = agent("tick", {
      retry: { attempts: 1_000, delayMs: 1_000, factor: 1 },
      run: () => Promise.reject(new Error("no")),
    });
    const pattern = sequential("tick", { steps: [tick] });
    await using runtime = await createTestRuntime({ patterns: [pattern] });
    const run = await runtime.start(pattern, undefined);
    const outcome = run.outcome();
    await expect(runtime.time.skipUntil(outcome, { stepsMax: 100 })).rejects.toMatchObject({
      code: "never-settled",
      message: expect.stringMatching(/^time moved 100 times, to 2026-01-01T/),
    });
    await runtime.close();
    await expect(outcome).rejects.toMatchObject({ code: "runtime-closed" });
  });

  test("a promise that rejects is handed on as it is", async () => {
    await using runtime = await createTestRuntime({ patterns: [ask] });
    await expect(runtime.time.skipUntil(Promise.reject(new Error("mine")))).rejects.toThrow("mine");
    await expect(runtime.time.skip(-1)).rejects.toMatchObject({ code: "option-invalid" });
  });
});

describe("a test runtime", () => {
  test("is the same in every repetition, and another with another seed", async () => {
    const withSeed = async (seed: number): Promise<readonly string[]> => {
      const keys: string[] = [];
      const pay = agent("pay", { run: async (_input: unknown, ctx) => void keys.push(ctx.idempotencyKey) });
      const pattern = sequential("pay", { steps: [pay] });
      await using runtime = await createTestRuntime({ patterns: [pattern], seed });
      const run = await runtime.start(pattern, undefined);
      await runtime.time.skipUntil(run.outcome());
      return [run.id, ...keys];
    };
    const [first, again, other] = [await withSeed(7), await withSeed(7), await withSeed(8)];
    expect(first).toHaveLength(2);
    expect(again).toEqual(first);
    expect(new Set([...first, ...other]).size).toBe(4);
  });

  test("on a file goes on where the one before was, with later times and other ids", async () => {
    const file = join(folder, "log.db");
    const open = () =>
      createTestRuntime({
        patterns: [release],
        engine: (options) => sqliteEngine(file, { ...options, durability: "os" }),
      });
    const ids: string[] = [];
    const startedAt = Date.UTC(2026, 0, 1);
    {
      await using runtime = await open();
      ids.push((await runtime.start(release, "first")).id);
      await runtime.time.skip(10 * DAY_MS);
    }
    await using runtime = await open();
    expect(runtime.time.clock.now()).toBeGreaterThan(startedAt + 7 * DAY_MS);
    ids.push((await runtime.start(release, "second")).id);
    expect(new Set(ids).size).toBe(2);
    await runtime.time.skipUntil(Promise.all(ids.map((id) => runtime.run(id).outcome())));
    const { runs } = await runtime.runs({ sort: "ended", descending: false });
    expect(runs.map(({ endedAt }) => endedAt)).toEqual([
      startedAt + 37 * DAY_MS,
      startedAt + 44 * DAY_MS + 1,
    ]);
  });

  test("closes while an agent hangs, and tells it to stop", async () => {
    let stopped = false;
    const stuck = agent("stuck", {
      run: (_input: unknown, ctx) => {
        ctx.signal.addEventListener("abort", () => (stopped = true));
        return new Promise<string>(() => {});
      },
    });
    const pattern = sequential("stuck", { steps: [stuck] });
    const runtime = await createTestRuntime({ patterns: [pattern], graceMs: DAY_MS });
    const run = await runtime.start(pattern, undefined);
    const outcome = run.outcome().catch((error: unknown) => error);
    await runtime.close();
    expect(await outcome).toMatchObject({ code: "runtime-closed" });
    expect(stopped).toBe(true);
  });
});
