import { describe, expect, expectTypeOf, test } from "vitest";
import { agent, type Agent, type Returned, type Runnable } from "../delegation/agent.ts";
import type { ContextChange } from "../delegation/changed.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { MemoryLog } from "../engine/memory/memory-store.ts";
import { degrade } from "../patterns/degrade.ts";
import { delegate } from "../patterns/delegate.ts";
import { forEach } from "../patterns/for-each.ts";
import { meta } from "../patterns/meta.ts";
import { parallel } from "../patterns/parallel.ts";
import { repeat } from "../patterns/repeat.ts";
import { sequential } from "../patterns/sequential.ts";
import { step } from "../patterns/step.ts";
import { when } from "../patterns/when.ts";
import { createRuntime } from "../runtime.ts";
import { changes, changesOf, ran, sees, toB } from "./fixtures/contexts.ts";

describe("a change of the context", () => {
  test("holds for the later steps, and is an event with its difference and weight", async () => {
    const seen: Record<string, unknown> = {};
    const pattern = sequential("p", {
      steps: [sees("first", seen), changes("change", toB), sees("second", seen), sees("third", seen)],
    });
    const { outcome, events } = await ran(pattern);
    expect(outcome).toEqual({ status: "completed", output: 0 });
    expect(seen).toEqual({ first: "a", second: "b", third: "b" });
    expect(changesOf(events)).toEqual([
      {
        path: "change",
        severity: "moderate",
        diff: [{ key: "attributes.tenant", before: "a", after: "b" }],
      },
    ]);
  });

  test("ends with the pattern around the step, and is seen by patterns after it", async () => {
    const seen: Record<string, unknown> = {};
    const inner = sequential("inner", { steps: [changes("change", toB), sees("inside", seen)] });
    const after = sequential("after", { steps: [sees("nested", seen)] });
    const outer = sequential("outer", {
      steps: [inner, sees("between", seen), changes("again", { attributes: { tenant: "c" } }), after],
    });
    await ran(outer);
    expect(seen).toEqual({ "inner/inside": "b", between: "a", "after/nested": "c" });
  });

  test("never leaves a branch of a parallel pattern", async () => {
    const seen: Record<string, unknown> = {};
    const branch = sequential("branch", { steps: [changes("change", toB), sees("inside", seen)] });
    const tasks = {
      alone: changes("alone", toB),
      branch,
      beside: sees("beside", seen),
      after: sees("x", seen),
    };
    const fork = parallel("fork", { tasks, needs: { after: ["alone", "branch"] } });
    await ran(sequential("p", { steps: [fork, sees("later", seen)] }));
    expect(seen).toEqual({
      "fork/branch/inside": "b",
      "fork/beside": "a",
      "fork/after": "a",
      later: "a",
    });
  });

  test("of an item of a forEach is not seen by the others, nor after it", async () => {
    const seen: Record<string, unknown> = {};
    const each = forEach("each", {
      items: () => [1, 2],
      concurrencyMax: 1,
      step: sequential("item", {
        steps: [sees("before", seen), changes("change", toB), sees("after", seen)],
      }),
    });
    await ran(sequential("p", { steps: [each, sees("later", seen)] }));
    expect(seen).toEqual({
      "each/[0]/before": "a",
      "each/[0]/after": "b",
      "each/[1]/before": "a",
      "each/[1]/after": "b",
      later: "a",
    });
  });

  test("goes from iteration to iteration, to `until`, and to the steps after the loop", async () => {
    const seen: unknown[] = [];
    const asked: unknown[] = [];
    const count = agent("count", {
      run: (input: unknown, ctx) => {
        const rounds = Number(ctx.context.attributes["rounds"] ?? 0);
        seen.push(rounds);
        return ctx.with({ attributes: { rounds: rounds + 1 } }, input);
      },
    });
    const loop = repeat(count, {
      max: 20,
      until: (_output, ctx) => {
        asked.push(ctx.context.attributes["rounds"]);
        return ctx.context.attributes["rounds"] === 3;
      },
    });
    const last = agent("last", { run: (_input: unknown, ctx) => ctx.context.attributes });
    const { outcome } = await ran(sequential("p", { steps: [loop, last] }));
    expect(seen).toEqual([0, 1, 2]);
    expect(asked).toEqual([1, 2, 3]);
    expect(outcome).toMatchObject({ output: { tenant: "a", rounds: 3 } });
  });

  test("of a phase's pattern holds for those after it in the phase, not for the next phase", async () => {
    const seen: Record<string, unknown> = {};
    const pattern = meta("m", {
      phases: [
        { name: "one", patterns: [changes("change", toB), sees("same", seen)] },
        { name: "two", patterns: [sees("next", seen)] },
      ],
    });
    await ran(pattern);
    expect(seen).toEqual({ "one/same": "b", "two/next": "a" });
  });

  test("of a level of a degradation chain is not seen after the chain, nor that of a level that failed", async () => {
    const seen: Record<string, unknown> = {};
    const breaks = agent("breaks", { run: (_input: unknown): unknown => fail() });
    const deep = sequential("deep", { steps: [changes("change", toB), breaks] });
    const chain = degrade("chain", [deep, sequential("basic", { steps: [sees("inside", seen)] })]);
    const direct = degrade("direct", [changes("alone", toB)]);
    await ran(sequential("p", { steps: [chain, direct, sees("later", seen)] }));
    expect(seen).toEqual({ "chain/basic/inside": "a", later: "a" });
  });

  test("passes through `step` and `when`, whose callbacks see it", async () => {
    const seen: Record<string, unknown> = {};
    const tenantOf = (ctx: { readonly context: { readonly attributes: object } }): unknown =>
      Reflect.get(ctx.context.attributes, "tenant");
    const pattern = sequential("p", {
      steps: [
        step(changes("change", toB), { name: "renamed" }),
        when("is-b", {
          if: (_previous, ctx) => tenantOf(ctx) === "b",
          then: changes("again", { attributes: { tenant: "c" } }),
        }),
        step(agent("last", { run: (input: unknown) => input }), {
          name: "mapped",
          input: (_previous, ctx) => (seen["input"] = tenantOf(ctx)),
        }),
      ],
    });
    const { outcome } = await ran(pattern);
    expect(seen).toEqual({ input: "c" });
    expect(outcome).toMatchObject({ status: "completed", output: "c" });
  });

  test("goes with what is delegated, and the child's own changes stay with the child", async () => {
    const seen: Record<string, unknown> = {};
    const child = sequential("child", {
      matches: { domain: "kids" },
      steps: [sees("in-child", seen), changes("change", { attributes: { tenant: "child" } })],
    });
    const pattern = sequential("p", {
      steps: [changes("change", toB), delegate({ domain: "kids" }), sees("later", seen)],
    });
    await ran(pattern, [child]);
    expect(seen).toEqual({ "in-child": "b", later: "b" });
  });

  test("goes with a run that a step starts", async () => {
    const seen = Promise.withResolvers<unknown>();
    const child = sequential("child", {
      steps: [agent("look", { run: (_input: unknown, { context }) => seen.resolve(context.attributes) })],
    });
    const starts = agent("starts", { run: async (_input: unknown, ctx) => (await ctx.start(child)).id });
    await ran(sequential("p", { steps: [changes("change", toB), starts] }), [child]);
    expect(await seen.promise).toEqual({ tenant: "b" });
  });

  test("is not made by an attempt that failed", async () => {
    const seen: Record<string, unknown> = {};
    const flaky = agent("flaky", {
      retry: { attempts: 2, delayMs: 0 },
      verify: (output: unknown) => output === 2,
      run: (_input: unknown, ctx): Returned<unknown> =>
        ctx.attempt === 1 ? ctx.with(toB, ctx.attempt) : ctx.attempt,
    });
    const { events } = await ran(sequential("p", { steps: [flaky, sees("later", seen)] }));
    expect(seen).toEqual({ later: "a" });
    expect(changesOf(events)).toEqual([]);
  });

  test("that changes nothing is none", async () => {
    const { events } = await ran(
      sequential("p", { steps: [changes("same", { attributes: { tenant: "a" } })] }),
    );
    expect(changesOf(events)).toEqual([]);
    expect(events.some((event) => event.kind === "step-completed" && "contextAfter" in event)).toBe(false);
  });

  test.each([
    [{ domain: "d" }, "critical", [{ key: "domain", before: "default", after: "d" }]],
    [{ agentType: "t", priority: 4 }, "critical", [{ key: "agentType" }, { key: "priority" }]],
    [{ attributes: { tenant: undefined } }, "moderate", [{ key: "attributes.tenant", before: "a" }]],
    [{ attributes: { tenant: null } }, "moderate", [{ before: "a", after: null }]],
    [{ priority: 0 }, "minor", [{ key: "priority", before: 2, after: 0 }]],
    [{ attributes: { more: [1] } }, "minor", [{ key: "attributes.more", after: [1] }]],
  ])("weighs %j as %s", async (change, severity, diff) => {
    const { events } = await ran(sequential("p", { steps: [changes("change", change)] }));
    expect(changesOf(events)).toMatchObject([{ path: "change", severity, diff }]);
  });

  test("gives undo the context that its step saw, and the steps a frozen one", async () => {
    const seen: unknown[] = [];
    const note = (_output: unknown, ctx: { readonly context: { readonly attributes: object } }): void =>
      void seen.push(ctx.context.attributes);
    const does = (name: string, change: ContextChange) =>
      agent(name, { run: (input: unknown, ctx) => ctx.with(change, input), undo: note });
    const breaks = agent("breaks", {
      run: (_input: unknown, { context }): unknown =>
        Reflect.set(context.attributes, "tenant", "z") || fail(),
    });
    const { outcome } = await ran(
      sequential("p", { steps: [does("one", toB), does("two", { attributes: { tenant: "c" } }), breaks] }),
    );
    expect(outcome).toMatchObject({ status: "rolled-back", error: { message: "it is frozen" } });
    expect(seen).toEqual([{ tenant: "b" }, { tenant: "a" }]);
  });

  test.each([
    [{ principal: "root" }, "permission-denied", "principal"],
    [{ grants: ["all"] }, "permission-denied", "grants"],
    [{ tenant: "b" }, "option-invalid", "context.tenant is unknown"],
    [{ priority: 9 }, "option-invalid", "context.priority is 9"],
    [{ attributes: { large: "x".repeat(9_000) } }, "option-invalid", "more than 8192"],
    [undefined, "option-invalid", "context is undefined"],
  ])("is refused at the call: %#", async (change, code, message) => {
    const { outcome } = await ran(
      sequential("p", { steps: [changes("change", () => change as ContextChange)] }),
    );
    expect(outcome).toMatchObject({ status: "failed", error: { code, path: "change" } });
    expect(outcome).toMatchObject({ error: { message: expect.stringContaining(message) } });
  });

  test("keeps its secrets from the log, and gives them to the steps", async () => {
    const seen: unknown[] = [];
    const looks = agent("looks", {
      run: (_input: unknown, { context }) => void seen.push(context.attributes),
    });
    const given = {
      attributes: { apiToken: "tok", note: "the password is horse-battery", password: "horse-battery" },
    };
    const { events } = await ran(sequential("p", { steps: [changes("change", given), looks] }));
    expect(seen).toEqual([{ tenant: "a", ...given.attributes }]);
    expect(JSON.stringify(events)).not.toMatch(/"tok"|horse-battery/);
    expect(changesOf(events)).toMatchObject([
      {
        diff: [
          { key: "attributes.apiToken", after: "[redacted]" },
          { key: "attributes.note", after: "the password is [redacted]" },
          { key: "attributes.password", after: "[redacted]" },
        ],
      },
    ]);
  });

  test("is taken over by a run that is retried, with the step that made it", async () => {
    const seen: unknown[] = [];
    let fails = true;
    const last = agent("last", {
      run: (_input: unknown, { context }) => {
        seen.push([context.attributes, context.principal]);
        if (fails) throw new Error("not yet");
      },
    });
    const pattern = sequential("p", { steps: [changes("change", toB), last] });
    await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine() });
    const first = await runtime.start(pattern, 0);
    await first.outcome();
    fails = false;
    expect(await (await first.retry()).outcome()).toMatchObject({ status: "completed" });
    expect(seen).toEqual([
      [{ tenant: "b" }, "local"],
      [{ tenant: "b" }, "local"],
    ]);
  });

  test("has the type of the output", () => {
    const typed = agent("typed", { run: (total: number, ctx) => ctx.with({ priority: 3 }, `${total}`) });
    expectTypeOf(typed).toEqualTypeOf<Agent<"typed", number, string>>();
    const later = agent("later", {
      run: async (total: number, ctx) => (total > 1 ? ctx.with({ priority: 3 }, total) : total),
    });
    expectTypeOf(later).toEqualTypeOf<Agent<"later", number, number>>();
    const pattern = sequential("p", { steps: [typed, agent("x", { run: (text: string) => text.length })] });
    expectTypeOf(pattern).toExtend<Runnable<"p", number, number>>();
  });
});

