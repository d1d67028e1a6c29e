import { describe, expect, it } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { approval } from "../patterns/approval.ts";
import { delegate } from "../patterns/delegate.ts";
import { parallel } from "../patterns/parallel.ts";
import { sequential } from "../patterns/sequential.ts";
import type { RuntimeOptions } from "../runtime.ts";
import { secret } from "../secrets/secret.ts";
import { crashAtEveryWrite } from "../testing/crash-at-every-write.ts";
import { createTestRuntime, type TestRuntime } from "../testing/create-test-runtime.ts";
import { FaultyDisk } from "../testing/faulty-disk.ts";

type Wanted = NonNullable<NonNullable<RuntimeOptions["recovery"]>["execution-failed"]>;

const open = (
  patterns: readonly Pattern[],
  wanted: Wanted | undefined,
  options: Partial<Parameters<typeof createTestRuntime>[0]> = {},
): Promise<TestRuntime> =>
  createTestRuntime({ patterns, ...(wanted && { recovery: { "execution-failed": wanted } }), ...options });

/** What agents did, in order. */
const ledger = () => {
  const deeds: string[] = [];
  /** Reserves something, then fails where `isIll` says so. */
  const serving = (name: string, isIll: () => boolean, extraSteps = 0): Pattern =>
    sequential(name, {
      matches: { domain: "work" },
      steps: [
        ...Array.from({ length: extraSteps }, (_, index) => agent(`extra-${index}`, { run: () => index })),
        agent("reserve", {
          run: () => void deeds.push(`${name} reserves`),
          undo: () => void deeds.push(`${name} gives back`),
        }),
        agent("work", {
          run: () => {
            if (isIll()) throw new Error(`${name} is ill`);
            deeds.push(`${name} works`);
            return name;
          },
        }),
      ],
    });
  return { deeds, serving };
};
const always = (): boolean => true;
const never = (): boolean => false;
const help = delegate({ domain: "work" }, { name: "help" });

/** Which of two patterns is tried first is drawn; this one fits closer, so it is. */
const first = (pattern: Pattern): Pattern => ({
  ...pattern,
  matches: { domain: "work", agentTypes: ["default"] },
});

