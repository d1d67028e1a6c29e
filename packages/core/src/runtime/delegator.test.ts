import { afterEach, describe, expect, it } from "vitest";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { agent } from "../delegation/agent.ts";
import type { Event } from "../delegation/event.ts";
import type { Pattern } from "../delegation/pattern.ts";
import type { Engine } from "../engine/engine.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { sqliteEngine } from "../engine/sqlite/sqlite-engine.ts";
import { delegate } from "../patterns/delegate.ts";
import { sequential } from "../patterns/sequential.ts";
import { seededRandom } from "../random.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "../runtime.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function onDisk(): Engine {
  const folder = mkdtempSync(join(tmpdir(), "reeve-delegator-"));
  folders.push(folder);
  return sqliteEngine(join(folder, "log.db"), { durability: "os" });
}

const open = (patterns: readonly Pattern[], options: Partial<RuntimeOptions> = {}): Promise<Runtime> =>
  createRuntime({ patterns, engine: memoryEngine(), random: seededRandom(1), ...options });

/** Serves orders; succeeds while `isWell` says so. */
function orders(name: string, isWell: () => boolean = () => true, requires: readonly string[] = []): Pattern {
  return sequential(name, {
    matches: { domain: "orders" },
    steps: [
      agent(`do-${name}`, {
        requires,
        run: async () => {
          if (!isWell()) throw new Error(`${name} is ill`);
          return name;
        },
      }),
    ],
  });
}

/** Delegates one order after another; how often each pattern was chosen. */
async function delegateMany(runtime: Runtime, count: number): Promise<Record<string, number>> {
  const chosen: Record<string, number> = {};
  for (let task = 0; task < count; task++) {
    const run = await runtime.delegate({ domain: "orders" }, task);
    await run.outcome();
    const { pattern } = await run.record();
    chosen[pattern] = (chosen[pattern] ?? 0) + 1;
  }
  return chosen;
}

async function eventsOf(runtime: Runtime, run: string): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of runtime.run(run).events({ follow: false })) events.push(event);
  return events;
}

describe.each([
  ["in memory", () => memoryEngine()],
  ["on disk", onDisk],
])("delegating %s", (_where, engine) => {
  it("moves the tasks to the pattern that succeeds when one turns bad", async () => {
    let isWell = true;
    await using runtime = await open([orders("first", () => isWell), orders("second")], { engine: engine() });
    await delegateMany(runtime, 60);
    isWell = false;
    await delegateMany(runtime, 60);
    const { first = 0, second = 0 } = await delegateMany(runtime, 60);
    expect(second).toBeGreaterThan(50);
    expect(first + second).toBe(60);
  });

  it("keeps with the run's start what it was chosen by", async () => {
    await using runtime = await open([orders("a"), orders("b")], { engine: engine() });
    const run = await runtime.delegate({ domain: "orders", attributes: { express: true } }, 1, { id: "r" });
    await run.outcome();
    const [started] = await eventsOf(runtime, "r");
    expect(started).toMatchObject({ kind: "run-started", choice: { evaluable: true } });
    const choice = await run.choice();
    expect(choice?.pattern).toBe((await run.record()).pattern);
    expect(choice?.candidates.map(({ pattern }) => pattern).toSorted()).toEqual(["a", "b"]);
    expect(choice?.candidates.reduce((sum, { propensity }) => sum + propensity, 0)).toBeCloseTo(1);
    expect(choice?.reason).toContain(choice?.pattern);
  });
});

