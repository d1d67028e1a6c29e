import { describe, expect, it } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { Event, Usage } from "../delegation/event.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { approval } from "../patterns/approval.ts";
import { delegate } from "../patterns/delegate.ts";
import { sequential } from "../patterns/sequential.ts";
import type { RunHandle } from "../run-handle.ts";
import type { Runtime, RuntimeOptions } from "../runtime.ts";
import { crashAtEveryWrite } from "../testing/crash-at-every-write.ts";
import { createTestRuntime, type TestRuntime } from "../testing/create-test-runtime.ts";

/** Uses so much in every attempt, of which the first ones fail. */
const uses = (name: string, usage: Usage, failures = 0) =>
  agent(name, {
    retry: { attempts: failures + 1, delayMs: 0 },
    run: async (input: unknown, ctx) => {
      ctx.usage(usage);
      if (ctx.attempt <= failures) throw new Error("not yet");
      return input;
    },
    undo: async (_output, ctx) => ctx.usage({ outputTokens: 1 }),
  });

const open = (
  patterns: readonly Pattern[],
  recovery: NonNullable<RuntimeOptions["recovery"]> = {},
): Promise<TestRuntime> => createTestRuntime({ patterns, recovery });

/** Passes the time that retries wait for. */
const ended = (runtime: TestRuntime, run: RunHandle): Promise<unknown> =>
  runtime.time.skipUntil(run.outcome());

/** What the end of a run says it has used. */
async function usedBy(runtime: Runtime, run: string): Promise<Usage> {
  const events: Event[] = await Array.fromAsync(runtime.run(run).events({ follow: false }));
  const end = events.at(-1);
  if (end?.kind !== "run-ended") throw new Error(`run '${run}' has not ended`);
  const { inputTokens, outputTokens, costUsd } = end;
  return {
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    ...(costUsd !== undefined && { costUsd }),
  };
}

const kid = sequential("kid", {
  matches: { domain: "kids" },
  steps: [uses("think", { inputTokens: 100, outputTokens: 7, costUsd: 0.1 }, 1)],
});
const help = delegate({ domain: "kids" }, { name: "help" });

describe("the end of a run tells", () => {
  it("the tokens and costs of all its attempts, failed ones too", async () => {
    const pattern = sequential("all", {
      steps: [
        uses("a", { inputTokens: 10, outputTokens: 1 }, 1),
        uses("b", { inputTokens: 5, costUsd: 0.2 }),
      ],
    });
    await using runtime = await open([pattern]);
    await ended(runtime, await runtime.start(pattern, 1, { id: "r" }));
    expect(await usedBy(runtime, "r")).toEqual({ inputTokens: 25, outputTokens: 2, costUsd: 0.2 });
  });

  it("nothing of what no agent told", async () => {
    const pattern = sequential("all", { steps: [uses("a", { inputTokens: 0 })] });
    await using runtime = await open([pattern]);
    await ended(runtime, await runtime.start(pattern, 1, { id: "r" }));
    expect(await usedBy(runtime, "r")).toEqual({});
  });

  it("what the runs that it awaited have used, and those that they awaited", async () => {
    const middle = sequential("middle", {
      matches: { domain: "middles" },
      steps: [uses("plan", { inputTokens: 1, costUsd: 0.01 }), help],
    });
    const top = sequential("top", { steps: [delegate({ domain: "middles" }, { name: "mid" })] });
    await using runtime = await open([kid, middle, top]);
    await ended(runtime, await runtime.start(top, 1, { id: "t" }));
    expect(await usedBy(runtime, "t/mid/help")).toEqual({ inputTokens: 200, outputTokens: 14, costUsd: 0.2 });
    expect(await usedBy(runtime, "t/mid")).toEqual({ inputTokens: 201, outputTokens: 14, costUsd: 0.21 });
    expect(await usedBy(runtime, "t")).toEqual({ inputTokens: 201, outputTokens: 14, costUsd: 0.21 });
  });

  it("what all tries and the undo of the last one took", async () => {
    const ill = sequential("ill", {
      matches: { domain: "kids", agentTypes: ["default"] },
      steps: [
        uses("try", { inputTokens: 1_000 }),
        agent("fail", { run: () => Promise.reject(new Error("no")) }),
      ],
    });
    const top = sequential("top", {
      steps: [help, agent("fail", { run: () => Promise.reject(new Error("no")) })],
    });
    await using runtime = await open([kid, ill, top], { "execution-failed": "alternative" });
    await ended(runtime, await runtime.start(top, 1, { id: "t" }));
    expect(await usedBy(runtime, "t/help")).toEqual({ inputTokens: 1_000, outputTokens: 1 });
    expect(await usedBy(runtime, "t/help/[try-2]/undo")).toEqual({ outputTokens: 1 });
    expect(await usedBy(runtime, "t")).toEqual({ inputTokens: 1_200, outputTokens: 16, costUsd: 0.2 });
  });

  it("nothing of runs that it only started", async () => {
    const starter = sequential("starter", {
      steps: [
        agent("start", { run: async (_input: unknown, ctx) => (await ctx.start(kid, 1, { id: "k" })).id }),
      ],
    });
    await using runtime = await open([kid, starter]);
    await ended(runtime, await runtime.start(starter, 1, { id: "s" }));
    await ended(runtime, runtime.run("k"));
    expect(await usedBy(runtime, "s")).toEqual({});
  });

  it("nothing of what it took over from the run that it retries", async () => {
    let isBroke = true;
    const pay = agent("pay", {
      run: async () => {
        if (isBroke) throw new Error("no money");
        return "paid";
      },
    });
    const plain = agent("plain", { run: (_input: unknown, ctx) => ctx.usage({ inputTokens: 3 }) });
    const top = sequential("top", { steps: [plain, pay] });
    await using runtime = await open([top]);
    const run = await runtime.start(top, 1, { id: "t" });
    await run.outcome();
    isBroke = false;
    await (await run.retry({ id: "u" })).outcome();
    expect(await usedBy(runtime, "t")).toEqual({ inputTokens: 3 });
    expect(await usedBy(runtime, "u")).toEqual({});
  });

  it("the same whatever the process is dropped at, where no attempt was lost", async () => {
    const top = sequential("top", { steps: [help, approval("boss")] });
    await crashAtEveryWrite(async (disk) => {
      const used = await disk.live(async (engine) => {
        await using runtime = await createTestRuntime({ patterns: [kid, top], engine });
        const run = await runtime.start(top, 1, { id: "t" });
        await run.signal("boss", true, { key: "answer" });
        await runtime.time.skipUntil(run.outcome());
        return await usedBy(runtime, "t");
      });
      expect(used).toEqual({ inputTokens: 200, outputTokens: 14, costUsd: 0.2 });
    });
  });
});
