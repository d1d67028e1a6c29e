import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { agent, type AgentOptions } from "../../delegation/agent.ts";
import type { BreakerChange } from "../../delegation/breaker.ts";
import type { Outcome } from "../../delegation/outcome.ts";
import { memoryEngine } from "../../engine/memory/memory-engine.ts";
import { MemoryLog } from "../../engine/memory/memory-store.ts";
import { sqliteEngine } from "../../engine/sqlite/sqlite-engine.ts";
import { NonRetryableError } from "../../errors.ts";
import { forEach } from "../../patterns/for-each.ts";
import { sequential } from "../../patterns/sequential.ts";
import type { RunHandle } from "../../run-handle.ts";
import type { Runtime } from "../../runtime.ts";
import { sleep } from "../../testing/work.ts";
import { createTestRuntime, type TestRuntime } from "../../testing/create-test-runtime.ts";
import { endedAttempts } from "./ended-attempts.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** Small numbers, so that a test needs few runs. */
const small = { attemptsMin: 4, windowMs: 60_000, openMs: 1_000, openMsMax: 8_000, probes: 2 };

interface Told extends Omit<Partial<AgentOptions<string, string>>, "breaker"> {
  readonly breaker?: AgentOptions<string, string>["breaker"] | "none";
}

/** A service that is up or down, and a pattern of one step that calls it. */
function service({ breaker = small, ...options }: Told = {}) {
  const world = { isDown: true, calls: 0, atOnce: 0, mostAtOnce: 0 };
  const call = agent("call", {
    ...(breaker !== "none" && { breaker }),
    run: async (input: string) => {
      world.calls++;
      world.mostAtOnce = Math.max(world.mostAtOnce, ++world.atOnce);
      // Others have a turn meanwhile.
      await new Promise((resolve) => setImmediate(resolve));
      world.atOnce--;
      if (world.isDown) throw new Error("no answer");
      return input;
    },
    ...options,
  });
  return { world, pattern: sequential("ask", { steps: [call] }) };
}

async function changes(runtime: Runtime): Promise<readonly BreakerChange[]> {
  const events = await Array.fromAsync(runtime.events({ follow: false }));
  return events.flatMap((event) => (event.kind === "breaker-changed" ? [event] : []));
}

const statesOf = async (runtime: Runtime) => (await changes(runtime)).map(({ state }) => state);
const stateOf = (runtime: Runtime) => runtime.engine.controls().breakers.get("call")?.state ?? "closed";

/** Makes runs one after the other; each ends. */
async function work(runtime: Runtime, count: number, principal = "local"): Promise<Outcome["status"][]> {
  const statuses: Outcome["status"][] = [];
  const caller = principal === "local" ? runtime : runtime.as({ principal });
  for (let run = 0; run < count; run++)
    statuses.push((await (await caller.start("ask", "x")).outcome()).status);
  return statuses;
}

async function startSome(runtime: Runtime, count: number): Promise<RunHandle[]> {
  return Promise.all(Array.from({ length: count }, () => runtime.start("ask", "x")));
}

const outcomesOf = (runs: readonly RunHandle[]) =>
  Promise.all(runs.map(async (run) => (await run.outcome()).status));

