import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime } from "../runtime.ts";

test("a fork goes on with the context that steps before had changed, and tells of no change a second time", async () => {
  const change = agent("change", {
    run: async (text: string, ctx) => ctx.with({ attributes: { tenant: "b" } }, text),
  });
  const see = agent("see", { run: async (_: string, ctx) => ctx.context.attributes["tenant"] ?? "none" });
  const pattern = sequential("p", { steps: [change, see] });
  await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine() });
  const first = await runtime.start(pattern, "x");
  await first.outcome();
  const fork = await first.fork({ from: "see" });
  expect(await fork.outcome()).toEqual({ status: "completed", output: "b" });
  const kindsOf = async (run: typeof fork): Promise<string[]> => {
    const kinds: string[] = [];
    for await (const { kind } of run.events()) kinds.push(kind);
    return kinds;
  };
  expect(await kindsOf(first)).toContain("context-changed");
  expect(await kindsOf(fork)).not.toContain("context-changed");
});
