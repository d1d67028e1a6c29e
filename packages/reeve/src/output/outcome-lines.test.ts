import { agent, createRuntime, degrade, memoryEngine } from "@reeve/core";
import { expect, test } from "vitest";
import { outcomeLines } from "./outcome-lines.ts";

test("of a chain that completed it names the level that gave the output", async () => {
  const boom = agent("boom", { run: async () => Promise.reject(new Error("no luck")) });
  const basic = agent("basic", { run: async () => 1 });
  const chain = degrade("chain", [boom, basic]);
  await using runtime = await createRuntime({ patterns: [chain], engine: memoryEngine() });
  const run = await runtime.start("chain", 1, { id: "r1" });
  const lines = outcomeLines(await run.outcome(), await run.record(), (_style, text) => text, false);
  expect(lines).toEqual([expect.stringMatching(/^completed after .* {2}r1$/), "by level basic"]);
});