describe("a delegate whose chosen pattern fails for good", () => {
  it("fails with it, unless more is wanted", async () => {
    const { serving } = ledger();
    const parent = sequential("parent", { steps: [help] });
    await using runtime = await open([parent, first(serving("a", always)), serving("b", never)], undefined);
    const run = await runtime.start(parent, 1, { id: "p" });
    expect(await run.outcome()).toMatchObject({ status: "rolled-back", error: { code: "child-failed" } });
    expect((await runtime.runs()).runs.map(({ id }) => id).toSorted()).toEqual(["p", "p/help"]);
  });

  it("tries another one, which says why, and gives its output", async () => {
    const { serving, deeds } = ledger();
    const parent = sequential("parent", { steps: [help] });
    await using runtime = await open(
      [parent, first(serving("a", always)), serving("b", never)],
      "alternative",
    );
    const run = await runtime.start(parent, 1, { id: "p" });
    expect(await run.outcome()).toEqual({ status: "completed", output: "b" });
    expect(deeds).toEqual(["a reserves", "a gives back", "b reserves", "b works"]);
    expect(await runtime.run("p/help").outcome()).toMatchObject({ status: "rolled-back" });
    const choice = await runtime.run("p/help/[try-2]").choice();
    expect(choice).toMatchObject({ pattern: "b", recovery: "alternative" });
    expect(choice?.reason).toMatch(/^a failed; b /);
    expect(choice?.candidates.find(({ pattern }) => pattern === "a")?.reason).toBe("has-failed");
    const { posterior } = await runtime.confidence();
    expect(posterior("a", "work").mean).toBeLessThan(posterior("b", "work").mean);
  });

  it("gives up after three, with the error of the last", async () => {
    const { serving } = ledger();
    const ill = ["a", "b", "c", "d"].map((name) => serving(name, always));
    const parent = sequential("parent", { steps: [help] });
    await using runtime = await open([parent, ...ill], "alternative");
    const run = await runtime.start(parent, 1, { id: "p" });
    const outcome = await run.outcome();
    expect(outcome).toMatchObject({ status: "rolled-back", error: { code: "child-failed", path: "help" } });
    expect("error" in outcome && outcome.error.message).toContain("p/help/[try-3]");
    const tried = (await runtime.runs()).runs.filter(({ id }) => id !== "p");
    expect(new Set(tried.map(({ pattern }) => pattern)).size).toBe(3);
  });

  it("fails with the error it has where nothing else is left", async () => {
    const { serving } = ledger();
    const parent = sequential("parent", { steps: [help] });
    await using runtime = await open([parent, serving("a", always)], "alternative");
    const outcome = await (await runtime.start(parent, 1, { id: "p" })).outcome();
    expect("error" in outcome && outcome.error.message).toContain("'p/help' ended as rolled-back: a is ill");
  });

  it("tries one with fewer steps, if that is wanted", async () => {
    const { serving } = ledger();
    const parent = sequential("parent", { steps: [help] });
    const patterns = [
      first(serving("long", always, 2)),
      serving("longer", never, 3),
      serving("short", never),
    ];
    await using runtime = await open([parent, ...patterns], "lighter");
    const run = await runtime.start(parent, 1, { id: "p" });
    expect(await run.outcome()).toEqual({ status: "completed", output: "short" });
    expect(await runtime.run("p/help/[try-2]").choice()).toMatchObject({ recovery: "lighter" });
  });

  it("tries the same once more after a while, if that is wanted", async () => {
    const { serving } = ledger();
    let ill = 2;
    const parent = sequential("parent", { steps: [help] });
    const moody = serving("moody", () => ill-- > 0);
    await using runtime = await open([parent, moody], "retry");
    const startedAt = runtime.time.clock.now();
    const run = await runtime.start(parent, 1, { id: "p" });
    expect(await runtime.time.skipUntil(run.outcome())).toEqual({ status: "completed", output: "moody" });
    expect(runtime.time.clock.now() - startedAt).toBeGreaterThanOrEqual(6_000);
    const choice = await runtime.run("p/help/[try-3]").choice();
    expect(choice).toMatchObject({
      recovery: "retry",
      reason: "moody failed; it is tried once more after 5 s",
    });
  });

  it("takes a pattern that serves a similar context where no other serves this one, if both are wanted", async () => {
    const { serving } = ledger();
    const near: Pattern = { ...serving("near", never), matches: { domain: "work.elsewhere" } };
    const parent = sequential("parent", { steps: [help] });
    await using runtime = await open([parent, serving("a", always), near], "alternative", {
      recovery: { "execution-failed": "alternative", "pattern-not-found": "similar" },
    });
    const run = await runtime.start(parent, 1, { id: "p" });
    expect(await run.outcome()).toEqual({ status: "completed", output: "near" });
  });
});

