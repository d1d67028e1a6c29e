import { describe, expect, it } from "vitest";
import { z } from "zod";
import { agent } from "../delegation/agent.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { approval } from "../patterns/approval.ts";
import { sequential } from "../patterns/sequential.ts";
import type { RuntimeOptions } from "../runtime.ts";
import { crashAtEveryWrite } from "../testing/crash-at-every-write.ts";
import { createTestRuntime, type TestRuntime } from "../testing/create-test-runtime.ts";
import { FaultyDisk } from "../testing/faulty-disk.ts";

type Wanted = NonNullable<NonNullable<RuntimeOptions["recovery"]>["execution-failed"]>;
type Opened = Partial<Parameters<typeof createTestRuntime>[0]>;

const open = (
  patterns: readonly Pattern[],
  wanted: Wanted = "alternative",
  options: Opened = {},
): Promise<TestRuntime> =>
  createTestRuntime({ patterns, recovery: { "execution-failed": wanted }, ...options });

const ill = sequential("ill", {
  // It fits closer than the others, so it is chosen first.
  matches: { domain: "work", agentTypes: ["default"] },
  steps: [agent("fail", { run: () => Promise.reject(new Error("it is ill")) })],
});
const well = sequential("well", {
  matches: { domain: "work" },
  steps: [agent("do", { run: (input: unknown) => `${String(input)} is done` })],
});

