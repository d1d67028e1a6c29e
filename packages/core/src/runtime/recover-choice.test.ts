import { describe, expect, it } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { Matches, Pattern } from "../delegation/pattern.ts";
import { parallel } from "../patterns/parallel.ts";
import { degrade } from "../patterns/degrade.ts";
import { delegate } from "../patterns/delegate.ts";
import { sequential } from "../patterns/sequential.ts";
import type { ResourceUse } from "../resources/resources.ts";
import { createTestRuntime, type TestRuntime } from "../testing/create-test-runtime.ts";
import type { RuntimeOptions } from "../runtime.ts";

const open = (patterns: readonly Pattern[], options: Partial<RuntimeOptions> = {}): Promise<TestRuntime> => {
  const { engine: _engine, random: _random, ...rest } = options;
  return createTestRuntime({ patterns, ...rest });
};

const orders: Matches = { domain: "orders" };
const succeeds = (name: string, matches: Matches = orders, steps = 1): Pattern =>
  sequential(name, {
    matches,
    steps: Array.from({ length: steps }, (_, index) => agent(`${name}-${index}`, { run: async () => name })),
  });
const fails = (name: string, steps = 1): Pattern =>
  sequential(name, {
    matches: orders,
    steps: Array.from({ length: steps }, (_, index) =>
      agent(`${name}-${index}`, { run: () => Promise.reject(new Error("ill")) }),
    ),
  });
/** Starts nothing while the machine is half in use. */
const heavy = (name: string): Pattern => {
  const task = (of: string) => agent(`${name}-${of}`, { run: async () => name });
  return parallel(name, { matches: orders, resourceThreshold: 0.5, tasks: { a: task("a"), b: task("b") } });
};

/** The pattern that the next order goes to, what it was recovered by, and how it ended. */
async function next(runtime: TestRuntime, domain = "orders") {
  const run = await runtime.delegate({ domain }, 1);
  const outcome = await runtime.time.rushUntil(run.outcome());
  const choice = await run.choice();
  const code = outcome.status === "rejected" ? outcome.error.code : undefined;
  return { pattern: choice?.pattern, recovery: choice?.recovery, code, reason: choice?.reason };
}

async function teach(runtime: TestRuntime, pattern: string, runs: number): Promise<void> {
  for (let run = 0; run < runs; run++) await (await runtime.start(pattern, 1)).outcome();
}

describe("when no pattern serves the context", () => {
  const patterns = [succeeds("near", { domain: "orders.eu" }), succeeds("far", { domain: "hotels" })];

  it("the task is rejected", async () => {
    await using runtime = await open(patterns);
    expect(await next(runtime, "orders.us")).toMatchObject({ code: "pattern-not-found" });
  });

  it("another that serves a similar context is taken, if that is wanted", async () => {
    await using runtime = await open(patterns, { recovery: { "pattern-not-found": "similar" } });
    expect(await next(runtime, "orders.us")).toMatchObject({ pattern: "near", recovery: "similar" });
    expect(await next(runtime, "weather")).toMatchObject({ code: "pattern-not-found" });
  });
});

describe("when every pattern is known to be poor", () => {
  const patterns = [fails("long", 3), fails("short")];
  const taught = async (recovery?: NonNullable<RuntimeOptions["recovery"]>["confidence-too-low"]) => {
    const runtime = await open(patterns, recovery ? { recovery: { "confidence-too-low": recovery } } : {});
    for (const { name } of patterns) await teach(runtime, name, 25);
    return runtime;
  };

  it("one of them runs all the same, and the choice says why", async () => {
    await using runtime = await taught();
    const { recovery, reason } = await next(runtime);
    expect(recovery).toBe("least-poor");
    expect(reason).toMatch(/^all are known to be poor; /);
  });

  it("the one with the fewest steps runs, if that is wanted", async () => {
    await using runtime = await taught("minimal");
    for (let task = 0; task < 5; task++)
      expect(await next(runtime)).toMatchObject({ pattern: "short", recovery: "minimal" });
  });

  it("the task is rejected with the rates, if that is wanted", async () => {
    await using runtime = await taught("reject");
    const run = await runtime.delegate({ domain: "orders" }, 1);
    const outcome = await run.outcome();
    expect(outcome).toMatchObject({ status: "rejected", error: { code: "confidence-too-low" } });
    expect(outcome.status === "rejected" && outcome.reason).toMatch(/'long' succeeds in at most \d+ %/);
  });

  it("one that fits less has its turn first", async () => {
    await using runtime = await taught("reject");
    await runtime.register(succeeds("for-all", { domain: "*" }));
    expect(await next(runtime)).toMatchObject({ pattern: "for-all", recovery: undefined });
  });
});

