import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { MemoryLog } from "../engine/memory/memory-store.ts";
import { sqliteEngine } from "../engine/sqlite/sqlite-engine.ts";
import { confidenceFold } from "../learning/confidence-fold.ts";
import { approval } from "../patterns/approval.ts";
import { sequential } from "../patterns/sequential.ts";
import { seededRandom } from "../random.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "../runtime.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "reeve-learned-"));
  folders.push(folder);
  return join(folder, "log.db");
}

/** Of ten orders, the first `failures` fail. */
const orders = (name: string, failures: number, requires: readonly string[] = []): Pattern =>
  sequential(name, {
    matches: { domain: "orders" },
    steps: [
      agent(`do-${name}`, {
        requires,
        run: async (order: number) => {
          if (order % 10 < failures) throw new Error("ill");
          return order;
        },
      }),
    ],
  });
const patterns = [orders("good", 1), orders("poor", 8)];
const open = (options: Partial<RuntimeOptions> = {}): Promise<Runtime> =>
  createRuntime({ patterns, engine: memoryEngine(), random: seededRandom(3), ...options });

async function work(runtime: Runtime, tasks: number): Promise<string[]> {
  const chosen: string[] = [];
  for (let order = 0; order < tasks; order++) {
    const run = await runtime.delegate({ domain: "orders" }, order);
    await run.outcome();
    chosen.push((await run.record()).pattern);
  }
  return chosen;
}

const beliefs = async (runtime: Runtime) => {
  const confidence = await runtime.confidence();
  return patterns.map(({ name }) => confidence.posterior(name, "orders"));
};

