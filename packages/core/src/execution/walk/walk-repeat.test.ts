import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { beforeEach, expect, test } from "vitest";
import { agent } from "../../delegation/agent.ts";
import type { Pattern } from "../../delegation/pattern.ts";
import type { Completion, Journal } from "../../engine/engine.ts";
import { memoryEngine } from "../../engine/memory/memory-engine.ts";
import { approval } from "../../patterns/approval.ts";
import { delay } from "../../patterns/delay.ts";
import { meta } from "../../patterns/meta.ts";
import { parallel } from "../../patterns/parallel.ts";
import { repeat } from "../../patterns/repeat.ts";
import { sequential } from "../../patterns/sequential.ts";
import { createRuntime } from "../../runtime.ts";
import { adds, nextEvent, run, undone } from "../fixtures/run-pattern.ts";
import { NOTHING } from "../../delegation/reference.ts";
import type { WalkHost } from "./walk-host.ts";
import { walkNode } from "./walk-node.ts";
import { Tally, Walker } from "./walker.ts";

const one = (step: unknown): Pattern => sequential("all", { steps: [step] as never });
const isThree = (output: number): boolean => output === 3;
/** Adds one until it is handed `worst`, which it refuses; notes by path what it undid. */
const addsBelow = (worst: number) =>
  agent("a", {
    run: async (value: number): Promise<number> => {
      if (value === worst) throw new RangeError(`${value} is too much`);
      return value + 1;
    },
    undo: async (output, ctx) => void undone.push(`${ctx.path} ${output}`),
  });

beforeEach(() => {
  undone.length = 0;
});

test("a step is run again with its own output until the condition holds, each time at a path of its own", async () => {
  const asked: unknown[] = [];
  const until = (output: number, ctx: { iteration: number; input: unknown }): boolean => {
    asked.push([output, ctx.iteration, ctx.input]);
    return output === 3;
  };
  const { outcome, events } = await run(one(repeat(adds("a"), { until, max: 10, name: "loop" })), 0);
  expect(outcome).toEqual({ status: "completed", output: 3 });
  expect(asked).toEqual([
    [1, 0, 0],
    [2, 1, 0],
    [3, 2, 0],
  ]);
  expect(events.flatMap((it) => (it.kind === "step-completed" ? [it.path] : []))).toEqual([
    "loop/[0]",
    "loop/[1]",
    "loop/[2]",
  ]);
  expect(events.flatMap((it) => (it.kind === "value-recorded" ? [[it.path, it.decision]] : []))).toEqual([
    ["loop/[0]/!until", false],
    ["loop/[1]/!until", false],
    ["loop/[2]/!until", true],
  ]);
});

test("a step that is not done after max iterations fails, and its iterations are undone last first", async () => {
  const { outcome } = await run(one(repeat(addsBelow(9), { until: () => false, max: 3, name: "loop" })), 0);
  expect(outcome).toMatchObject({
    status: "rolled-back",
    error: { code: "repeat-exhausted", message: "'loop' was not done after 3 iterations", path: "loop" },
    undone: ["loop/[2]", "loop/[1]", "loop/[0]"],
  });
  expect(undone).toEqual(["loop/[2]/undo 3", "loop/[1]/undo 2", "loop/[0]/undo 1"]);
});

test("an iteration that fails fails the step, and those before it are undone last first", async () => {
  const pattern = one(
    sequential("outer", { steps: [adds("before"), repeat(addsBelow(3), { until: () => false, max: 9 })] }),
  );
  const { outcome } = await run(pattern, 0);
  expect(outcome).toMatchObject({
    status: "rolled-back",
    error: { message: "3 is too much", path: "outer/a/[2]" },
    undone: ["outer/a/[1]", "outer/a/[0]", "outer/before"],
  });
});

