import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { approval } from "../patterns/approval.ts";
import { forEach } from "../patterns/for-each.ts";
import { meta } from "../patterns/meta.ts";
import { parallel } from "../patterns/parallel.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime } from "../runtime.ts";

import { adds, run, throws, undone } from "./fixtures/run-pattern.ts";

test("a deadline of an inner pattern fails that pattern only", async () => {
  const inner = sequential("inner", { timeoutMs: 10, steps: [approval("never")] });
  const pattern = parallel("outer", { tasks: { inner, a: adds("a") }, tolerate: { failures: 1 } });
  const { outcome } = await run(pattern, 1);
  expect(outcome).toMatchObject({
    status: "completed",
    output: { inner: { ok: false, error: { code: "pattern-timed-out" } }, a: { ok: true, output: 2 } },
  });
});

test("a failing branch aborts its siblings, and one that still finishes is undone", async () => {
  undone.length = 0;
  const finishes = agent("finishes", {
    run: (value: number, ctx) =>
      new Promise<number>((resolve) => ctx.signal.addEventListener("abort", () => resolve(value))),
    undo: async () => void undone.push("finishes"),
  });
  const pattern = parallel("both", { tasks: { finishes, fails: throws("fails", new Error("no")) } });
  const { outcome } = await run(pattern, 1);
  expect(outcome).toMatchObject({ status: "rolled-back", error: { path: "fails" }, undone: ["finishes"] });
});

test("a quorum ends at its successes, cancels the rest, and undoes one that still finishes", async () => {
  undone.length = 0;
  const late = agent("late", {
    run: (value: number, ctx) =>
      new Promise<number>((resolve) => ctx.signal.addEventListener("abort", () => resolve(value))),
    undo: async () => void undone.push("late"),
  });
  const pattern = parallel("vote", { tasks: { a: adds("a"), b: adds("b"), late }, tolerate: { quorum: 2 } });
  const { outcome } = await run(pattern, 1);
  expect(outcome).toMatchObject({
    status: "completed",
    output: { a: { ok: true }, b: { ok: true }, late: { ok: false } },
  });
  expect(undone).toEqual(["late"]);
});

test("a quorum that can't be reached any more fails", async () => {
  const pattern = parallel("vote", {
    tasks: { a: adds("a"), b: throws("b", new Error("b")), c: throws("c", new Error("c")) },
    tolerate: { quorum: 2 },
  });
  const { outcome } = await run(pattern, 1);
  expect(outcome).toMatchObject({
    error: { code: "too-many-failures", message: "2 of 3 failed; at most 1 may" },
  });
});

test("a task whose need failed does not start, and counts as failed", async () => {
  const pattern = parallel("graph", {
    tasks: { base: throws("base", new Error("no base")), top: adds("top"), other: adds("other") },
    needs: { top: ["base"] },
    tolerate: { failures: 2 },
  });
  const { outcome, events } = await run(pattern, 1);
  expect(outcome).toMatchObject({
    output: {
      base: { ok: false },
      top: { ok: false, error: { code: "need-failed" } },
      other: { ok: true, output: 2 },
    },
  });
  expect(events.some((event) => event.path === "top")).toBe(false);
});

test("needs are undone in reverse", async () => {
  undone.length = 0;
  const pattern = sequential("graph", {
    steps: [
      parallel("tasks", {
        tasks: { a: adds("a"), b: adds("b"), c: adds("c") },
        needs: { b: ["a"], c: ["b"] },
      }),
      agent("fails", {
        run: async (): Promise<number> => {
          throw new Error("no");
        },
      }),
    ],
  });
  await run(pattern, 1);
  expect(undone).toEqual(["c", "b", "a"]);
});

test("a failed batch counts all its items against the failure rate", async () => {
  const batches = agent("batches", {
    run: async (items: number[]): Promise<number[]> => {
      if (items.includes(3)) throw new Error("three");
      return items.map((item) => item * 2);
    },
  });
  const pattern = (failureRate: number) =>
    forEach("each", {
      items: (input: number) => Array.from({ length: input }, (_, index) => index),
      step: batches,
      batch: 2,
      tolerate: { failureRate },
    });
  const strict = await run(pattern(0.2), 6);
  expect(strict.outcome).toMatchObject({ status: "failed", error: { code: "too-many-failures" } });
  const lenient = await run(pattern(0.4), 6);
  expect(lenient.outcome).toMatchObject({ status: "completed" });
  const output = lenient.outcome.status === "completed" ? (lenient.outcome.output as { ok: boolean }[]) : [];
  expect(output.map((each) => each.ok)).toEqual([true, true, false, false, true, true]);
});