describe("an agent that keeps failing", () => {
  test("is left alone, probed after a while, and used again once it answers", async () => {
    const { world, pattern } = service();
    await using runtime = await createTestRuntime({ patterns: [pattern] });
    expect(await work(runtime, 4)).toEqual(Array(4).fill("failed"));
    expect(stateOf(runtime)).toBe("open");
    const waiting = await startSome(runtime, 5);
    await runtime.time.skip(900);
    expect([world.calls, (await waiting[0]?.record())?.state]).toEqual([4, "waiting"]);
    world.isDown = false;
    expect(await runtime.time.skipUntil(outcomesOf(waiting))).toEqual(Array(5).fill("completed"));
    expect(world.mostAtOnce).toBeGreaterThan(2);
    expect(await changes(runtime)).toMatchObject([
      {
        agent: "call",
        state: "open",
        openings: 1,
        code: "thrown",
        reason: "4 of the last 4 attempts failed",
      },
      { state: "half-open" },
      { state: "closed", reason: "2 of 2 probes succeeded" },
    ]);
  });

  test("is probed later each time that it still fails, by few attempts at once", async () => {
    const { world, pattern } = service();
    await using runtime = await createTestRuntime({ patterns: [pattern] });
    await work(runtime, 4);
    world.mostAtOnce = 0;
    const waiting = await startSome(runtime, 20);
    const untils: number[] = [];
    for (let opening = 2; opening < 7; opening++) {
      await runtime.time.skip(8_000);
      untils.push(world.calls);
    }
    expect(world.mostAtOnce).toBeLessThanOrEqual(2);
    const opened = (await changes(runtime)).filter(({ state }) => state === "open");
    const events = await Array.fromAsync(runtime.events({ follow: false }));
    const spans = events.flatMap((event) =>
      event.kind === "breaker-changed" && event.until !== undefined ? [event.until - event.at] : [],
    );
    expect(spans.slice(0, 5)).toEqual([1_000, 2_000, 4_000, 8_000, 8_000]);
    expect(opened[2]).toMatchObject({ openings: 3 });
    expect(runtime.engine.controls().breakers.get("call")?.since).toBe(
      events.find(({ kind }) => kind === "breaker-changed")?.at,
    );
    world.isDown = false;
    const ended = await runtime.time.skipUntil(outcomesOf(waiting));
    expect(ended.filter((status) => status === "completed").length).toBeGreaterThan(5);
  });

  test("is not judged by few attempts, by old ones, or where most succeed", async () => {
    const { world, pattern } = service();
    await using runtime = await createTestRuntime({ patterns: [pattern] });
    await work(runtime, 3);
    await runtime.time.skip(61_000);
    await work(runtime, 3);
    expect(stateOf(runtime)).toBe("closed");
    world.isDown = false;
    await work(runtime, 10);
    world.isDown = true;
    await work(runtime, 6);
    expect(stateOf(runtime)).toBe("closed");
    await work(runtime, 1);
    expect(stateOf(runtime)).toBe("open");
  });

  test("makes retries wait, which then count on", async () => {
    const { world, pattern } = service({ retry: { attempts: 6, delayMs: 1, jitter: false } });
    await using runtime = await createTestRuntime({ patterns: [pattern] });
    const run = await runtime.start("ask", "x");
    await runtime.time.skip(500);
    expect([world.calls, stateOf(runtime)]).toEqual([4, "open"]);
    world.isDown = false;
    expect(await runtime.time.skipUntil(run.outcome())).toEqual({ status: "completed", output: "x" });
    const events = await Array.fromAsync(run.events());
    expect(events.find(({ kind }) => kind === "step-completed")?.attempt).toBe(5);
  });

  test("has no breaker unless somebody asks for one, and none where its own says so", async () => {
    const none = service({ breaker: "none" });
    await using plain = await createTestRuntime({ patterns: [none.pattern] });
    await work(plain, 30);
    expect([none.world.calls, await statesOf(plain)]).toEqual([30, []]);
    const off = service({ breaker: false });
    await using refusing = await createTestRuntime({ patterns: [off.pattern], breaker: small });
    await work(refusing, 30);
    expect(await statesOf(refusing)).toEqual([]);
    const asked = service({ breaker: "none" });
    await using asking = await createTestRuntime({ patterns: [asked.pattern], breaker: small });
    await work(asking, 4);
    expect(stateOf(asking)).toBe("open");
  });
});