test.each([
  ["a promise", async () => true],
  ["a value of type number", () => 1],
  ["a value of type undefined", () => undefined],
])(
  "an `until` that gives %s fails the step and undoes the iteration it was asked about",
  async (what, until) => {
    const { outcome } = await run(one(repeat(adds("a"), { until: until as never, max: 2 })), 1);
    expect(outcome).toMatchObject({
      status: "rolled-back",
      error: {
        code: "decision-failed",
        message: `until of 'a' gave ${what}, not true or false`,
        path: "a/[0]",
      },
      undone: ["a/[0]"],
    });
  },
);

test("an `until` that throws fails the step with its error", async () => {
  const until = (): boolean => {
    throw new SyntaxError("no answer");
  };
  expect((await run(one(repeat(adds("a"), { until, max: 2 })), 1)).outcome).toMatchObject({
    error: { name: "SyntaxError", code: "decision-failed", path: "a/[0]" },
  });
});

test("a repeat that fails is tolerated like any other task", async () => {
  const tasks = {
    good: repeat(adds("a"), { until: isThree, max: 5 }),
    bad: repeat(adds("b"), { until: () => false, max: 2 }),
  };
  const { outcome } = await run(parallel("both", { tasks, tolerate: { failures: 1 } }), 0);
  expect(outcome).toMatchObject({
    status: "completed",
    output: { good: { ok: true, output: 3 }, bad: { ok: false, error: { code: "repeat-exhausted" } } },
  });
  expect(undone).toEqual(["b", "b"]);
});

test("inside an iteration the nearest output is its own, else that of the iteration before", async () => {
  const seen: unknown[] = [];
  const last = agent("last", { run: async (value: number): Promise<number> => value + 1 });
  const first = agent("first", {
    run: async (value: number, ctx): Promise<number> => {
      seen.push(value === 0 ? "none" : ctx.outputOf(last));
      return value * 10;
    },
  });
  const body = sequential("body", { steps: [first, last] });
  const until = (_output: number, ctx: { iteration: number; outputOf: (of: typeof first) => number }) => {
    seen.push(ctx.outputOf(first));
    return ctx.iteration === 2;
  };
  const after = agent("after", {
    run: async (_value: number, ctx) => [ctx.outputOf(first), ctx.outputOf(body)],
  });
  const loop = repeat(body, { until, max: 5 });
  const { outcome } = await run(sequential("all", { steps: [loop, after] as never }), 0);
  expect(outcome).toEqual({ status: "completed", output: [110, 111] });
  expect(seen).toEqual(["none", 0, 1, 10, 11, 110]);
});

test("an undo finds the outputs of its own iteration", async () => {
  const found: unknown[] = [];
  const before = agent("before", { run: async (value: number): Promise<number> => value + 1 });
  const kept = agent("kept", {
    run: async (value: number): Promise<number> => value,
    undo: async (_output, ctx) => void found.push([ctx.path, ctx.outputOf(before)]),
  });
  const loop = repeat(sequential("body", { steps: [before, kept] }), { until: () => false, max: 2 });
  await run(one(loop), 0);
  expect(found).toEqual([
    ["body/[1]/kept/undo", 2],
    ["body/[0]/kept/undo", 1],
  ]);
});

test("loops in loops end one after the other", async () => {
  const inner = repeat(adds("a"), { until: (output: number) => output % 3 === 0, max: 5 });
  const { outcome, events } = await run(
    one(repeat(inner, { until: (output: number) => output === 6, max: 5 })),
    0,
  );
  expect(outcome).toEqual({ status: "completed", output: 6 });
  const paths = events.flatMap((it) => (it.kind === "step-completed" ? [it.path] : []));
  expect(paths).toEqual(["a/[0]/[0]", "a/[0]/[1]", "a/[0]/[2]", "a/[1]/[0]", "a/[1]/[1]", "a/[1]/[2]"]);
});

test("a cancel stops a waiting iteration, and what was done is undone", async () => {
  const wait = repeat(delay(1), { until: () => false, max: 1_000_000 });
  const pattern = sequential("all", { steps: [adds("a"), wait] });
  await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine() });
  const handle = await runtime.start(pattern, 1);
  await nextEvent(handle.events(), "wait-started", "delay-1ms/[2]");
  await handle.cancel("enough");
  expect(await handle.outcome()).toMatchObject({ status: "cancelled", reason: "enough", undone: ["a"] });
});