test("a forEach over nothing completes with an empty list", async () => {
  const pattern = forEach("each", { items: (input: number[]) => input, step: adds("a") });
  expect((await run(pattern, [])).outcome).toEqual({ status: "completed", output: [] });
});

test.each(["phase", "all", "none"] as const)("a failed phase rolls back: %s", async (rollback) => {
  undone.length = 0;
  const one = (name: string) => sequential(name, { steps: [adds(`${name}-step`)] as never });
  const pattern = meta("plan", {
    phases: [
      { name: "first", patterns: [one("a")], coordination: "sequential" },
      {
        name: "second",
        patterns: [one("b")],
        coordination: "sequential",
        success: { coverageMin: 0.9, coverage: () => 0.5 },
      },
    ] as never,
    rollback,
  });
  const { outcome } = await run(pattern, 1);
  const first = "first/a/a-step";
  const second = "second/b/b-step";
  const expected = {
    phase: { undone: [second], kept: [first] },
    all: { undone: [second, first], kept: [] },
    none: { undone: [], kept: [second, first] },
  }[rollback];
  expect(outcome).toMatchObject({ error: { code: "coverage-too-low" }, ...expected });
});

test("a plan that is stopped from outside is undone whole, whatever its phases keep when one fails", async () => {
  const began = Promise.withResolvers<void>();
  const waits = agent("waits", {
    run: (_value: unknown, ctx): Promise<number> =>
      new Promise((_resolve, reject) => {
        ctx.signal.addEventListener("abort", () => reject(new Error("stopped")));
        began.resolve();
      }),
  });
  const breaks = agent("breaks", {
    run: async (_value: number): Promise<number> => {
      await began.promise;
      throw new Error("no");
    },
  });
  const plan = meta("plan", {
    phases: [
      { name: "first", patterns: [sequential("made", { steps: [adds("a")] })], coordination: "sequential" },
      { name: "second", patterns: [waits], coordination: "sequential" },
    ],
    rollback: "none",
  });
  const { outcome } = await run(parallel("both", { tasks: { plan, breaks } }), 1);
  expect(outcome).toMatchObject({ status: "rolled-back", undone: ["plan/first/made/a"], kept: [] });
});

test("an error rate above the phase's limit rolls it back", async () => {
  let tries = 0;
  const flaky = agent("flaky", {
    retry: { attempts: 2, delayMs: 1 },
    run: async (): Promise<number> => {
      if (tries++ === 0) throw new Error("first");
      return 1;
    },
  });
  const pattern = meta("plan", {
    phases: [{ name: "only", patterns: [flaky], coordination: "sequential", rollbackOn: { errorRate: 0.4 } }],
  });
  expect((await run(pattern, 1)).outcome).toMatchObject({
    status: "failed",
    error: { code: "rollback-triggered" },
  });
});

test("sub-steps that finished are not run again by a later attempt", async () => {
  const calls: string[] = [];
  const long = agent("long", {
    retry: { attempts: 2, delayMs: 1 },
    run: async (value: number, ctx) => {
      const first = await ctx.run("first", () => {
        calls.push("first");
        return value + 1;
      });
      if (ctx.attempt === 1) throw new Error("half way");
      return ctx.run("second", () => first + 1);
    },
  });
  expect((await run(sequential("sum", { steps: [long] }), 1)).outcome).toEqual({
    status: "completed",
    output: 3,
  });
  expect(calls).toEqual(["first"]);
});

test("a repeated sub-step name is an error", async () => {
  const twice = agent("twice", {
    run: async (_value: number, ctx) => {
      await ctx.run("same", () => 1);
      return ctx.run("same", () => 2);
    },
  });
  const { outcome } = await run(sequential("sum", { steps: [twice] }), 1);
  expect(outcome).toMatchObject({ status: "failed", error: { code: "substep-repeated" } });
});

test("an agent's concurrency holds over all runs", async () => {
  let running = 0;
  let most = 0;
  const narrow = agent("narrow", {
    concurrency: 2,
    run: async (value: number) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return value;
    },
  });
  const pattern = forEach("each", { items: () => [1, 2, 3, 4, 5], step: narrow });
  await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine() });
  const runs = await Promise.all([runtime.start(pattern.name, 0), runtime.start(pattern.name, 0)]);
  for (const handle of runs) expect((await handle.outcome()).status).toBe("completed");
  expect(most).toBe(2);
});
