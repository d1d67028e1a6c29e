import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { Event } from "../delegation/event.ts";
import type { Outcome } from "../delegation/outcome.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { NonRetryableError } from "../errors.ts";
import { approval } from "../patterns/approval.ts";
import { forEach } from "../patterns/for-each.ts";
import { meta } from "../patterns/meta.ts";
import { parallel } from "../patterns/parallel.ts";
import { sequential } from "../patterns/sequential.ts";
import { step } from "../patterns/step.ts";
import { when } from "../patterns/when.ts";
import { createRuntime } from "../runtime.ts";
import { seededRandom } from "../random.ts";
import { z } from "zod";

interface Ran {
  readonly outcome: Outcome;
  readonly events: readonly Event[];
}

/** Runs `pattern` to its end on a new log. */
async function run(
  pattern: Pattern,
  input: unknown,
  options: { grants?: readonly string[] } = {},
): Promise<Ran> {
  await using runtime = await createRuntime({
    patterns: [pattern],
    engine: memoryEngine(),
    random: seededRandom(1),
    graceMs: 20,
    ...options,
  });
  const handle = await runtime.start(pattern.name, input);
  const outcome = await handle.outcome();
  const events: Event[] = [];
  for await (const event of handle.events()) events.push(event);
  return { outcome, events };
}

const undone: string[] = [];

/** Adds one; its undo is noted in `undone`. */
function adds<const Name extends string>(name: Name, undo: () => void = () => {}) {
  return agent(name, {
    run: async (value: number): Promise<number> => value + 1,
    undo: async () => {
      undo();
      undone.push(name);
    },
  });
}

function throws<const Name extends string>(name: Name, thrown: unknown) {
  return agent(name, {
    run: async (_value: number): Promise<number> => {
      throw thrown;
    },
  });
}

const aftermath = { undone: [], notUndone: [], unsure: [], kept: [] };

test("a run whose last step returned is completed with that output and nothing else", async () => {
  const { outcome } = await run(sequential("sum", { steps: [adds("a"), adds("b")] }), 1);
  expect(outcome).toEqual({ status: "completed", output: 3 });
});

test("a run that failed with nothing to undo is failed, and says where and why", async () => {
  const { outcome } = await run(sequential("sum", { steps: [throws("a", new TypeError("no number"))] }), 1);
  expect(outcome).toMatchObject({
    status: "failed",
    error: { name: "TypeError", message: "no number", path: "a", attempt: 1, agent: "a" },
    ...aftermath,
  });
});

test("a failed run undoes its completed steps, last first", async () => {
  undone.length = 0;
  const pattern = sequential("sum", { steps: [adds("a"), adds("b"), throws("c", new Error("c"))] });
  const { outcome } = await run(pattern, 1);
  expect(outcome).toMatchObject({ status: "rolled-back", undone: ["b", "a"], error: { path: "c" } });
  expect(undone).toEqual(["b", "a"]);
});

test("an undo that fails for good makes the run rollback-failed, and the others still run", async () => {
  undone.length = 0;
  const stuck = adds("stuck", () => {
    throw new Error("can't be undone");
  });
  const pattern = sequential("sum", { steps: [adds("a"), stuck, throws("c", new Error("c"))] });
  const { outcome } = await run(pattern, 1);
  expect(outcome).toMatchObject({
    status: "rollback-failed",
    because: "failed",
    undone: ["a"],
    notUndone: ["stuck"],
    error: { message: "c" },
  });
});

test.each([
  ["an error", new Error("boom"), "boom"],
  ["a string", "boom", "boom"],
  ["undefined", undefined, "undefined"],
  ["null", null, "null"],
  ["an object", { reason: "boom" }, "boom"],
])("throwing %s is a failure with a message", async (_what, thrown, part) => {
  const { outcome } = await run(sequential("sum", { steps: [throws("a", thrown)] }), 1);
  expect(outcome.status).toBe("failed");
  expect(outcome.status === "failed" && outcome.error.message).toContain(part);
});

test("an output that its schema refuses fails the step, and the step with an undo is unsure", async () => {
  const wrong = agent("wrong", {
    output: z.object({ id: z.string() }),
    run: async () => ({ id: 7 }) as unknown as { id: string },
    undo: async () => {},
  });
  const { outcome } = await run(sequential("sum", { steps: [wrong] }), 1);
  expect(outcome).toMatchObject({ status: "failed", error: { code: "output-invalid" }, unsure: ["wrong"] });
  expect(outcome.status === "failed" && outcome.error.message).toContain("id");
});

