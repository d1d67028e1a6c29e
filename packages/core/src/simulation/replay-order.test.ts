import { expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { delay } from "../patterns/delay.ts";
import { parallel } from "../patterns/parallel.ts";
import { createRuntime } from "../runtime.ts";
import { ReplayOrder, watchOrder } from "./replay-order.ts";

test("a walk that issues other commands after the same completions is told", () => {
  const order = new ReplayOrder();
  order.walked("run", ["timer a", "timer b"]);
  order.walked("run", ["timer a", "timer b"]);
  expect(order.divergences).toEqual([]);
  expect(order.repeated).toBe(1);
  order.walked("run", ["timer b", "timer a"]);
  expect(order.divergences).toEqual(["first:\n  timer a\n  timer b\nthen:\n  timer b\n  timer a"]);
});

test("the commands of a run are seen through its engine", async () => {
  const order = new ReplayOrder();
  const both = parallel("both", { tasks: { long: delay(2), short: delay(1) } });
  await using runtime = await createRuntime({
    patterns: [both],
    engine: watchOrder(memoryEngine({ clock: systemClock() }), order),
  });
  const run = await runtime.start(both, undefined, { id: "seen" });
  expect((await run.outcome()).status).toBe("completed");
  const { startedAt, input } = await run.record();
  order.walked(`seen ${startedAt} ${input}`, []);
  const [divergence] = order.divergences;
  expect(divergence).toContain(`timer ["long",${startedAt + 2}]`);
  expect(divergence?.indexOf('timer ["long"')).toBeLessThan(divergence?.indexOf('timer ["short"') ?? 0);
});
