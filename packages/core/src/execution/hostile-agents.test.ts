import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { Event } from "../delegation/event.ts";
import type { Schema } from "../delegation/schema.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime } from "../runtime.ts";
import { nextEvent, run } from "./fixtures/run-pattern.ts";

const circular: { self?: unknown } = {};
circular.self = circular;

/** A value of the wrong type, as plain JavaScript would hand it over. */
function untyped(value: unknown): never {
  return value as never;
}

test("whatever is logged or noted becomes text in the events, of at most 10,000 characters and a mark", async () => {
  const talks = agent("talks", {
    run: async (_input: number, ctx) => {
      ctx.log.info(untyped(10n));
      ctx.log.info(untyped(circular));
      ctx.log.warn("x".repeat(20_000));
      ctx.progress(1, untyped(5n));
    },
  });
  const { outcome, events } = await run(sequential("talk", { steps: [talks] }), 1);
  expect(outcome.status).toBe("completed");
  const said = events.flatMap((event) => (event.kind === "step-logged" ? [event.message] : []));
  expect(said[0]).toBe("10n");
  expect(said[1]).toContain("[Circular");
  expect(said[2]).toHaveLength(10_001);
  expect(() => JSON.stringify(events)).not.toThrow();
});

test("a sub-step needs a name, and one that nobody awaits does not end the process", async () => {
  const nameless = agent("nameless", {
    run: (_input: number, ctx) => ctx.run(untyped({ cyclic: circular }), () => 1),
  });
  const { outcome } = await run(sequential("sub", { steps: [nameless] }), 1);
  expect(outcome).toMatchObject({ status: "failed", error: { code: "option-invalid" } });
  const careless = agent("careless", {
    run: async (_input: number, ctx) => {
      void ctx.run("fails", () => Promise.reject(new Error("nobody listens")));
    },
  });
  expect((await run(sequential("sub", { steps: [careless] }), 1)).outcome.status).toBe("completed");
});

test.each([undefined, "", 0, null])("a verify that throws %s is a failure", async (thrown: unknown) => {
  const throwing = agent("throwing", {
    verify: () => {
      throw thrown;
    },
    run: async () => 1,
  });
  expect((await run(sequential("sum", { steps: [throwing] }), 1)).outcome.status).toBe("failed");
});

test("a verify that never answers falls to the attempt's time limit, and is unsure", async () => {
  const slow = agent("slow", {
    timeoutMs: 5,
    verify: () => new Promise<boolean>(() => {}),
    run: async () => 1,
    undo: async () => {},
  });
  const { outcome } = await run(sequential("sum", { steps: [slow] }), 1);
  expect(outcome).toMatchObject({ status: "failed", error: { code: "attempt-abandoned" }, unsure: ["slow"] });
});

test("an input schema that never answers does not outlive a cancel, and the agent was not called", async () => {
  const never: Schema = {
    "~standard": { version: 1, vendor: "test", validate: () => new Promise(() => {}) },
  };
  let called = false;
  const asked = agent("asked", { input: never, run: async () => void (called = true), undo: async () => {} });
  const pattern = sequential("ask", { steps: [asked] });
  await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine(), graceMs: 5 });
  const handle = await runtime.start(pattern.name, 1);
  await nextEvent(handle.events(), "attempt-started");
  await handle.cancel("enough");
  expect(await handle.outcome()).toMatchObject({ status: "cancelled", unsure: [] });
  expect(called).toBe(false);
});

test("an idle reader of events can be left at once", async () => {
  const pattern = sequential("p", { steps: [agent("a", { run: () => new Promise(() => {}) })] });
  await using runtime = await createRuntime({
    patterns: [pattern],
    engine: memoryEngine(),
    drainMs: 0,
    graceMs: 0,
  });
  const handle = await runtime.start(pattern.name, 1);
  const reader = handle.events()[Symbol.asyncIterator]();
  const seen: Event["kind"][] = [];
  for (let index = 0; index < 2; index++) {
    const step = await reader.next();
    if (!step.done) seen.push(step.value.kind);
  }
  const idle = reader.next();
  await reader.return?.();
  expect(seen).toEqual(["run-started", "attempt-started"]);
  expect((await idle).done).toBe(true);
});