test("a restarted run goes on with the changed context, secrets included", async () => {
  const log = new MemoryLog();
  const seen: unknown[] = [];
  const began = Promise.withResolvers<void>();
  const secret = { attributes: { apiToken: "tok", tenant: "b" } };
  const last = (life: number) =>
    agent("last", {
      run: async (_input: unknown, { context }) => {
        seen.push([life, context]);
        began.resolve();
        if (life === 1) await new Promise(() => {});
      },
    });
  const pattern = (life: number) => sequential("p", { steps: [changes("change", secret), last(life)] });
  const first = await createRuntime({
    patterns: [pattern(1)],
    engine: memoryEngine({ log }),
    graceMs: 0,
    drainMs: 0,
  });
  await first.start("p", 0, { id: "r", context: { domain: "d" } });
  await began.promise;
  await first.close();
  await using second = await createRuntime({ patterns: [pattern(2)], engine: memoryEngine({ log }) });
  expect(await second.run("r").outcome()).toMatchObject({ status: "completed" });
  const context = {
    domain: "d",
    agentType: "default",
    priority: 2,
    principal: "local",
    grants: [],
    ...secret,
  };
  expect(seen).toEqual([
    [1, context],
    [2, context],
  ]);
});

function fail(): never {
  throw new Error("it is frozen");
}
