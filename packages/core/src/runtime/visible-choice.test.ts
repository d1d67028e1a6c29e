import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime } from "../runtime.ts";

const patternOf = (name: string, requires: readonly string[]) =>
  sequential(name, {
    matches: { domain: "orders" },
    steps: [agent(`do-${name}`, { requires, run: async () => name })],
  });

test("what was learned of a pattern is told only to those who may use it", async () => {
  const patterns = [patternOf("open", []), patternOf("guarded", ["root:all"])];
  await using runtime = await createRuntime({ patterns, engine: memoryEngine() });
  for (const { name } of patterns) {
    for (let task = 0; task < 10; task++)
      await (await runtime.start(name, task, { context: { domain: "orders" } })).outcome();
  }
  const all = await runtime.confidence();
  expect(all.patterns().toSorted()).toEqual(["guarded", "open"]);
  expect(all.posterior("guarded", "orders").evidence).toBe(10);

  const some = await runtime.as({ principal: "mallory", grants: [] }).confidence();
  expect(some.patterns()).toEqual(["open"]);
  expect(some.domains("guarded")).toEqual([]);
  expect(some.domains("open")).toEqual(["orders"]);
  expect(some.posterior("guarded", "orders")).toMatchObject({ evidence: 0, tries: 0 });
  expect(some.posterior("open", "orders")).toEqual(all.posterior("open", "orders"));
});