test("a missing output is a failure where the schema asks for one", async () => {
  const missing = agent("missing", { output: z.string(), run: async () => undefined as unknown as string });
  const { outcome } = await run(sequential("sum", { steps: [missing] }), 1);
  expect(outcome).toMatchObject({ status: "failed", error: { code: "output-invalid" } });
});

test.each([
  ["false", () => false, "false"],
  ["a sentence", () => "lines are missing", "lines are missing"],
  ["undefined", () => undefined as unknown as boolean, "undefined"],
])("a verify that says %s is a failure", async (_what, verify, part) => {
  const refused = agent("refused", { verify, run: async () => 1 });
  const { outcome } = await run(sequential("sum", { steps: [refused] }), 1);
  expect(outcome).toMatchObject({ status: "failed", error: { code: "verify-failed" } });
  expect(outcome.status === "failed" && outcome.error.message).toContain(part);
});

test("undoUnsure settles a refused output, and sees it", async () => {
  const seen: unknown[] = [];
  const refused = agent("refused", {
    verify: () => "no",
    run: async (_input: number, ctx) => ctx.idempotencyKey,
    undo: async () => {},
    undoUnsure: async (input, ctx) => {
      seen.push(input, ctx.refused === ctx.idempotencyKey, ctx.path);
    },
  });
  const { outcome } = await run(sequential("sum", { steps: [refused] }), 5);
  expect(seen).toEqual([5, true, "refused/undo"]);
  expect(outcome).toMatchObject({ status: "rolled-back", undone: ["refused"], unsure: [] });
});

test("an output that can't be stored fails the step and names the property", async () => {
  const odd = agent("odd", { run: async () => ({ list: [{ callback: () => 1 }] }) });
  const { outcome } = await run(sequential("sum", { steps: [odd] }), 1);
  expect(outcome).toMatchObject({ status: "failed", error: { code: "value-not-storable" } });
  expect(outcome.status === "failed" && outcome.error.message).toContain("list[0].callback");
});

test("an input that the pattern's schema refuses is rejected before anything runs", async () => {
  const pattern = sequential("sum", { input: z.number(), steps: [adds("a")] });
  const { outcome, events } = await run(pattern, "one");
  expect(outcome).toMatchObject({ status: "rejected", error: { code: "input-invalid" } });
  expect(events.map((event) => event.kind)).toEqual(["run-started", "run-ended"]);
});

test("a run without the grants its steps require is rejected and names them", async () => {
  const guarded = agent("guarded", { requires: ["stock:write"], run: async () => 1 });
  const { outcome } = await run(sequential("sum", { steps: [guarded] }), 1, { grants: ["stock:read"] });
  expect(outcome).toMatchObject({ status: "rejected", error: { code: "permission-denied" } });
  expect(outcome.status === "rejected" && outcome.reason).toContain("stock:write");
});

test("a timed-out attempt aborts its signal, is retried, and fails for good when none is left", async () => {
  let aborted = 0;
  const slow = agent("slow", {
    timeoutMs: 5,
    retry: { attempts: 2, delayMs: 1 },
    run: (_input: number, ctx) =>
      new Promise<number>((_resolve, reject) => {
        ctx.signal.addEventListener("abort", () => {
          aborted++;
          reject(new Error("aborted"));
        });
      }),
  });
  const { outcome, events } = await run(sequential("sum", { steps: [slow] }), 1);
  expect(outcome).toMatchObject({ status: "failed", error: { code: "attempt-timed-out", attempt: 2 } });
  expect(aborted).toBe(2);
  expect(events.filter((event) => event.kind === "attempt-failed")).toHaveLength(2);
});

test("a function that ignores its signal is abandoned, unsure, and its late end is an event", async () => {
  let finish = (_value: number): void => {};
  const deaf = agent("deaf", {
    timeoutMs: 5,
    run: () => new Promise<number>((resolve) => (finish = resolve)),
    undo: async () => {},
  });
  const pattern = sequential("sum", { steps: [deaf] });
  await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine(), graceMs: 5 });
  const handle = await runtime.start(pattern, 1);
  expect(await handle.outcome()).toMatchObject({
    status: "failed",
    error: { code: "attempt-abandoned" },
    unsure: ["deaf"],
  });
  const late = nextEvent(runtime.events(), "attempt-ended-late");
  finish(1);
  expect(await late).toMatchObject({ path: "deaf", ok: true });
});

