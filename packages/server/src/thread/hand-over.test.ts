import { agent, createRuntime, memoryEngine, sequential, type Fold, type Runtime } from "@reeve/core";
import { expect, test } from "vitest";
import { HandOver } from "./hand-over.ts";

const copy = agent("copy", { run: (input: unknown) => input ?? null });
const copying = sequential("copying", { steps: [copy] });

const ends: Fold<number> = {
  name: "ends",
  version: 1,
  initial: () => 0,
  apply: (count, event) => count + (event.kind === "run-ended" ? 1 : 0),
};

async function runOnce(runtime: Runtime, id: string): Promise<void> {
  await (await runtime.start(copying, null, { id })).outcome();
}

test("each state is handed over once, with the runs that were touched since, all of the same position", async () => {
  await using runtime = await createRuntime({ patterns: [copying], engine: memoryEngine() });
  await runtime.engine.fold(ends);
  const handOver = new HandOver(runtime.engine, () => 0);
  await runOnce(runtime, "a");
  await runOnce(runtime, "b");
  const first = handOver.take();
  expect(first.runs).toEqual(
    new Map([
      ["a", true],
      ["b", true],
    ]),
  );
  expect(first.states.find(({ fold }) => fold === "ends")).toMatchObject({ state: "2" });
  expect(new Set(first.states.map(({ position }) => position))).toEqual(new Set([first.position]));
  expect(handOver.take()).toMatchObject({ position: first.position, runs: new Map(), states: [] });
  handOver.close();
  await runOnce(runtime, "c");
  expect(handOver.take().runs).toEqual(new Map());
});

test("who asks again at once is told nothing new until states have been left alone for twenty times what they took", async () => {
  await using runtime = await createRuntime({ patterns: [copying], engine: memoryEngine() });
  await runtime.engine.fold(ends);
  let now = 0;
  const handOver = new HandOver(runtime.engine, () => now++);
  await runOnce(runtime, "a");
  expect(handOver.take().runs).toEqual(new Map([["a", true]]));
  await runOnce(runtime, "b");
  expect(handOver.take()).toMatchObject({ runs: new Map(), states: [] });
  now += 20;
  const later = handOver.take();
  expect(later.runs).toEqual(new Map([["b", true]]));
  expect(later.states.find(({ fold }) => fold === "ends")).toMatchObject({ state: "2" });
  handOver.close();
});

test("while nobody asks only so many runs are remembered, and then it is said that they are not known", async () => {
  await using runtime = await createRuntime({ patterns: [copying], engine: memoryEngine() });
  const handOver = new HandOver(runtime.engine, () => 0);
  await Promise.all(Array.from({ length: 5_001 }, (_, index) => runOnce(runtime, `run-${index}`)));
  const handed = handOver.take();
  expect(handed.runs).toBeUndefined();
  await runOnce(runtime, "one-more");
  expect(handOver.take().runs).toEqual(new Map([["one-more", true]]));
  handOver.close();
});