describe("what was learned", () => {
  it("has costs, and of patterns that do equally well the cheaper one is chosen", async () => {
    const priced = (name: string, costUsd: number): Pattern =>
      sequential(name, {
        matches: { domain: "orders" },
        steps: [
          agent(`do-${name}`, {
            retry: { attempts: 2, delayMs: 0 },
            // A first attempt that fails costs, too.
            run: async (order: number, ctx) => {
              ctx.usage({ inputTokens: 10, costUsd: costUsd / 2 });
              if (ctx.attempt === 1) throw new Error("again");
              return order;
            },
          }),
        ],
      });
    await using runtime = await open({ patterns: [priced("dear", 0.4), priced("cheap", 0.02)] });
    await work(runtime, 60);
    const confidence = await runtime.confidence();
    expect(confidence.posterior("cheap", "orders").cost?.median).toBeCloseTo(0.02, 2);
    const { candidates } = await runtime.choose({ domain: "orders" });
    expect(candidates[0]).toMatchObject({ pattern: "cheap", reason: "allowed" });
    expect(candidates[0]?.propensity).toBeGreaterThan(0.9);
    const run = await runtime.delegate({ domain: "orders" }, 1);
    await run.outcome();
    const recorded = (await run.choice())?.candidates.find(({ pattern }) => pattern === "cheap");
    expect(recorded?.costUsd).toBeCloseTo(0.02, 2);
  });

  it("is there again after a restart, and is what the whole log says", async () => {
    const file = newFile();
    const engine = () => sqliteEngine(file, { durability: "os" });
    const first = await open({ engine: engine() });
    await work(first, 40);
    const before = await beliefs(first);
    await first.close();
    await using second = await open({ engine: engine() });
    expect(await beliefs(second)).toEqual(before);
    // Another name has no checkpoint, so that it is made of all events.
    const fold = { ...confidenceFold({ memory: "eager" }), name: "confidence-anew" };
    const anew = await second.engine.fold(fold);
    const { posterior } = anew.state().confidence;
    expect(patterns.map(({ name }) => posterior(name, "orders"))).toEqual(before);
  });

  it("changes as soon as the memory of its domain lets it", async () => {
    const meanAfterFall = async (domains: NonNullable<RuntimeOptions["domains"]>): Promise<number> => {
      await using runtime = await open({ preset: "development", domains });
      for (let run = 0; run < 80; run++) {
        // The first orders of ten fail.
        await (await runtime.start("good", run < 70 ? 5 : 0, { context: { domain: "orders" } })).outcome();
      }
      return (await beliefs(runtime))[0]?.mean ?? 0;
    };
    const slow = await meanAfterFall({ orders: { memory: "conservative" } });
    expect(slow).toBeGreaterThan(await meanAfterFall({}));
    expect(slow).toBe(await meanAfterFall({ "*": { memory: "conservative" }, other: { memory: "eager" } }));
  });

  it("follows how runs are judged after their end, also those from before a restart", async () => {
    const file = newFile();
    const engine = () => sqliteEngine(file, { durability: "os" });
    const useful = sequential("useful", {
      matches: { domain: "orders" },
      steps: [agent("do-useful", { run: async () => "useful" })],
    });
    const useless = sequential("useless", {
      matches: { domain: "orders" },
      steps: [agent("do-useless", { run: async () => "useless" })],
    });
    const both = { patterns: [useful, useless], engine: engine() };
    const first = await open(both);
    const early: string[] = [];
    for (const pattern of both.patterns) {
      for (let order = 0; order < 20; order++) {
        const run = await first.start(pattern, order, { context: { domain: "orders" } });
        await run.outcome();
        if (pattern === useless) early.push(run.id);
      }
    }
    const { mean } = (await first.confidence()).posterior("useless", "orders");
    expect(mean).toBeGreaterThan(0.8);
    await first.close();
    await using second = await open({ ...both, engine: engine() });
    for (const id of early) await second.run(id).feedback(0, { note: "nobody could use it" });
    const judged = (await second.confidence()).posterior("useless", "orders");
    expect(judged.mean).toBeLessThan(0.2);
    expect(judged.tries).toBe(20);
    const chosen = await work(second, 30);
    expect(chosen.filter((name) => name === "useless").length).toBeLessThan(4);
  });

  it("can be read by another process, which chooses by it too", async () => {
    const file = newFile();
    await using owner = await open({ engine: sqliteEngine(file, { durability: "os" }) });
    await work(owner, 40);
    await using guest = await open({ engine: sqliteEngine(file, { durability: "os" }).asGuest() });
    expect(await beliefs(guest)).toEqual(await beliefs(owner));
    const run = await guest.delegate({ domain: "orders" }, 5);
    expect(await run.outcome()).toMatchObject({ status: "completed" });
    expect((await run.choice())?.candidates).toHaveLength(2);
  });

  it("leaves a choice that was made before a crash as it was", async () => {
    const log = new MemoryLog();
    const waiting = ["a", "b", "c"].map((name) =>
      sequential(name, { matches: { domain: "orders" }, steps: [approval("now")] }),
    );
    const crashed = await open({ patterns: waiting, engine: memoryEngine({ log }) });
    const run = await crashed.delegate({ domain: "orders" }, 1, { id: "r" });
    const [record, choice] = [await run.record(), await run.choice()];
    await crashed.close();
    await using runtime = await open({
      patterns: waiting,
      engine: memoryEngine({ log }),
      random: seededRandom(9),
    });
    const again = await runtime.delegate({ domain: "orders" }, 1, { id: "r" });
    expect((await again.record()).pattern).toBe(record.pattern);
    expect(await again.choice()).toEqual(choice);
    await again.signal("now");
    expect(await again.outcome()).toMatchObject({ status: "completed" });
  });
});

describe("exploring", () => {
  it.each([
    ["the task", {}, { explore: false }],
    ["the domain", { domains: { orders: { explore: false } } }, {}],
    ["the principal", { exploreNotFor: ["local"] }, {}],
  ])("is not done where %s forbids it, and the record says so", async (_what, options, task) => {
    await using runtime = await open(options);
    for (const { name } of patterns)
      for (let order = 0; order < 10; order++) await (await runtime.start(name, order)).outcome();
    for (let order = 0; order < 10; order++) {
      const run = await runtime.delegate({ domain: "orders" }, order, task);
      expect(await run.choice()).toMatchObject({ pattern: "good", evaluable: false });
      await run.outcome();
    }
  });

  it("ends while more runs of the domain fail than the preset tolerates", async () => {
    await using runtime = await open({ preset: "production" });
    await (await runtime.start("good", 5)).outcome();
    expect(await runtime.choose({ domain: "orders" })).toMatchObject({ explore: true, threshold: 0.85 });
    for (const order of [0, 10]) await (await runtime.start("good", order)).outcome();
    expect((await runtime.choose({ domain: "orders" })).explore).toBe(false);
    expect((await runtime.choose({ domain: "hotels" })).explore).toBe(true);
  });
});