describe("what is delegated", () => {
  it("is one run for one id, however often and at once it is asked for", async () => {
    await using runtime = await open([orders("a"), orders("b"), orders("c")]);
    const again = () => runtime.delegate({ domain: "orders" }, { n: 1 }, { id: "order-1" });
    const runs = await Promise.all([again(), again(), again(), again()]);
    await runs[0]?.outcome();
    await again();
    expect((await runtime.runs()).runs.map(({ id }) => id)).toEqual(["order-1"]);
  });

  it("is the same task although schemas of other patterns would make another input of it", async () => {
    const parsing = (name: string, extra: number): Pattern =>
      sequential(name, {
        matches: { domain: "sums" },
        input: z.object({ n: z.number(), extra: z.number().default(extra) }),
        steps: [agent(`add-${name}`, { run: async (input: { n: number }) => input.n })],
      });
    await using runtime = await open([parsing("a", 1), parsing("b", 2), parsing("c", 3)]);
    for (let task = 0; task < 8; task++) {
      const id = `sum-${task}`;
      await runtime.delegate({ domain: "sums" }, { n: task }, { id });
      await runtime.delegate({ domain: "sums" }, { n: task }, { id });
    }
    expect((await runtime.runs()).runs).toHaveLength(8);
  });

  it.each([
    ["another input", { domain: "orders" }, 2],
    ["another domain", { domain: "orders.eu" }, 1],
    ["another agent type", { domain: "orders", agentType: "robot" }, 1],
  ])("conflicts with an id that was used for %s", async (_what, context, input) => {
    await using runtime = await open([orders("a")]);
    await runtime.delegate({ domain: "orders" }, 1, { id: "x" });
    await expect(runtime.delegate(context, input, { id: "x" })).rejects.toMatchObject({
      code: "run-conflict",
    });
  });

  it("begins later when told so", async () => {
    await using runtime = await open([orders("a")]);
    const run = await runtime.delegate({ domain: "orders" }, 1, { delayMs: 60_000 });
    expect((await run.record()).state).toBe("queued");
    await run.cancel();
  });

  it("goes to the pattern that says more about the context, and to others where that one can't", async () => {
    const general = sequential("general", {
      matches: { domain: "*" },
      steps: [agent("anything", { run: async () => "general" })],
    });
    await using runtime = await open([general, orders("special")]);
    expect(await delegateMany(runtime, 30)).toEqual({ special: 30 });
    await runtime.pause({ pattern: "special" });
    expect(await delegateMany(runtime, 3)).toEqual({ general: 3 });
  });

  it("is chosen by a step likewise, on the record of the child", async () => {
    const parent = sequential("parent", { steps: [delegate({ domain: "orders" }, { name: "kid" })] });
    await using runtime = await open([parent, orders("a"), orders("b")]);
    const run = await runtime.start(parent.name, 1, { id: "p" });
    expect(await run.outcome()).toMatchObject({ status: "completed" });
    const choice = await runtime.run("p/kid").choice();
    expect(choice?.candidates).toHaveLength(2);
    expect(await run.choice()).toBeUndefined();
  });
});

describe("a task that no pattern may take", () => {
  it("ends as rejected, and stays so", async () => {
    await using runtime = await open([orders("a")]);
    const run = await runtime.delegate({ domain: "hotels" }, 1, { id: "h" });
    const outcome = await run.outcome();
    expect(outcome).toMatchObject({ status: "rejected", error: { code: "pattern-not-found" } });
    await runtime.register(
      sequential("hotels", { matches: { domain: "hotels" }, steps: [agent("h", { run: () => 1 })] }),
    );
    const again = await runtime.delegate({ domain: "hotels" }, 1, { id: "h" });
    expect(await again.outcome()).toEqual(outcome);
  });

  it("is told how many patterns need more than its context holds, not which", async () => {
    const secret = orders("secret-works", () => true, ["top"]);
    const recovery = { "resources-exhausted": "reject" } as const;
    await using runtime = await open([secret, orders("paused-works")], { grants: ["top"], recovery });
    await runtime.pause({ pattern: "paused-works" });
    const run = await runtime.delegate({ domain: "orders", grants: [] }, 1, { id: "r" });
    const outcome = await run.outcome();
    expect(outcome).toMatchObject({ status: "rejected", error: { code: "resources-exhausted" } });
    expect(JSON.stringify(outcome)).toContain("paused-works");
    expect(JSON.stringify([outcome, await run.choice()])).not.toContain("secret-works");
    expect((await run.choice())?.others?.counts).toEqual({ "missing-grant": 1 });
    expect(JSON.stringify(await eventsOf(runtime, "r"))).toContain("secret-works");
  });

  it("is denied where every pattern needs more", async () => {
    await using runtime = await open([orders("a", () => true, ["top"])], { grants: ["top"] });
    const run = await runtime.delegate({ domain: "orders", grants: [] }, 1);
    expect(await run.outcome()).toMatchObject({ status: "rejected", error: { code: "permission-denied" } });
  });
});
