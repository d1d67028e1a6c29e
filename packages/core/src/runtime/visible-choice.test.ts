import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime } from "../runtime.ts";
import { choose } from "../selection/choose.ts";
import { visibleChoice } from "./visible-choice.ts";

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

test("a pattern that its reader may not use is not named by a part of a long name either", () => {
  const hidden = `secret-${"x".repeat(80)}`;
  const posterior = { mean: 0.9, deviation: 0.01, low: 0.88, high: 0.92, evidence: 20, tries: 20, offers: 0 };
  const candidates = ["open", hidden].map((pattern) => ({ pattern, posterior }));
  const { record } = choose({ candidates });
  expect(record.reason).toContain("secret");
  const seen = visibleChoice(record, (pattern) => pattern === "open");
  expect(JSON.stringify(seen)).not.toContain("secret");
});
