import { expect, test } from "vitest";
import { ManualClock } from "../clock.ts";
import { agent } from "../delegation/agent.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { MemoryLog } from "../engine/memory/memory-store.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime } from "../runtime.ts";

test("a step that starts a run while its runtime closes does not fail, and the run goes on at the next start", async () => {
  const log = new MemoryLog();
  const clock = new ManualClock();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: closing, resolve: close } = Promise.withResolvers<void>();
  const child = sequential("child", { steps: [agent("work", { run: async (n: number) => n + 1 })] });
  const spawn = agent("spawn", {
    run: async (n: number, ctx) => {
      begin();
      await closing;
      await ctx.start("child", n, { id: "the child" });
      return n;
    },
  });
  const parent = sequential("parent", { steps: [spawn] });
  const open = () => createRuntime({ patterns: [parent, child], engine: memoryEngine({ log, clock }) });
  const first = await open();
  await first.start(parent, 1, { id: "the parent" });
  await begun;
  const closed = first.close();
  close();
  await closed;
  await using second = await open();
  expect(await second.run("the parent").outcome()).toEqual({ status: "completed", output: 1 });
  expect(await second.run("the child").outcome()).toEqual({ status: "completed", output: 2 });
});