describe("a preview", () => {
  it("tells how a task would be delegated, and changes nothing", async () => {
    await using runtime = await open();
    await work(runtime, 40);
    const [before, { runs }] = [await beliefs(runtime), await runtime.runs()];
    const preview = await runtime.choose({ domain: "orders" });
    expect(preview).toMatchObject({ pattern: "good", hidden: 0, refused: undefined });
    expect(preview.candidates.map(({ pattern }) => pattern)).toEqual(["good", "poor"]);
    expect(preview.reason).toMatch(/^good succeeds in about \d+ % here/);
    expect(await beliefs(runtime)).toEqual(before);
    expect((await runtime.runs()).runs).toHaveLength(runs.length);
    expect(await runtime.choose({ domain: "hotels" })).toMatchObject({
      pattern: undefined,
      refused: { code: "pattern-not-found" },
    });
  });

  it("counts what its caller may not use, and so does the choice of a run", async () => {
    const all = [orders("open", 0), orders("closed", 0, ["top"])];
    await using runtime = await open({ patterns: all, grants: ["top"] });
    const eve = runtime.as({ principal: "eve", grants: [] });
    const preview = await eve.choose({ domain: "orders" });
    expect(preview).toMatchObject({ pattern: "open", hidden: 1 });
    expect(JSON.stringify(preview)).not.toContain("closed");
    const run = await runtime.delegate({ domain: "orders" }, 1);
    const [seen, whole] = [await eve.run(run.id).choice(), await run.choice()];
    expect(whole?.candidates).toHaveLength(2);
    // The pattern of a run stands on its record anyway; what else could have been chosen does not.
    const others = seen?.candidates.filter(({ pattern }) => pattern !== seen.pattern);
    expect(others?.some(({ pattern }) => pattern === "closed")).toBe(false);
  });
});

describe("a preset", () => {
  const stuck = sequential("stuck", {
    matches: { domain: "orders" },
    steps: [
      agent("hang", {
        run: (_input: unknown, ctx) =>
          new Promise((_resolve, reject) =>
            ctx.signal.addEventListener("abort", () => reject(new Error("told"))),
          ),
      }),
    ],
  });

  it("limits the attempts of agents that set no limit, by domain", async () => {
    await using runtime = await open({
      patterns: [stuck],
      preset: "staging",
      domains: { "orders.*": { timeoutMs: 20 } },
    });
    const run = await runtime.start(stuck, 1);
    expect(await run.outcome()).toMatchObject({ status: "failed", error: { code: "attempt-timed-out" } });
  });

  it.each([
    ["an unknown preset", { preset: "prod" }, "preset is prod"],
    ["a threshold above 1", { domains: { orders: { threshold: 2 } } }, "domains['orders'].threshold is 2"],
    ["a memory that is none", { domains: { x: { memory: "long" } } }, "domains['x'].memory is long"],
    ["an unknown key of a domain", { domains: { "*": { treshold: 1 } } }, "domains['*'].treshold is 1"],
    [
      "an unknown recovery",
      { recovery: { "pattern-not-found": "guess" } },
      "recovery['pattern-not-found'] is guess",
    ],
    ["a kind that can't be recovered", { recovery: { fire: "reject" } }, "recovery['fire'] is reject"],
    ["principals that are one text", { exploreNotFor: "ada" }, "exploreNotFor is ada"],
  ])("is refused with %s", async (_what, options, message) => {
    const given: object = options;
    await expect(open(given)).rejects.toThrow(message);
  });
});