test("a deadline around a loop stops it", async () => {
  const wait = repeat(delay(1), { until: () => false, max: 1_000_000 });
  const inner = sequential("inner", { timeoutMs: 20, steps: [wait] });
  expect((await run(one(inner), 1)).outcome).toMatchObject({
    status: "failed",
    error: { code: "pattern-timed-out", path: "inner" },
  });
});

test("each iteration of an approval is answered by its own path", async () => {
  const ask = approval("ask", { merge: (sum: number, answer: number) => sum + answer });
  const pattern = sequential("all", { steps: [repeat(ask, { until: (sum) => sum > 5, max: 9 })] });
  await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine() });
  const handle = await runtime.start(pattern, 0);
  await expect(handle.signal("ask", 1)).rejects.toMatchObject({ code: "signal-unknown" });
  await handle.signal("ask/[1]", 4);
  await handle.signal("ask/[0]", 2);
  expect(await handle.outcome()).toEqual({ status: "completed", output: 6 });
});

test("a phase counts the leaves of every iteration", async () => {
  const flaky = agent("flaky", {
    run: async (value: number): Promise<number> => {
      if (value === 2) throw new Error("at two");
      return value + 1;
    },
  });
  const loop = repeat(flaky, { until: () => false, max: 5 });
  const both = parallel("both", { tasks: { loop, sure: adds("sure") }, tolerate: { failures: 1 } });
  const phases = (coverageMin: number) =>
    [{ name: "only", patterns: [both], success: { coverageMin } }] as const;
  // Of four leaves, three completed: two iterations, and the other task.
  expect((await run(meta("plan", { phases: phases(0.75) }), 0)).outcome.status).toBe("completed");
  expect((await run(meta("plan", { phases: phases(0.76) }), 0)).outcome).toMatchObject({
    error: { code: "coverage-too-low" },
  });
});

/** Bytes that live now, after what nobody holds is gone. */
function livingBytes(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  collect();
  return process.memoryUsage().heapUsed;
}

test("100,000 iterations without an undo leave nothing behind in the walk", () => {
  const iterations = 100_000;
  const early = 10_000;
  const bytes = new Map<number, number>();
  const completions: Completion[] = [];
  const complete = (path: string, more: object): void =>
    void completions.push({ at: 0, path, ...more } as unknown as Completion);
  const journal = {
    loopPoint: () => undefined,
    note: () => {},
    run: { startedAt: 0 },
    beginsAt: 0,
    editedInput: () => undefined,
    attempt: ({ path }: { path: string }) => complete(path, { kind: "step-completed", output: 1 }),
    record: (path: string) => {
      const iteration = Number(/^\[(\d+)\]/.exec(path)?.[1]);
      if (iteration === early || iteration === iterations - 1) bytes.set(iteration, livingBytes());
      complete(path, { kind: "value-recorded", decision: iteration === iterations - 1 });
    },
  } as unknown as Journal;
  const host = { ask: () => () => ({ ok: true, decision: false }), attempt: (it: object) => it };
  const walker = new Walker(journal, host as unknown as WalkHost, walkNode);
  const step = agent("a", { run: (value: number): number => value });
  const other = agent("b", { run: (value: number): number => value });
  const loop = repeat(sequential("body", { steps: [step, other] }), { until: () => false, max: iterations });
  let ended = false;
  const place = {
    path: "",
    scope: walker.root,
    tally: new Tally(),
    input: NOTHING,
    patternInput: NOTHING,
    context: undefined,
    preserved: [],
  };
  walker.fibers.spawn(walkNode(walker, loop, place), (result) => (ended = result.ok));
  for (;;) {
    walker.fibers.run();
    const completion = completions.pop();
    if (!completion) break;
    walker.take(completion);
  }
  expect(ended).toBe(true);
  // One pointer for each of them would be 720,000.
  expect((bytes.get(iterations - 1) ?? Infinity) - (bytes.get(early) ?? 0)).toBeLessThan(500_000);
});