describe("nothing else is tried", () => {
  it.each<[string, Pattern]>([
    [
      "after an attempt whose effect is unknown",
      sequential("a", {
        steps: [agent("work", { run: () => 1, undo: () => {}, verify: () => "it looks wrong" })],
      }),
    ],
    [
      "after an undo that failed",
      sequential("a", {
        steps: [
          agent("reserve", { run: () => 1, undo: () => Promise.reject(new Error("stuck")) }),
          agent("work", { run: () => Promise.reject(new Error("ill")) }),
        ],
      }),
    ],
  ])("%s", async (_what, bad) => {
    const { serving } = ledger();
    const parent = sequential("parent", { steps: [help] });
    const patterns = [parent, first(bad), serving("b", never)];
    await using runtime = await open(patterns, "alternative");
    const run = await runtime.start(parent, 1, { id: "p" });
    expect((await runtime.time.skipUntil(run.outcome())).status).not.toBe("completed");
    expect((await runtime.runs()).runs.map(({ id }) => id).toSorted()).toEqual(["p", "p/help"]);
  });

  it("where somebody has cancelled the child", async () => {
    const { serving } = ledger();
    const waiting = sequential("a", { steps: [approval("boss")] });
    const parent = sequential("parent", { steps: [help] });
    await using runtime = await open([parent, first(waiting), serving("b", never)], "alternative");
    const run = await runtime.start(parent, 1, { id: "p" });
    await runtime.time.skip(100);
    await runtime.run("p/help").cancel("not needed");
    expect(await run.outcome()).toMatchObject({ status: "failed", error: { code: "child-failed" } });
  });

  it("once the run is cancelled in between", async () => {
    const { serving, deeds } = ledger();
    const parent = sequential("parent", { steps: [help] });
    await using runtime = await open([parent, serving("a", always)], "retry");
    const run = await runtime.start(parent, 1, { id: "p" });
    await runtime.time.skip(500);
    expect((await runtime.run("p/help/[try-2]").record()).state).toBe("queued");
    await run.cancel("enough");
    expect(await run.outcome()).toMatchObject({ status: "cancelled", undone: ["help/reserve"] });
    expect((await runtime.run("p/help/[try-2]").record()).outcome).toBe("cancelled");
    expect(deeds).toEqual(["a reserves", "a gives back"]);
  });

  it("once the deadline of the step has passed", async () => {
    const { serving } = ledger();
    const limited = delegate({ domain: "work" }, { name: "help", timeoutMs: 2_500 });
    const parent = sequential("parent", { steps: [limited] });
    await using runtime = await open([parent, serving("a", always)], "retry");
    const run = await runtime.start(parent, 1, { id: "p" });
    const outcome = await runtime.time.skipUntil(run.outcome());
    expect(outcome).toMatchObject({ error: { code: "pattern-timed-out" } });
    expect((await runtime.run("p/help/[try-3]").record()).outcome).toBe("cancelled");
  });
});

const pay = agent("pay", {
  run: async () => {
    throw new Error("the card is refused");
  },
});

describe("what an alternative did", () => {
  it("is undone when its parent fails later", async () => {
    const { serving, deeds } = ledger();
    const parent = sequential("parent", { steps: [help, pay] });
    await using runtime = await open(
      [parent, first(serving("a", always)), serving("b", never)],
      "alternative",
    );
    const outcome = await (await runtime.start(parent, 1, { id: "p" })).outcome();
    expect(outcome).toMatchObject({
      status: "rolled-back",
      undone: ["help/reserve", "help/[try-2]/reserve"],
      notUndone: [],
    });
    expect(deeds).toEqual(["a reserves", "a gives back", "b reserves", "b works", "b gives back"]);
    expect((await runtime.run("p/help/[try-2]").record()).outcome).toBe("completed");
  });

  it("is taken over by a retry of its parent where it stands", async () => {
    let isBroke = true;
    const { deeds } = ledger();
    const serving = (name: string, isIll: boolean): Pattern =>
      sequential(name, {
        matches: { domain: "work" },
        steps: [
          agent("work", {
            run: () => {
              deeds.push(name);
              if (isIll) throw new Error("ill");
              return name;
            },
          }),
        ],
      });
    const paid = agent("paid", {
      run: async (by: unknown) => {
        if (isBroke) throw new Error("no money");
        return `${String(by)} is paid`;
      },
    });
    const parent = sequential("parent", { steps: [help, paid] });
    await using runtime = await open([parent, first(serving("a", true)), serving("b", false)], "alternative");
    const run = await runtime.start(parent, 1, { id: "p" });
    await run.outcome();
    isBroke = false;
    const again = await run.retry({ id: "q" });
    expect(await again.outcome()).toEqual({ status: "completed", output: "b is paid" });
    expect(deeds).toEqual(["a", "b"]);
  });

  it("tells nobody the secrets that the first one's error told", async () => {
    const { serving } = ledger();
    const leaky = sequential("a", {
      steps: [
        agent("work", {
          run: (input: { token: string }) => Promise.reject(new Error(`refused ${input.token}`)),
        }),
      ],
    });
    const parent = sequential("parent", { steps: [help] });
    await using runtime = await open([parent, first(leaky), serving("b", never)], "alternative");
    const run = await runtime.start(parent, { token: secret("swordfish-4711") }, { id: "p" });
    expect(await run.outcome()).toMatchObject({ status: "completed" });
    const events = await Array.fromAsync(runtime.events({ follow: false }));
    expect(events.length).toBeGreaterThan(10);
    expect(JSON.stringify(events)).not.toContain("swordfish-4711");
  });
});