test("a missed heartbeat fails the attempt", async () => {
  const silent = agent("silent", {
    heartbeatTimeoutMs: 5,
    run: (_input: number, ctx) =>
      new Promise<number>((_resolve, reject) =>
        ctx.signal.addEventListener("abort", () => reject(new Error())),
      ),
  });
  const { outcome } = await run(sequential("sum", { steps: [silent] }), 1);
  expect(outcome).toMatchObject({ status: "failed", error: { code: "heartbeat-missed" } });
});

test("NonRetryableError and a refusing `when` end the attempts", async () => {
  const retry = { attempts: 5, delayMs: 1 };
  const final = agent("final", {
    retry,
    run: async (): Promise<number> => {
      throw new NonRetryableError("never");
    },
  });
  const picky = agent("picky", {
    retry: { ...retry, when: (error) => !(error instanceof RangeError) },
    run: async (): Promise<number> => {
      throw new RangeError("never");
    },
  });
  for (const node of [final, picky]) {
    const { events } = await run(sequential("sum", { steps: [node] }), 1);
    expect(events.filter((event) => event.kind === "attempt-started")).toHaveLength(1);
  }
});

test("idempotent: false is not attempted again after a timeout", async () => {
  const once = agent("once", {
    idempotent: false,
    timeoutMs: 5,
    retry: { attempts: 3, delayMs: 1 },
    run: (_input: number, ctx) =>
      new Promise<number>((_resolve, reject) =>
        ctx.signal.addEventListener("abort", () => reject(new Error())),
      ),
  });
  const { events } = await run(sequential("sum", { steps: [once] }), 1);
  expect(events.filter((event) => event.kind === "attempt-started")).toHaveLength(1);
});

test("the run's deadline ends it as timed-out after its undo", async () => {
  undone.length = 0;
  const pattern = sequential("sum", { timeoutMs: 30, steps: [adds("a"), approval("never")] });
  const { outcome } = await run(pattern, 1);
  expect(outcome).toMatchObject({ status: "timed-out", afterMs: 30, undone: ["a"] });
});

test("a deadline of an inner pattern fails that pattern only", async () => {
  const inner = sequential("inner", { timeoutMs: 10, steps: [approval("never")] });
  const pattern = parallel("outer", { tasks: { inner, a: adds("a") }, tolerate: { failures: 1 } });
  const { outcome } = await run(pattern, 1);
  expect(outcome).toMatchObject({
    status: "completed",
    output: { inner: { ok: false, error: { code: "pattern-timed-out" } }, a: { ok: true, output: 2 } },
  });
});

test("cancel during an attempt, a backoff and an approval ends as cancelled, undone", async () => {
  const hanging = agent("hanging", {
    run: (_input: number, ctx) =>
      new Promise<number>((_resolve, reject) =>
        ctx.signal.addEventListener("abort", () => reject(new Error("stop"))),
      ),
  });
  const failing = agent("failing", {
    retry: { attempts: 2, delayMs: 600_000, delayMsMax: 600_000 },
    run: async (): Promise<number> => {
      throw new Error("again");
    },
  });
  const waits = [
    [step(hanging, { name: "wait" }), "attempt-started"],
    [step(failing, { name: "wait" }), "attempt-failed"],
    [approval("wait"), "wait-started"],
  ] as const;
  for (const [node, kind] of waits) {
    const pattern = sequential("sum", { steps: [adds("a"), node] as never });
    await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine() });
    const handle = await runtime.start(pattern.name, 1);
    await nextEvent(handle.events(), kind, "wait");
    await handle.cancel("enough");
    await handle.cancel("again");
    expect(await handle.outcome()).toMatchObject({ status: "cancelled", reason: "enough", undone: ["a"] });
    await handle.cancel("too late");
    expect(await handle.outcome()).toMatchObject({ status: "cancelled", reason: "enough" });
  }
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

test("what a callback of a pattern throws fails its node", async () => {
  const broken = when("broken", {
    if: () => {
      throw new RangeError("no answer");
    },
    then: adds("a"),
  });
  const { outcome } = await run(sequential("sum", { steps: [broken] as never }), 1);
  expect(outcome).toMatchObject({ status: "failed", error: { name: "RangeError", path: "broken" } });
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

async function nextEvent(events: AsyncIterable<Event>, kind: Event["kind"], path?: string): Promise<Event> {
  for await (const event of events) {
    if (event.kind === kind && (path === undefined || event.path === path)) return event;
  }
  throw new Error(`the run ended without ${kind}`);
}