describe("a breaker", () => {
  test.each<[string, Told]>([
    ["an input that its schema refuses", { input: refusing("an order") }],
    [
      "an input that the agent says no attempt can help",
      { run: () => fail(new NonRetryableError("no such order")) },
    ],
    [
      "an error that its retry policy takes for the caller's",
      { run: () => fail(new Error("400")), retry: { attempts: 1, when: () => false } },
    ],
  ])("is not opened by %s", async (_what, options) => {
    const { pattern } = service(options);
    await using runtime = await createTestRuntime({ patterns: [pattern] });
    await work(runtime, 30);
    expect(stateOf(runtime)).toBe("closed");
  });

  test.each<[string, Told]>([
    ["an output that its schema refuses", { output: refusing("an answer"), run: async () => "x" }],
    ["an output that verify refuses", { verify: () => "it is empty", run: async () => "x" }],
    [
      "an attempt that takes too long",
      {
        timeoutMs: 50,
        run: async (_input, { signal }) => await sleep(Infinity, signal).then(() => "late"),
      },
    ],
  ])("is opened by %s", async (_what, options) => {
    const { pattern } = service(options);
    await using runtime = await createTestRuntime({ patterns: [pattern] });
    await runtime.time.skipUntil(outcomesOf(await startSome(runtime, 4)));
    expect(stateOf(runtime)).toBe("open");
  });

  test("is not opened for all by one principal's failures while the others succeed", async () => {
    const bad = new Set(["eve"]);
    const { pattern } = service({
      run: async (_input, { context }) => (bad.has(context.principal) ? fail(new Error("bad")) : "ok"),
    });
    await using runtime = await createTestRuntime({ patterns: [pattern] });
    await work(runtime, 1, "ann");
    await work(runtime, 40, "eve");
    expect(stateOf(runtime)).toBe("closed");
    bad.add("ann");
    await work(runtime, 1, "ann");
    expect(stateOf(runtime)).toBe("open");
  });

  test("holds back neither undos nor the end of a run that is cancelled or out of time", async () => {
    const undone: string[] = [];
    const { pattern } = service({ undo: async () => void undone.push("call") });
    const limited = sequential("limited", { timeoutMs: 500, steps: [...pattern.steps] });
    const booked = agent("book", { run: async () => "b", undo: async () => void undone.push("book") });
    const both = sequential("both", { steps: [booked, ...pattern.steps] });
    await using runtime = await createTestRuntime({ patterns: [pattern, limited, both] });
    await work(runtime, 4);
    const [late, cancelled] = [await runtime.start(limited, "x"), await runtime.start(both, "x")];
    await runtime.time.skip(100);
    await cancelled.cancel("not needed");
    expect(await cancelled.outcome()).toMatchObject({ status: "cancelled", undone: ["book"] });
    expect(await runtime.time.skipUntil(late.outcome())).toMatchObject({ status: "timed-out" });
    expect([undone, stateOf(runtime)]).toEqual([["book"], "open"]);
  });

  test("gives the turn of a probe that says nothing of the agent to another one", async () => {
    let hanging = 0;
    const { world, pattern } = service({
      breaker: { ...small, probes: 1, openMs: 60_000, openMsMax: 60_000 },
      run: async (input, { signal }) => {
        if (world.isDown) return fail(new Error("no answer"));
        if (hanging++ === 0) await sleep(Infinity, signal);
        return input;
      },
    });
    await using runtime = await createTestRuntime({ patterns: [pattern] });
    await work(runtime, 4);
    world.isDown = false;
    const [probe, other] = await startSome(runtime, 2);
    await runtime.time.skip(60_500);
    expect([hanging, stateOf(runtime)]).toEqual([1, "half-open"]);
    await probe?.cancel("enough");
    expect((await other?.outcome())?.status).toBe("completed");
    expect((await probe?.outcome())?.status).toBe("cancelled");
    expect(stateOf(runtime)).toBe("closed");
  });

  test("lets more probes through when the first ones never end", async () => {
    const { world, pattern } = service({
      breaker: { ...small, probes: 1 },
      run: async (input, { signal }) => {
        if (world.isDown) return fail(new Error("no answer"));
        // The first one hangs.
        if (world.calls++ === 0) await sleep(Infinity, signal);
        return input;
      },
    });
    await using runtime = await createTestRuntime({ patterns: [pattern], graceMs: 10 });
    await work(runtime, 4);
    world.isDown = false;
    const runs = await startSome(runtime, 3);
    await runtime.time.skip(2_500);
    expect(stateOf(runtime)).toBe("closed");
    expect(
      (await Promise.all(runs.map((run) => run.record()))).filter(({ state }) => state === "ended").length,
    ).toBe(2);
    for (const run of runs) await run.cancel("over");
    await runtime.time.skipUntil(outcomesOf(runs));
  });

  test("stops what waits for one of the agent's slots, too", async () => {
    const { world, pattern } = service({ concurrency: 1 });
    const many = forEach("many", {
      items: () => Array.from({ length: 40 }, () => "x"),
      step: pattern,
      tolerate: { failures: 40 },
    });
    await using runtime = await createTestRuntime({ patterns: [pattern, many] });
    const run = await runtime.start(many, "x");
    await runtime.time.skip(500);
    // The slot was handed on before anybody could judge.
    expect(world.calls).toBeLessThanOrEqual(5);
    expect(stateOf(runtime)).toBe("open");
    world.isDown = false;
    const outcome = await runtime.time.skipUntil(run.outcome());
    expect(outcome.status).toBe("completed");
    expect([world.calls, world.mostAtOnce]).toEqual([40, 1]);
  });
});