describe("a degradation chain", () => {
  it("passes over a level that is known to be poor in the domain, and the last one runs rather than nothing", async () => {
    const chain = degrade("orders.chain", [fails("deep"), fails("basic")], { matches: orders });
    await using runtime = await open([chain, fails("deep"), fails("basic")]);
    const levels = async () => {
      const run = await runtime.start(chain.name, 1);
      await run.outcome();
      const tried: string[] = [];
      for await (const event of run.events()) if (event.kind === "level-ended") tried.push(event.pattern);
      return tried;
    };
    expect(await levels()).toEqual(["deep", "basic"]);
    await teach(runtime, "deep", 12);
    expect(await levels()).toEqual(["basic"]);
    await teach(runtime, "basic", 12);
    expect(await levels()).toEqual(["basic"]);
  });
});

describe("when nothing that is allowed can start", () => {
  const busy = { use: { cpu: 0.9, memory: 0.1 } };
  const resources = { now: (): ResourceUse => busy.use };
  const when = (recovery: "wait" | "reject") => ({
    resources,
    recovery: { "resources-exhausted": recovery },
  });

  it("the run waits in the queue, and begins later", async () => {
    await using runtime = await open([heavy("heavy")], { resources });
    const run = await runtime.delegate({ domain: "orders" }, 1);
    expect(await run.record()).toMatchObject({ state: "queued", pattern: "heavy" });
    expect(await run.choice()).toMatchObject({ recovery: "queue" });
    expect(await runtime.time.rushUntil(run.outcome())).toMatchObject({ status: "completed" });
  });

  it("the run of a paused pattern begins when it is resumed", async () => {
    await using runtime = await open([succeeds("a")]);
    await runtime.pause({ pattern: "a" });
    const run = await runtime.delegate({ domain: "orders" }, 1);
    expect(await run.record()).toMatchObject({ state: "queued" });
    await runtime.resume({ pattern: "a" });
    expect(await run.outcome()).toMatchObject({ status: "completed" });
  });

  it("another pattern that serves the context is taken before anything waits", async () => {
    await using runtime = await open([heavy("heavy"), succeeds("a")], { resources });
    expect(await next(runtime)).toMatchObject({ pattern: "a", recovery: undefined });
  });

  it("the task waits until there is room, if that is wanted", async () => {
    busy.use = { cpu: 0.9, memory: 0.1 };
    await using runtime = await open([heavy("heavy")], when("wait"));
    const delegated = runtime.delegate({ domain: "orders" }, 1);
    await runtime.time.skip(250);
    busy.use = { cpu: 0.1, memory: 0.1 };
    const run = await runtime.time.rushUntil(delegated);
    expect((await run.choice())?.recovery).toBeUndefined();
    busy.use = { cpu: 0.9, memory: 0.1 };
    const vain = await runtime.time.rushUntil(runtime.delegate({ domain: "orders" }, 2));
    expect(await vain.outcome()).toMatchObject({ error: { code: "resources-exhausted" } });
  });

  it("the step of a run fails with the reason where tasks are rejected", async () => {
    busy.use = { cpu: 0.9, memory: 0.1 };
    const parent = sequential("parent", { steps: [delegate({ domain: "orders" })] });
    await using runtime = await open([parent, heavy("heavy")], when("reject"));
    const run = await runtime.start(parent.name, 1);
    expect(await run.outcome()).toMatchObject({ status: "failed", error: { code: "resources-exhausted" } });
  });
});
