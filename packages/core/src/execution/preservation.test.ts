import { describe, expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import { delegate } from "../patterns/delegate.ts";
import { parallel } from "../patterns/parallel.ts";
import { sequential } from "../patterns/sequential.ts";
import { changes, ran, sees, toB } from "./fixtures/contexts.ts";

describe("what a pattern preserves", () => {
  test("fails the step that would change it, naming key, before and after", async () => {
    const seen: Record<string, unknown> = {};
    const pattern = sequential("p", {
      preserve: ["domain", "attributes.tenant"],
      steps: [changes("fine", { attributes: { note: 1 } }), changes("change", toB), sees("later", seen)],
    });
    const { outcome, events } = await ran(pattern);
    expect(outcome).toMatchObject({
      status: "failed",
      error: {
        code: "context-not-preserved",
        path: "change",
        message: "ctx.with of 'change' would change 'attributes.tenant' from \"a\" to \"b\"",
        hint: expect.stringContaining("pattern 'p'"),
        breach: { pattern: "p", key: "attributes.tenant", before: "a", after: "b" },
      },
    });
    expect(seen).toEqual({});
    expect(events.at(-1)).toMatchObject({ preserved: [{ pattern: "p", ok: false }] });
  });

  test("is told at the end of a run that kept it, and of no other", async () => {
    const declares = sequential("p", { preserve: ["domain"], steps: [changes("change", toB)] });
    expect((await ran(declares)).events.at(-1)).toMatchObject({ preserved: [{ pattern: "p", ok: true }] });
    const silent = sequential("p", { steps: [changes("change", toB)] });
    expect((await ran(silent)).events.at(-1)).not.toHaveProperty("preserved");
  });

  test("is tried once, undone where its effect is unknown, and lets others go on where it may fail", async () => {
    let attempts = 0;
    const undone: unknown[] = [];
    const breaks = agent("breaks", {
      retry: { attempts: 3, delayMs: 0 },
      run: (input: unknown, ctx) => {
        attempts++;
        return ctx.with(toB, input);
      },
      undoUnsure: (_input: unknown, ctx) => void undone.push(ctx.context.attributes),
    });
    const inner = sequential("inner", { preserve: ["attributes"], steps: [breaks] });
    const pattern = parallel("p", { tasks: { inner }, tolerate: { failures: 1 } });
    const { outcome, events } = await ran(pattern);
    expect(outcome.status).toBe("completed");
    expect([attempts, undone]).toEqual([1, [{ tenant: "a" }]]);
    expect(events.at(-1)).toMatchObject({ preserved: [{ pattern: "inner", ok: false }] });
  });

  test("binds the patterns inside, and a pattern inside binds itself to the run's start", async () => {
    const inner = sequential("inner", { steps: [changes("change", toB)] });
    const outer = sequential("outer", { preserve: ["attributes.tenant"], steps: [inner] });
    expect((await ran(outer)).outcome).toMatchObject({
      error: { path: "inner/change", breach: { pattern: "outer" } },
    });
    const strict = sequential("strict", { preserve: ["attributes.tenant"], steps: [sees("look", {})] });
    const late = sequential("late", { steps: [changes("change", toB), strict] });
    expect((await ran(late)).outcome).toMatchObject({
      error: {
        code: "context-not-preserved",
        path: "strict/look",
        breach: { pattern: "strict", after: "b" },
      },
    });
  });

  test.each([
    ["attributes.deep.x", { attributes: { deep: { x: 2, y: 1 } } }, false],
    ["attributes.deep.y", { attributes: { deep: { x: 2, y: 1 } } }, true],
    ["attributes.new", { attributes: { new: 1 } }, false],
    ["attributes.a.b", { attributes: { "a.b": 1 } }, false],
    ["attributes", { attributes: { new: 1 } }, false],
    ["agentType", { agentType: "other" }, false],
    ["priority", { priority: 1 }, false],
    ["priority", { priority: 2 }, true],
  ] as const)("%s with %j", async (key, change, ok) => {
    const pattern = sequential("p", { preserve: [key], steps: [changes("change", change)] });
    const context = { attributes: { deep: { x: 1, y: 1 } } };
    expect((await ran(pattern, [], { context })).outcome.status).toBe(ok ? "completed" : "failed");
  });

  test("holds for what is delegated", async () => {
    const child = sequential("child", { matches: { domain: "kids" }, steps: [sees("look", {})] });
    const pattern = sequential("p", { preserve: ["domain"], steps: [delegate({ domain: "kids" })] });
    expect((await ran(pattern, [child])).outcome).toMatchObject({
      error: {
        code: "context-not-preserved",
        path: "delegate",
        breach: { before: "default", after: "kids" },
      },
    });
  });

  test("holds for runs that a step starts", async () => {
    const child = sequential("child", { steps: [sees("look", {})] });
    const starts = agent("starts", {
      run: async (_input: unknown, ctx) =>
        (await ctx.start(child, 0, { context: { attributes: { tenant: "b" } } })).id,
    });
    const pattern = sequential("p", { preserve: ["attributes.tenant"], steps: [starts] });
    expect((await ran(pattern, [child])).outcome).toMatchObject({
      error: { code: "context-not-preserved", path: "starts" },
    });
  });

  test("keeps secrets out of the error", async () => {
    const pattern = sequential("p", {
      preserve: ["attributes.pin.secret"],
      steps: [changes("change", { attributes: { pin: { secret: "5678" } } })],
    });
    const { outcome, events } = await ran(pattern, [], {
      context: { attributes: { pin: { secret: "1234" } } },
    });
    expect(outcome).toMatchObject({ error: { breach: { before: "[redacted]", after: "[redacted]" } } });
    expect(JSON.stringify([outcome, events])).not.toMatch(/1234|5678/);
  });

  test.each([[["principal"]], [["attributes."]], [["tenant"]], ["domain"], [[1]]])(
    "%j is refused",
    (preserve) => {
      const options = { preserve, steps: [sees("look", {})] };
      // @ts-expect-error: what plain JavaScript may hand over
      expect(() => sequential("p", options)).toThrow(
        expect.objectContaining({ code: "pattern-invalid", message: expect.stringContaining("preserve") }),
      );
    },
  );
});