describe("tries over restarts", () => {
  const scenario = (wanted: Wanted, ends: "completes" | "fails") => {
    const state = { ill: 0 };
    const { deeds, serving } = ledger();
    const ill = first(serving("a", () => (wanted === "retry" ? state.ill-- > 0 : true)));
    const steps = ends === "fails" ? [help, pay] : [help];
    const parent = sequential("parent", { steps });
    const patterns = [parent, ill, serving("b", never)];
    return async (disk: FaultyDisk): Promise<void> => {
      state.ill = 1;
      deeds.length = 0;
      const outcome = await disk.live(async (engine) => {
        await using runtime = await open(patterns, wanted, { engine });
        const run = await runtime.start(parent, 1, { id: "p" });
        return await runtime.time.skipUntil(run.outcome());
      });
      const worker = wanted === "retry" ? "a" : "b";
      if (ends === "completes") expect(outcome).toEqual({ status: "completed", output: worker });
      else expect(outcome).toMatchObject({ status: "rolled-back", notUndone: [], kept: [], unsure: [] });
      // Whatever was reserved, and given back, may have been so twice around a crash; nothing is left over.
      if (ends === "fails") expect(deeds.at(-1)).toBe(`${worker} gives back`);
      expect(deeds).toContain(`${worker} works`);
    };
  };

  it.each<[Wanted, "completes" | "fails"]>([
    ["alternative", "completes"],
    ["alternative", "fails"],
  ])("an %s is tried once whatever the process is dropped at, and the run %s", async (wanted, ends) => {
    const { writes } = await crashAtEveryWrite(scenario(wanted, ends));
    expect(writes).toBeGreaterThan(5);
  });

  it("go the way that was settled with the plan, though the settings are others by then", async () => {
    const { serving } = ledger();
    const disk = new FaultyDisk();
    const parent = sequential("parent", { steps: [help, approval("boss")] });
    const tolerant = parallel("tolerant", {
      tolerate: { failures: 1 },
      tasks: { help, boss: approval("boss") },
    });
    const patterns = [parent, tolerant, first(serving("a", always)), serving("b", never)];
    await disk.live(async (engine) => {
      await using runtime = await open(patterns, "alternative", { engine });
      await runtime.start(parent, 1, { id: "with" });
      await runtime.time.skip(100);
    });
    await disk.live(async (engine) => {
      await using runtime = await open(patterns, "fail", { engine });
      await runtime.start(tolerant, 1, { id: "without" });
      await runtime.run("with").signal("boss", 1);
      expect(await runtime.run("with").outcome()).toMatchObject({ status: "completed" });
      await runtime.time.skip(100);
    });
    await disk.live(async (engine) => {
      await using runtime = await open(patterns, "alternative", { engine });
      await runtime.run("without").signal("boss", 1);
      expect(await runtime.run("without").outcome()).toMatchObject({
        status: "completed",
        output: { help: { ok: false }, boss: { ok: true } },
      });
    });
  });
});