describe("a delegated task whose pattern fails for good", () => {
  it("is done by another one, and has one outcome", async () => {
    await using runtime = await open([ill, well]);
    const run = await runtime.delegate({ domain: "work" }, "it", { id: "t" });
    expect(run.id).toBe("t");
    expect(await run.outcome()).toEqual({ status: "completed", output: "it is done" });
    expect(await run.choice()).toMatchObject({ pattern: "well", recovery: "alternative" });
    const { runs } = await runtime.runs();
    expect(runs.map(({ id, pattern, outcome }) => `${id}: ${pattern} ${outcome}`).toSorted()).toEqual([
      "t/task/[try-2]: well completed",
      "t/task: ill failed",
      "t: (delegated) completed",
    ]);
  });

  it("teaches what its runs teach, and nothing itself", async () => {
    await using runtime = await open([ill, well]);
    const run = await runtime.delegate({ domain: "work" }, "it");
    await run.outcome();
    const { patterns, posterior } = await runtime.confidence();
    expect(patterns().toSorted()).toEqual(["ill", "well"]);
    const before = posterior("well", "work").mean;
    await run.feedback(0);
    const after = (await runtime.confidence()).posterior("well", "work").mean;
    expect(after).toBeLessThan(before);
    expect((await runtime.confidence()).patterns()).not.toContain("(delegated)");
  });

  it("ends as one that was named would where that is not wanted", async () => {
    await using runtime = await open([ill, well], "fail");
    const run = await runtime.delegate({ domain: "work" }, "it", { id: "t" });
    expect(await run.outcome()).toMatchObject({ status: "failed", error: { message: "it is ill" } });
    expect(await run.record()).toMatchObject({ pattern: "ill" });
    expect((await runtime.runs()).runs).toHaveLength(1);
  });

  it("is rejected where no pattern may take it", async () => {
    await using runtime = await open([ill, well]);
    const run = await runtime.delegate({ domain: "hotels" }, "it");
    expect(await run.outcome()).toMatchObject({ status: "rejected", error: { code: "pattern-not-found" } });
  });

  it("is one run for one id, and another task conflicts with it", async () => {
    await using runtime = await open([ill, well]);
    const again = () => runtime.delegate({ domain: "work" }, "it", { id: "t" });
    await Promise.all([again(), again()]);
    await (await again()).outcome();
    await again();
    expect((await runtime.runs()).runs).toHaveLength(3);
    await expect(runtime.delegate({ domain: "work" }, "else", { id: "t" })).rejects.toMatchObject({
      code: "run-conflict",
    });
  });

  it("keeps to the rights of its caller", async () => {
    const guarded = sequential("guarded", {
      matches: { domain: "work" },
      steps: [agent("guard", { requires: ["top"], run: () => "secret work" })],
    });
    await using runtime = await open([ill, guarded], "alternative", { grants: ["top"] });
    const run = await runtime.delegate({ domain: "work", grants: [] }, "it", { id: "t" });
    expect(await run.outcome()).toMatchObject({ status: "failed", error: { code: "child-failed" } });
    const { runs } = await runtime.runs();
    expect(runs.map(({ pattern }) => pattern).toSorted()).toEqual(["(delegated)", "ill"]);
    const free = await runtime.delegate({ domain: "work" }, "it");
    expect(await free.outcome()).toEqual({ status: "completed", output: "secret work" });
  });

  it("explores for its tries only where it may", async () => {
    await using runtime = await open([ill, well]);
    const run = await runtime.delegate({ domain: "work" }, "it", { explore: false });
    await run.outcome();
    expect(await run.choice()).toMatchObject({ pattern: "well", evaluable: false });
  });

  it("is cancelled with all that goes on for it", async () => {
    const waiting = sequential("waiting", { matches: { domain: "work" }, steps: [approval("boss")] });
    await using runtime = await open([ill, waiting]);
    const run = await runtime.delegate({ domain: "work" }, "it", { id: "t" });
    await runtime.time.skip(100);
    await run.cancel("enough");
    expect(await run.outcome()).toMatchObject({ status: "cancelled", reason: "enough" });
    expect((await runtime.run("t/task/[try-2]").record()).outcome).toBe("cancelled");
  });

  it("can be made anew by whoever retries it", async () => {
    let isIll = true;
    const moody = sequential("moody", {
      matches: { domain: "work" },
      steps: [
        agent("sulk", {
          run: async () => {
            if (isIll) throw new Error("not now");
            return "done";
          },
        }),
      ],
    });
    await using runtime = await open([moody]);
    const run = await runtime.delegate({ domain: "work" }, "it");
    expect(await run.outcome()).toMatchObject({ status: "failed" });
    isIll = false;
    expect(await (await run.retry()).outcome()).toEqual({ status: "completed", output: "done" });
  });

  it("fails where the pattern refuses the input", async () => {
    const strict: Pattern = { ...well, input: z.number() };
    await using runtime = await open([strict]);
    const run = await runtime.delegate({ domain: "work" }, "it");
    expect(await run.outcome()).toMatchObject({ status: "failed", error: { code: "input-invalid" } });
  });
});

describe("a delegated task over restarts", () => {
  it("is done by another one, whatever the process is dropped at", async () => {
    const { writes } = await crashAtEveryWrite(async (disk) => {
      const outcome = await disk.live(async (engine) => {
        await using runtime = await open([ill, well], "alternative", { engine });
        const run = await runtime.delegate({ domain: "work" }, "it", { id: "t" });
        return await runtime.time.skipUntil(run.outcome());
      });
      expect(outcome).toEqual({ status: "completed", output: "it is done" });
    });
    expect(writes).toBeGreaterThanOrEqual(3);
  });

  it("goes on by itself though nothing is to be tried again by then", async () => {
    const waiting = sequential("waiting", { matches: { domain: "work" }, steps: [approval("boss")] });
    const disk = new FaultyDisk();
    await disk.live(async (engine) => {
      await using runtime = await open([ill, waiting], "alternative", { engine });
      await runtime.delegate({ domain: "work" }, "it", { id: "t" });
      await runtime.time.skip(100);
    });
    await disk.live(async (engine) => {
      await using runtime = await open([ill, waiting], "fail", { engine });
      await runtime.run("t/task/[try-2]").signal("boss", true);
      expect(await runtime.run("t").outcome()).toMatchObject({ status: "completed" });
    });
  });
});
