import { expect, test } from "vitest";
import { agent } from "../../delegation/agent.ts";
import type { Outcome } from "../../delegation/outcome.ts";
import type { Pattern } from "../../delegation/pattern.ts";
import { memoryEngine } from "../../engine/memory/memory-engine.ts";
import { approval } from "../../patterns/approval.ts";
import { forEach } from "../../patterns/for-each.ts";
import { sequential } from "../../patterns/sequential.ts";
import { step } from "../../patterns/step.ts";
import { when } from "../../patterns/when.ts";
import { createRuntime } from "../../runtime.ts";
import { Outputs } from "./outputs.ts";

const node = agent("node", { run: () => 1 });
const other = agent("other", { run: () => 1 });

/** Outputs after completions of `node` at these paths, in this order; the payload's id is the place in the list. */
function after(...paths: readonly string[]) {
  const outputs = new Outputs();
  paths.forEach((path, id) => outputs.completed(node, path, { of: "payload", id }));
  return (asker: string): string | undefined => {
    const found = outputs.nearest(node, asker);
    return found?.of === "payload" ? paths[found.id] : undefined;
  };
}

test.each<[string, readonly string[], string, string | undefined]>([
  ["the only one", ["a"], "b", "a"],
  ["the later of two at one distance", ["a", "a2"], "b", "a2"],
  ["the one in the same inner pattern, though another is later", ["x/a", "a"], "x/b", "x/a"],
  ["the closest pattern around, level by level", ["a", "x/a", "y/a"], "x/y/z/b", "x/a"],
  ["one inside a sibling pattern, when there is none closer", ["y/a"], "x/b", "y/a"],
  ["that of its own item", ["each/[0]/a", "each/[1]/a", "each/[2]/a"], "each/[1]/b", "each/[1]/a"],
  [
    "the latest of other items, when its own has none",
    ["each/[2]/a", "each/[0]/a"],
    "each/[1]/b",
    "each/[0]/a",
  ],
  ["item 1, not 10", ["each/[1]/a", "each/[10]/a"], "each/[1]/b", "each/[1]/a"],
  ["none", [], "b", undefined],
])("the nearest output is %s", (_what, paths, asker, found) => {
  expect(after(...paths)(asker)).toBe(found);
});

test("another agent's outputs are not found", () => {
  const outputs = new Outputs();
  outputs.completed(node, "a", { of: "nothing" });
  expect(outputs.nearest(other, "b")).toBeUndefined();
});

test("what was known inside a forgotten path alone is not found any more", () => {
  const outputs = new Outputs();
  outputs.completed(node, "loop/[0]/a", { of: "payload", id: 0 });
  outputs.completed(node, "loop/[1]/x/a", { of: "payload", id: 1 });
  outputs.completed(node, "loop/[10]/a", { of: "payload", id: 10 });
  outputs.forget("loop/[1]");
  outputs.forget("loop/[7]");
  outputs.forget("other/[0]/deep");
  expect(outputs.nearest(node, "loop/[0]/b")).toEqual({ of: "payload", id: 0 });
  expect(outputs.nearest(node, "loop/[1]/x/b")).toEqual({ of: "payload", id: 10 });
  expect(outputs.nearest(node, "b")).toEqual({ of: "payload", id: 10 });
});

async function run(pattern: Pattern, input: unknown): Promise<Outcome> {
  await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine() });
  return await (await runtime.start(pattern.name, input)).outcome();
}

test("inside the items of a forEach each step finds the output of its own item, and the one before the forEach", async () => {
  const base = agent("base", { run: async (): Promise<number> => 1_000 });
  const double = agent("double", { run: async (value: number): Promise<number> => value * 2 });
  const text = agent("text", {
    run: async (value: number, ctx): Promise<string> =>
      `${String(ctx.outputOf(base))} ${value} ${String(ctx.outputOf(double))} ${String(ctx.input)}`,
  });
  const one = sequential("one", {
    steps: [double, step(text, { name: "text", input: (doubled: number) => doubled + 1 })],
  });
  const each = forEach("each", { items: () => [1, 2, 3], step: one });
  expect(await run(sequential("all", { steps: [base, each] as never }), "in")).toEqual({
    status: "completed",
    output: ["1000 3 2 in", "1000 5 4 in", "1000 7 6 in"],
  });
});

test("a pattern's output is found as an agent's is", async () => {
  const inner = sequential("inner", { steps: [agent("seven", { run: async (): Promise<number> => 7 })] });
  const asks = agent("asks", { run: async (_value: number, ctx) => ctx.outputOf(inner) });
  expect(await run(sequential("all", { steps: [inner, asks] as never }), 1)).toEqual({
    status: "completed",
    output: 7,
  });
});

test("the output of a renamed step, a condition and an approval is found as an agent's is", async () => {
  const seven = agent("seven", { run: async (): Promise<number> => 7 });
  const renamed = step(seven, { name: "renamed" });
  const taken = when("taken", {
    if: () => true,
    then: agent("eight", { run: async (): Promise<number> => 8 }),
  });
  const skipped = when("skipped", { if: () => false, then: seven });
  const approved = approval("approved", { merge: () => 9 });
  const asks = agent("asks", {
    run: async (_value: number, ctx) => [renamed, taken, skipped, approved].map((node) => ctx.outputOf(node)),
  });
  const pattern = sequential("all", { steps: [renamed, taken, skipped, approved, asks] as never });
  await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine() });
  const handle = await runtime.start("all", 1);
  await handle.signal("approved");
  expect(await handle.outcome()).toEqual({ status: "completed", output: [7, 8, 8, 9] });
});

test("asking for a step that has not completed fails the asker, and names both", async () => {
  const later = agent("later", { run: async (): Promise<number> => 1 });
  const asks = agent("asks", { run: async (_value: number, ctx) => ctx.outputOf(later) });
  const asked = {
    code: "output-unavailable",
    message: "no step 'later' has completed before 'asks'",
    path: "asks",
  };
  expect(await run(sequential("all", { steps: [asks, later] as never }), 1)).toMatchObject({
    status: "failed",
    error: asked,
  });
  const mapped = step(later, {
    name: "mapped",
    input: (_previous: number, ctx) => ctx.outputOf(later) as never,
  });
  expect(await run(sequential("all", { steps: [mapped] as never }), 1)).toMatchObject({
    status: "failed",
    error: { code: "output-unavailable", path: "mapped" },
  });
});
