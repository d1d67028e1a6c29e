import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { forEach } from "../patterns/for-each.ts";
import { meta } from "../patterns/meta.ts";
import { parallel } from "../patterns/parallel.ts";
import { sequential } from "../patterns/sequential.ts";
import type { ResourceUse } from "../resources/resources.ts";
import { createRuntime } from "../runtime.ts";
import { createTestRuntime } from "../testing/create-test-runtime.ts";
import { sleep } from "../testing/work.ts";

/** Counts how many run at once. */
function counting() {
  const seen = { now: 0, most: 0 };
  const busy = agent("busy", {
    run: async (_input: unknown) => {
      seen.most = Math.max(seen.most, ++seen.now);
      await sleep(1_000);
      seen.now--;
    },
  });
  return { seen, busy };
}

test("while the machine is busier than the threshold one task runs at a time, and never none", async () => {
  const { seen, busy } = counting();
  const tasks = { a: busy, b: busy, c: busy };
  const patterns = [
    parallel("tasks", { resourceThreshold: 0.5, tasks }),
    forEach("items", { items: () => [1, 2, 3], step: busy, resourceThreshold: 0.5 }),
    meta("phases", {
      phases: [
        {
          name: "only",
          coordination: "parallel",
          resources: { memory: 0.5 },
          patterns: ["x", "y", "z"].map((name) => sequential(name, { steps: [busy] })),
        },
      ],
    }),
  ] as const;
  await using runtime = await createTestRuntime({
    patterns,
    resources: { now: () => ({ cpu: 0.9, memory: 0.9 }) },
  });
  for (const { name } of patterns) {
    seen.most = 0;
    const run = await runtime.start(name, 0);
    expect(await runtime.time.skipUntil(run.outcome())).toMatchObject({ status: "completed" });
    expect([name, seen.most]).toEqual([name, 1]);
  }
});

test("tasks start side by side while there is room, and again once there is", async () => {
  const { seen, busy } = counting();
  const use: ResourceUse & { cpu: number } = { cpu: 0.2, memory: 0.2 };
  const items = forEach("items", { items: () => [1, 2, 3, 4], step: busy, resourceThreshold: 0.5 });
  await using runtime = await createTestRuntime({ patterns: [items], resources: { now: () => use } });
  await runtime.time.skipUntil((await runtime.start(items, 0)).outcome());
  expect(seen.most).toBe(4);
  seen.most = 0;
  use.cpu = 0.9;
  const run = await runtime.start(items, 0);
  await runtime.time.skip(500);
  expect(seen.most).toBe(1);
  use.cpu = 0.2;
  await runtime.time.skipUntil(run.outcome());
  expect(seen.most).toBeGreaterThan(1);
});

test("a cancelled run does not wait for room", async () => {
  const { busy } = counting();
  const items = forEach("items", { items: () => [1, 2], step: busy, resourceThreshold: 0.5 });
  await using runtime = await createTestRuntime({
    patterns: [items],
    resources: { now: () => ({ cpu: 1, memory: 1 }) },
  });
  const run = await runtime.start(items, 0);
  await runtime.time.skip(100);
  await run.cancel("enough");
  expect(await runtime.time.skipUntil(run.outcome())).toMatchObject({ status: "cancelled" });
});

test("what is no measure is refused", async () => {
  const wrong = { patterns: [], engine: memoryEngine(), resources: 0.5 } as never;
  await expect(createRuntime(wrong)).rejects.toMatchObject({ code: "option-invalid" });
});
