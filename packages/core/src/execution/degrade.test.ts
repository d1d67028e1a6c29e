import { beforeEach, describe, expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { Event } from "../delegation/event.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { approval } from "../patterns/approval.ts";
import { degrade } from "../patterns/degrade.ts";
import { delay } from "../patterns/delay.ts";
import { forEach } from "../patterns/for-each.ts";
import { meta } from "../patterns/meta.ts";
import { parallel } from "../patterns/parallel.ts";
import { sequential } from "../patterns/sequential.ts";
import { step } from "../patterns/step.ts";
import { createRuntime } from "../runtime.ts";
import { createTestRuntime } from "../testing/create-test-runtime.ts";
import { sleep } from "../testing/work.ts";
import { adds, run, throws, undone } from "./fixtures/run-pattern.ts";

beforeEach(() => void undone.splice(0));

const says = <const Name extends string>(name: Name) =>
  agent(name, { run: async (input: number) => `${name} ${input}` });
const fails = throws("fails", new Error("too hard"));

/** Why levels were passed over, by their paths. */
function passed(events: readonly Event[]): readonly string[] {
  return events.flatMap((event) =>
    event.kind === "value-recorded" && event.path.endsWith("/!level") && event.decision !== true
      ? [`${event.path.slice(0, -"/!level".length)}: ${String(event.decision)}`]
      : [],
  );
}

/** How the levels that began have ended. */
function ended(events: readonly Event[]): readonly string[] {
  return events.flatMap((event) =>
    event.kind === "level-ended" ? [`${event.path} ${event.ok ? "ok" : (event.stopped ?? "failed")}`] : [],
  );
}

describe("a level that fails", () => {
  test("undoes itself, and the next one begins with the same input", async () => {
    const seen: number[] = [];
    const basic = agent("basic", {
      run: async (input: number) => {
        seen.push(input, undone.length);
        return "basic";
      },
    });
    const deep = sequential("deep", { steps: [adds("one"), adds("two"), fails] });
    const { outcome, events } = await run(degrade("chain", [deep, basic, says("least")]), 7);
    expect(outcome).toEqual({ status: "completed", output: "basic", level: "basic" });
    expect(undone).toEqual(["two", "one"]);
    expect(seen).toEqual([7, 2]);
    expect(ended(events)).toEqual(["deep failed", "basic ok"]);
  });

  test("fails the chain where it is the last one", async () => {
    const { outcome } = await run(
      degrade("chain", [throws("first", new Error("first")), step(fails, { name: "last" })]),
      1,
    );
    expect(outcome).toMatchObject({ status: "failed", error: { message: "too hard", path: "last" } });
  });

  test("ends the chain where its undo failed: nothing more is done that would be undone", async () => {
    const stuck = adds("stuck", () => {
      throw new Error("stuck");
    });
    const deep = sequential("deep", { steps: [stuck, fails] });
    const { outcome, events } = await run(degrade("chain", [deep, says("basic")]), 1);
    expect(outcome).toMatchObject({ status: "rollback-failed", notUndone: ["deep/stuck"] });
    expect(events.some((event) => event.path === "basic")).toBe(false);
  });

  test("by its own deadline hands on to the next; by that of the run it does not", async () => {
    const slow = sequential("slow", { timeoutMs: 50, steps: [delay(500)] });
    await using runtime = await createTestRuntime({
      patterns: [
        degrade("own", [slow, says("basic")]),
        degrade("runs", [sequential("slow", { steps: [delay(500)] }), says("basic")], { timeoutMs: 50 }),
      ],
    });
    const own = await runtime.start("own", 1);
    expect(await runtime.time.skipUntil(own.outcome())).toMatchObject({ level: "basic" });
    const whole = await runtime.start("runs", 1);
    expect(await runtime.time.skipUntil(whole.outcome())).toMatchObject({ status: "timed-out" });
    const events = await Array.fromAsync(whole.events());
    expect(ended(events)).toEqual(["slow timed-out"]);
  });
});

test("the preferred level gives the output where nothing speaks against it", async () => {
  const { outcome, events } = await run(degrade("chain", [says("deep"), says("basic")]), 1);
  expect(outcome).toEqual({ status: "completed", output: "deep 1", level: "deep" });
  const end = events.find((event) => event.kind === "level-ended");
  expect(end).toMatchObject({
    path: "deep",
    chain: "chain",
    pattern: "deep",
    domain: "default",
    ok: true,
    durationMs: expect.any(Number),
  });
});

test("a level teaches for the domain of the context that it was asked about in", async () => {
  const moves = agent("moves", { run: async (input: number, ctx) => ctx.with({ domain: "express" }, input) });
  const chain = degrade("chain", [says("deep"), says("basic")]);
  const { events } = await run(sequential("s", { steps: [moves, chain] }), 1);
  expect(events.find((event) => event.kind === "level-ended")).toMatchObject({ domain: "express" });
});

test("a run of another pattern has no level", async () => {
  const { outcome } = await run(sequential("s", { steps: [degrade("chain", [says("deep")])] }), 1);
  expect(outcome).toEqual({ status: "completed", output: "deep 1" });
});

test("levels are passed over while the machine is busier than they may find it, but for the last one", async () => {
  const wide = parallel("wide", { tasks: { one: says("one") }, resourceThreshold: 0.5 });
  const chain = degrade("chain", [says("deep"), wide, says("basic")], {
    resources: { deep: { cpu: 0.9, memory: 0.4 }, basic: { cpu: 0.1 } },
  });
  const use = { cpu: 0.6, memory: 0.6 };
  await using runtime = await createTestRuntime({ patterns: [chain], resources: { now: () => use } });
  const busy = await runtime.start(chain, 1);
  expect(await busy.outcome()).toMatchObject({ output: "basic 1", level: "basic" });
  expect(passed(await Array.fromAsync(busy.events()))).toEqual([
    "deep: resources: 60 % of the memory is in use, at most 40 % may be",
    "wide: resources: 60 % of the processor time is in use, at most 50 % may be",
  ]);
  use.memory = 0.4;
  expect(await (await runtime.start(chain, 1)).outcome()).toMatchObject({ level: "deep" });
});

test("a level whose grants the context lacks is passed over, and the chain is refused only for the last one's", async () => {
  const needy = (name: string, grant: string) =>
    agent(name, { requires: [grant], run: async (_input: number) => name });
  const deep = sequential("deep", { steps: [needy("paint", "gpu")] });
  const chain = degrade("chain", [deep, needy("basic", "read")]);
  await using runtime = await createRuntime({ patterns: [chain], engine: memoryEngine() });
  expect(await (await runtime.start(chain, 1)).outcome()).toMatchObject({ level: "deep" });
  const narrow = await runtime.start(chain, 1, { context: { grants: ["read"] } });
  expect(await narrow.outcome()).toMatchObject({ status: "completed", level: "basic" });
  expect(passed(await Array.fromAsync(narrow.events()))).toEqual([
    "deep: grants: the context does not hold 'gpu'",
  ]);
  const none = await runtime.start(chain, 1, { context: { grants: ["gpu"] } });
  expect(await none.outcome()).toMatchObject({ status: "rejected", error: { code: "permission-denied" } });
});

test("a level that is paused, or calls an agent that is, is passed over until it is resumed", async () => {
  const tool = says("tool");
  const deep = sequential("deep", { steps: [says("dig")] });
  const standard = sequential("standard", { steps: [step(tool, { name: "use" })] });
  const chain = degrade("chain", [deep, standard, says("basic")]);
  await using runtime = await createRuntime({ patterns: [deep, chain], engine: memoryEngine() });
  await runtime.pause({ pattern: "deep" });
  await runtime.pause({ agent: "tool" });
  const held = await runtime.start(chain, 1);
  expect(await held.outcome()).toMatchObject({ level: "basic" });
  expect(passed(await Array.fromAsync(held.events()))).toEqual([
    "deep: paused: pattern 'deep' is paused",
    "standard: paused: agent 'tool' is paused",
  ]);
  await runtime.resume({ agent: "tool" });
  expect(await (await runtime.start(chain, 1)).outcome()).toMatchObject({ level: "standard" });
});

test("a level that is known to be poor here is passed over, but for the last one; elsewhere it is not", async () => {
  const deep = agent("deep", {
    run: async (input: number) => {
      if (input === 0) throw new Error("zero");
      return input;
    },
  });
  const chain = degrade("chain", [deep, throws("basic", new Error("never"))]);
  await using runtime = await createRuntime({
    patterns: [chain],
    engine: memoryEngine(),
    domains: { lenient: { threshold: 0 } },
  });
  const start = async (input: number, domain: string) => {
    const handle = await runtime.start(chain, input, { context: { domain } });
    return { outcome: await handle.outcome(), events: await Array.fromAsync(handle.events()) };
  };
  for (let times = 0; times < 20; times++) for (const domain of ["strict", "lenient"]) await start(0, domain);
  const strict = await start(1, "strict");
  expect(passed(strict.events)).toEqual([
    expect.stringMatching(/^deep: confidence: it succeeds in at most [\d.]+ % here, less than 60 %$/),
  ]);
  // The last level has always failed, too.
  expect(ended(strict.events)).toEqual(["basic failed"]);
  expect((await start(1, "lenient")).outcome).toMatchObject({ level: "deep" });
});

test("each level teaches its own result, the chain what came of the whole", async () => {
  const chain = sequential("find", { steps: [fails], fallback: says("guess") });
  await using runtime = await createRuntime({ patterns: [chain], engine: memoryEngine() });
  for (let times = 0; times < 5; times++) await (await runtime.start(chain, 1)).outcome();
  const confidence = await runtime.confidence();
  const means = ["find", "find (without fallback)", "guess"].map(
    (name) => confidence.posterior(name, "default").mean,
  );
  expect(means.map((mean) => mean > 0.5)).toEqual([true, false, true]);
});

test("what a completed chain did is undone when a later step fails, by the level that completed", async () => {
  const deep = sequential("deep", { steps: [adds("deep-one"), fails] });
  const basic = sequential("basic", { steps: [adds("basic-one"), adds("basic-two")] });
  const outer = sequential("outer", {
    steps: [degrade("chain", [deep, basic]), throws("later", new Error("x"))],
  });
  const { outcome } = await run(outer, 1);
  expect(undone).toEqual(["deep-one", "basic-two", "basic-one"]);
  expect(outcome).toMatchObject({
    status: "rolled-back",
    undone: ["chain/deep/deep-one", "chain/basic/basic-two", "chain/basic/basic-one"],
  });
});

test("a cancelled level is undone, teaches that it was cancelled, and no other begins", async () => {
  const waits = agent("waits", { run: async (_input: number) => sleep(60_000) });
  const chain = degrade("chain", [sequential("deep", { steps: [adds("one"), waits] }), says("basic")]);
  await using runtime = await createTestRuntime({ patterns: [chain], graceMs: 20 });
  const handle = await runtime.start(chain, 1);
  await runtime.time.skip(100);
  await handle.cancel("enough");
  expect(await runtime.time.skipUntil(handle.outcome())).toMatchObject({
    status: "cancelled",
    undone: ["deep/one"],
  });
  const events = await Array.fromAsync(handle.events());
  expect(ended(events)).toEqual(["deep cancelled"]);
});

test("a run that is cancelled while a failed level is undone is cancelled, and not failed", async () => {
  const slow = agent("slow", { run: async (_input: number) => 1, undo: async () => sleep(1_000) });
  const chain = degrade("chain", [sequential("deep", { steps: [slow, fails] }), says("basic")]);
  await using runtime = await createTestRuntime({ patterns: [chain] });
  const handle = await runtime.start(chain, 1);
  await runtime.time.skip(500);
  await handle.cancel("enough");
  const outcome = await runtime.time.skipUntil(handle.outcome());
  expect(outcome).toMatchObject({ status: "cancelled", undone: ["deep/slow"] });
  expect(ended(await Array.fromAsync(handle.events()))).toEqual(["deep failed"]);
});

test("an approval inside a level is answered by its path; one that nobody answers hands on", async () => {
  const chain = degrade("chain", [
    sequential("asked", { steps: [approval("ask", { timeoutMs: 1_000 })] }),
    says("basic"),
  ]);
  await using runtime = await createTestRuntime({ patterns: [chain] });
  const answered = await runtime.start(chain, 1);
  await answered.signal("asked/ask", true);
  expect(await answered.outcome()).toMatchObject({ output: 1, level: "asked" });
  const alone = await runtime.start(chain, 1);
  expect(await runtime.time.skipUntil(alone.outcome())).toMatchObject({ level: "basic" });
});

test("later steps find the output of the chain and of the level that ran", async () => {
  const deep = sequential("deep", { steps: [fails] });
  const basic = says("basic");
  const chain = degrade("chain", [deep, basic]);
  const told = agent("tell", { run: async (texts: unknown) => texts });
  const outer = sequential("outer", {
    steps: [
      chain,
      step(told, { name: "tell", input: (_previous, ctx) => [ctx.outputOf(chain), ctx.outputOf(basic)] }),
    ],
  });
  expect((await run(outer, 1)).outcome).toMatchObject({ output: ["basic 1", "basic 1"] });
  const missing = sequential("missing", {
    steps: [chain, step(told, { name: "tell", input: (_previous, ctx) => ctx.outputOf(deep) })],
  });
  expect((await run(missing, 1)).outcome).toMatchObject({ error: { code: "output-unavailable" } });
});

test("the level that a chain ends by answers for its coverage, and all attempts for the error rate", async () => {
  const deep = sequential("deep", { steps: [adds("one"), throws("two", new Error("too hard"))] });
  const phase = { name: "only", patterns: [degrade("chain", [deep, says("basic")])] };
  const covered = meta("covered", { phases: [{ ...phase, success: { coverageMin: 1 } }] });
  expect((await run(covered, 1)).outcome).toMatchObject({ status: "completed" });
  const tried = meta("tried", { phases: [{ ...phase, rollbackOn: { errorRate: 0.3 } }] });
  expect((await run(tried, 1)).outcome).toMatchObject({ error: { code: "rollback-triggered" } });
});

test("a pattern with a fallback hands over when it fails, is late or has no room", async () => {
  const basic = agent("basic", { run: async (input: unknown) => `basic ${String(input)}` });
  const failing = sequential("failing", { steps: [adds("one"), fails], fallback: basic });
  expect((await run(failing, 1)).outcome).toEqual({ status: "completed", output: "basic 1", level: "basic" });
  expect(undone).toEqual(["one"]);
  const late = meta("late", {
    timeoutMs: 5,
    phases: [{ name: "one", patterns: [delay(60_000)] }],
    fallback: basic,
  });
  const wide = parallel("wide", { tasks: { one: says("one") }, resourceThreshold: 0.5, fallback: basic });
  const each = forEach("each", { items: () => [1], step: says("one"), fallback: basic });
  await using runtime = await createTestRuntime({
    patterns: [late, wide, each],
    resources: { now: () => ({ cpu: 0.9, memory: 0.1 }) },
  });
  const outcomes = [];
  for (const pattern of ["late", "wide", "each"]) {
    const handle = await runtime.start(pattern, 1);
    outcomes.push(await runtime.time.skipUntil(handle.outcome()));
  }
  expect(outcomes).toMatchObject([
    { level: "basic" },
    { level: "basic" },
    { output: ["one 1"], level: "each" },
  ]);
});

test("a retry asks again about levels that were passed over, and takes over what was decided otherwise", async () => {
  const use = { cpu: 0.9, memory: 0.1 };
  let isBroken = true;
  const flaky = agent("flaky", {
    run: async (_input: number) => {
      if (isBroken) throw new Error("broken");
      return "flaky";
    },
  });
  const chain = degrade("chain", [says("deep"), flaky], { resourceThreshold: 0.5 });
  const first = degrade("first", [says("dear"), agent("cheap", { run: async (_input: number) => 5 })], {
    resourceThreshold: 0.5,
  });
  const pattern = sequential("outer", {
    steps: [step(first, { name: "first" }), step(chain, { name: "chain", input: () => 1 })],
  });
  await using runtime = await createTestRuntime({ patterns: [pattern], resources: { now: () => use } });
  const failed = await runtime.start(pattern, 1);
  expect(await failed.outcome()).toMatchObject({ status: "failed" });
  use.cpu = 0.1;
  isBroken = false;
  const again = await failed.retry();
  expect(await again.outcome()).toMatchObject({ output: "deep 1" });
  const events = await Array.fromAsync(again.events());
  expect(ended(events)).toEqual(["first/cheap ok", "chain/deep ok"]);
  const taught = events.flatMap((event) => (event.kind === "level-ended" ? [event.teaches] : []));
  expect(taught).toEqual([false, false]);
});
