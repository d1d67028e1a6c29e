import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { Event } from "../delegation/event.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { MemoryLog } from "../engine/memory/memory-store.ts";
import { approval } from "../patterns/approval.ts";
import { repeat } from "../patterns/repeat.ts";
import { sequential } from "../patterns/sequential.ts";
import { when } from "../patterns/when.ts";
import { createRuntime } from "../runtime.ts";
import { nextEvent } from "./fixtures/run-pattern.ts";

const counts = agent("counts", {
  run: async (value: number, ctx): Promise<number> => {
    ctx.usage({ costUsd: 0.1 });
    return value + 1;
  },
});
const passes = agent("passes", { run: async (value: number): Promise<number> => value });
const strict = sequential("strict", { preserve: ["domain"], steps: [passes] });
const body = sequential("body", {
  steps: [when("early", { if: (value: number) => value < 2, then: strict }), counts],
});
const pattern = sequential("all", {
  steps: [repeat(body, { until: (value: number) => value === 20, max: 30, name: "loop" }), approval("go")],
});

test("what the early iterations of a loop declared and cost is told at the end, also after a restart behind them", async () => {
  const log = new MemoryLog();
  const open = () => createRuntime({ patterns: [pattern], engine: memoryEngine({ log }) });
  const first = await open();
  const run = await first.start(pattern, 0);
  await nextEvent(run.events(), "wait-started");
  await first.close();
  await using second = await open();
  const again = second.run(run.id);
  await again.signal("go", { approved: true });
  expect(await again.outcome()).toMatchObject({ status: "completed" });
  const events: Event[] = [];
  for await (const event of again.events()) events.push(event);
  expect(events.some(({ kind }) => kind === "loop-advanced")).toBe(true);
  expect(events.at(-1)).toMatchObject({
    kind: "run-ended",
    preserved: [{ pattern: "strict", ok: true }],
    costUsd: 2,
  });
});
