import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { NonRetryableError } from "../errors.ts";
import { approval } from "../patterns/approval.ts";
import { sequential } from "../patterns/sequential.ts";
import { step } from "../patterns/step.ts";
import { when } from "../patterns/when.ts";
import { createRuntime } from "../runtime.ts";
import { z } from "zod";

import { adds, nextEvent, run, throws, undone } from "./fixtures/run-pattern.ts";

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