describe("the state of a breaker", () => {
  test("is that of the log after a restart, as is what it is judged by", async () => {
    const folder = mkdtempSync(join(tmpdir(), "reeve-breaker-"));
    folders.push(folder);
    const file = join(folder, "log.db");
    const { world, pattern } = service();
    const open = (startAt: number): Promise<TestRuntime> =>
      createTestRuntime({
        patterns: [pattern],
        startAt,
        engine: (options) => sqliteEngine(file, { durability: "os", ...options }),
      });
    const startAt = Date.UTC(2026, 0, 1);
    {
      await using first = await open(startAt);
      await work(first, 3);
    }
    await using second = await open(startAt + 10);
    await work(second, 1);
    expect(stateOf(second)).toBe("open");
    const waiting = await second.start("ask", "x");
    const before = second.engine.controls().breakers.get("call");
    await second.close();
    world.isDown = false;
    await using third = await open(startAt + 20);
    expect(third.engine.controls().breakers.get("call")).toEqual(before);
    const again = await third.engine.fold({ ...endedAttempts, name: "anew" });
    const kept = await third.engine.fold(endedAttempts);
    expect([...again.state().agents]).toEqual([...kept.state().agents]);
    const run = third.run(waiting.id);
    await third.time.skip(900);
    expect(world.calls).toBe(4);
    expect((await third.time.skipUntil(run.outcome())).status).toBe("completed");
    await third.time.skipUntil(outcomesOf(await startSome(third, 2)));
    expect(await statesOf(third)).toEqual(["open", "half-open", "closed"]);
  });

  test("is closed where nobody has a breaker for the agent any more, and waiting runs go on", async () => {
    const log = new MemoryLog();
    const engine = ({ clock }: Parameters<typeof memoryEngine>[0] & object) =>
      memoryEngine({ ...(clock && { clock }), log });
    const { world, pattern } = service();
    const first = await createTestRuntime({ patterns: [pattern], engine });
    await work(first, 4);
    const waiting = await first.start("ask", "x");
    await first.close();
    world.isDown = false;
    await using second = await createTestRuntime({ patterns: [service({ breaker: false }).pattern], engine });
    expect(await second.time.skipUntil(second.run(waiting.id).outcome())).toMatchObject({ status: "failed" });
    expect(await changes(second)).toMatchObject([
      { state: "open" },
      { state: "closed", reason: "no pattern here has a breaker for it" },
    ]);
  });

  test("costs bounded memory, however many runs wait", async () => {
    const { world, pattern } = service();
    await using runtime = await createTestRuntime({ patterns: [pattern] });
    await work(runtime, 4);
    const runs = await startSome(runtime, 700);
    await runtime.time.skip(990);
    world.isDown = false;
    expect(new Set(await runtime.time.skipUntil(outcomesOf(runs)))).toEqual(new Set(["completed"]));
    const fold = await runtime.engine.fold(endedAttempts);
    expect(fold.state().agents.get("call")?.ended.length).toBe(100);
  });
});

function fail(error: Error): never {
  throw error;
}

function refusing(what: string) {
  const issue = { message: `this is not ${what}` };
  return { "~standard": { version: 1, vendor: "test", validate: () => ({ issues: [issue] }) } } as const;
}
