/** The fold over events of real runs. */
import {
  agent,
  approval,
  createRuntime,
  degrade,
  delegate,
  forEach,
  memoryEngine,
  meta,
  NonRetryableError,
  parallel,
  repeat,
  sequential,
  when,
  type Event,
  type Pattern,
} from "@reeve/core";
import { describe, expect, it, test } from "vitest";
import { progressRows } from "../output/progress-rows.ts";
import { usageText } from "../output/usage-text.ts";
import { advance } from "./advance.ts";
import { planOf, unknownPlan, type Plan } from "./plan.ts";
import { newProgress, type Progress } from "./progress.ts";

const ok = agent("ok", { run: async (value: unknown) => value });
const undoable = agent("undoable", { run: async (value: unknown) => value, undo: async () => {} });
const boom = agent("boom", { run: async (): Promise<unknown> => Promise.reject(new Error("no luck")) });

test("steps of a sequence end with their groups, and a branch not taken is skipped", async () => {
  const pattern = sequential("root", {
    steps: [
      sequential("inner", { steps: [ok] }),
      when("maybe", { if: () => false, then: undoable }),
      approval("look"),
    ],
  });
  const progress = await progressOf(pattern, 1, async (run) => run.signal("look"));
  expect(statesOf(progress)).toEqual({
    "": "completed",
    inner: "completed",
    "inner/ok": "completed",
    maybe: "skipped",
    look: "completed",
  });
});

test("what failed, what was undone and what never began", async () => {
  const progress = await progressOf(sequential("root", { steps: [undoable, boom, ok] }), 1);
  expect(statesOf(progress)).toEqual({ "": "failed", undoable: "undone", boom: "failed" });
  expect(progress.failures.map(({ path, error }) => [path, error?.message])).toEqual([["boom", "no luck"]]);
  expect(progress.counts).toEqual({ completed: 1, failed: 1, retried: 0, lost: 0, undone: 1 });
});

test("of a chain it shows which levels were passed over, failed, gave the output, and are not needed", async () => {
  const barred = agent("barred", { requires: ["gold"], run: async () => 1 });
  const deep = sequential("deep", { steps: [undoable, boom] });
  const least = sequential("least", { steps: [ok] });
  const chain = degrade("chain", [barred, deep, ok, least]);
  const progress = await progressOf(
    sequential("root", { steps: [chain, undoable] }),
    1,
    undefined,
    undefined,
    [],
  );
  expect(statesOf(progress)).toEqual({
    "": "completed",
    chain: "completed",
    "chain/barred": "skipped",
    "chain/deep": "failed",
    "chain/deep/undoable": "undone",
    "chain/deep/boom": "failed",
    "chain/ok": "completed",
    "chain/least": "skipped",
    undoable: "completed",
  });
  const rows = progressRows(progress, { runId: "r", now: 0 });
  const noted = rows.map(({ label, notes }) => `${label}: ${notes.join(", ")}`.replace(/\d+ ms/, "0 ms"));
  expect(noted).toEqual([
    "chain: by level ok, 0 ms",
    "barred: passed over: grants: the context does not hold 'gold'",
    "deep: 0 ms",
    "undoable: undone",
    "boom: Error: no luck, 0 ms",
    "ok: 0 ms",
    "least: not needed",
    "ok: ",
    "undoable: 0 ms",
  ]);
});

test("a chain fails with its last level, and one whose first level was stopped is stopped", async () => {
  const failed = await progressOf(degrade("root", [boom, sequential("last", { steps: [boom] })]), 1);
  expect(statesOf(failed)).toMatchObject({ "": "failed", boom: "failed", last: "failed" });
  const stopped = await progressOf(degrade("root", [approval("ask"), ok]), 1, async (run) =>
    run.cancel("no"),
  );
  expect(statesOf(stopped)).toEqual({ "": "stopped", ask: "stopped" });
});

test("a repeat is over when its condition holds, and fails with its iteration or its bound", async () => {
  const done = repeat(ok, { until: (_value, ctx) => ctx.iteration === 2, max: 5, name: "done" });
  const given = repeat(undoable, { until: () => false, max: 2, name: "given-up" });
  const progress = await progressOf(sequential("root", { steps: [done, given] }), 1);
  expect(statesOf(progress)).toMatchObject({ "": "failed", done: "completed" });
  expect(progress.steps.has("done/[0]")).toBe(false);
  expect(progress.plan.places.get("done/[*]")?.kind).toBe("agent");
  const failing = await progressOf(
    sequential("root", { steps: [repeat(boom, { until: () => true, max: 2 })] }),
    1,
  );
  expect(statesOf(failing)).toMatchObject({ "": "failed", boom: "failed" });
});

test("a parallel group is over when its last task is", async () => {
  const events = await eventsOf(parallel("root", { tasks: { a: ok, b: ok } }), 1);
  const pattern = sequential("outer", {
    steps: [parallel("both", { tasks: { a: ok, b: boom }, tolerate: { failures: 1 } }), ok],
  });
  expect(events.at(-1)?.kind).toBe("run-ended");
  const progress = await progressOf(pattern, 1);
  expect(statesOf(progress)).toMatchObject({
    both: "completed",
    "both/a": "completed",
    "both/b": "failed",
    ok: "completed",
  });
});

test("a loop counts its items, also those of batches, of failures and of items with steps of their own", async () => {
  const flaky = agent("flaky", {
    retry: { attempts: 2, delayMs: 0 },
    run: async (numbers: number[], ctx) => {
      if (numbers.includes(4)) throw new NonRetryableError("four");
      if (ctx.attempt === 1) throw new Error("again");
      return numbers;
    },
  });
  const batches = forEach("batches", {
    items: (count: number) => Array.from({ length: count }, (_, index) => index),
    step: flaky,
    batch: 2,
    tolerate: { failures: 2 },
  });
  const first = await progressOf(batches, 7);
  expect(first.loops.get("")).toMatchObject({ items: 7, batch: 2, done: 5, failed: 2 });
  expect(first.counts).toMatchObject({ retried: 3, failed: 1 });
  const deep = forEach("deep", {
    items: (count: number) => Array.from({ length: count }, () => 0),
    step: sequential("two", { steps: [ok, undoable] }),
  });
  const second = await progressOf(sequential("root", { steps: [deep, ok] }), 50);
  expect(second.loops.get("deep")).toMatchObject({ done: 50, failed: 0 });
  expect([...second.steps.keys()]).toEqual(["", "deep", "ok"]);
});

test("an empty loop is done", async () => {
  const progress = await progressOf(forEach("none", { items: () => [], step: ok }), 1);
  expect(progress.loops.get("")).toMatchObject({ items: 0, done: 0 });
  expect(statesOf(progress)).toEqual({ "": "completed" });
});

test("only items under way are remembered while a loop runs", async () => {
  const loop = forEach("loop", {
    items: () => Array.from({ length: 500 }, (_, index) => index),
    step: ok,
    concurrencyMax: 5,
  });
  const events = await eventsOf(loop, 1);
  const progress = newProgress(planOf(loop));
  let most = 0;
  for (const event of events) most = Math.max(most, advance(progress, event).steps.size);
  expect(most).toBeLessThanOrEqual(10);
  expect(progress.loops.get("")?.done).toBe(500);
});

test("phases of a meta begin and end", async () => {
  const pattern = meta("root", {
    phases: [
      { name: "one", patterns: [sequential("a", { steps: [ok] })] },
      { name: "two", patterns: [sequential("b", { steps: [boom] })] },
    ],
  });
  expect(statesOf(await progressOf(pattern, 1))).toEqual({
    "": "failed",
    one: "completed",
    "one/a": "completed",
    "one/a/ok": "completed",
    two: "failed",
    "two/b": "failed",
    "two/b/boom": "failed",
  });
});

test("a cancelled run's open steps are stopped, not failed", async () => {
  const progress = await progressOf(sequential("root", { steps: [ok, approval("look")] }), 1, async (run) =>
    run.cancel("enough"),
  );
  expect(progress.cancelReason).toBe("enough");
  expect(statesOf(progress)).toEqual({ "": "stopped", ok: "completed", look: "stopped" });
  expect(progress.counts.failed).toBe(0);
});

describe("a delegate whose first pattern fails", () => {
  const only = (name: string, step: typeof ok | typeof boom, more: object): Pattern =>
    sequential(name, { matches: { domain: "work", ...more }, steps: [step] });
  const help = delegate({ domain: "work" }, { name: "help" });
  const root = sequential("root", { steps: [help, ok] });
  const ill = only("ill", boom, { agentTypes: ["default"] });
  const told = async (others: readonly Pattern[]): Promise<Progress> => {
    const recovery = { "execution-failed": "alternative" } as const;
    const patterns = [root, ill, ...others];
    await using runtime = await createRuntime({ patterns, engine: memoryEngine(), recovery });
    const events = await Array.fromAsync((await runtime.start("root", 1)).events());
    return events.reduce(advance, newProgress(planOf(root)));
  };

  it("completes with the one that is tried next", async () => {
    const progress = await told([only("well", ok, {})]);
    expect(statesOf(progress)).toEqual({ "": "completed", help: "completed", ok: "completed" });
    expect(progress.failures).toEqual([]);
    expect(Array.from(progress.children.values(), ({ path, outcome }) => [path, outcome])).toEqual([
      ["help", "failed"],
      ["help/[try-2]", "completed"],
    ]);
  });

  it("fails once nothing else can be tried", async () => {
    const progress = await told([]);
    expect(statesOf(progress)).toEqual({ "": "failed", help: "failed" });
    expect(progress.failures).toHaveLength(1);
  });
});

test("what its agents used is added up, with what the runs that it awaited have", async () => {
  const spends = agent("spends", {
    run: async (value: unknown, ctx) => {
      ctx.usage({ inputTokens: 10, outputTokens: 1, costUsd: 0.1 });
      return value;
    },
  });
  const kid = sequential("kid", { matches: { domain: "kids" }, steps: [spends] });
  const root = sequential("root", { steps: [spends, delegate({ domain: "kids" })] });
  await using runtime = await createRuntime({ patterns: [root, kid], engine: memoryEngine() });
  const events = await Array.fromAsync((await runtime.start(root, 1)).events());
  const progress = events.reduce(advance, newProgress(planOf(root)));
  expect(progress.usage).toEqual({ inputTokens: 20, outputTokens: 2, costUsd: 0.2 });
  expect(usageText(progress.usage ?? { inputTokens: 0, outputTokens: 0, costUsd: 0 })).toBe(
    "20 + 2 tokens, $0.2",
  );
});

test("without its pattern a run is still a tree, built from its paths", async () => {
  const pattern = sequential("root", {
    steps: [sequential("inner", { steps: [ok] }), forEach("loop", { items: () => [1, 2], step: ok })],
  });
  const progress = await progressOf(pattern, 1, undefined, unknownPlan("root"));
  expect(progress.plan.root.children.map(({ path }) => path)).toEqual(["inner", "loop"]);
  expect(progress.loops.get("loop")).toMatchObject({ items: 2, done: 2 });
  expect(statesOf(progress)).toMatchObject({ "": "completed", "inner/ok": "completed" });
});

test("without its pattern a group has ended with its last step, and a loop that completed has done all its items", async () => {
  const pattern = sequential("root", {
    steps: [
      sequential("inner", { steps: [ok] }),
      forEach("loop", { items: () => [1, 2, 3, 4, 5], step: ok, batch: 2 }),
      approval("look"),
    ],
  });
  const told = await eventsOf(pattern, 1, (run) => run.signal("look"));
  // Ten seconds between any two, so that what ends when is seen.
  const events = told.map((event, index): Event => ({ ...event, at: index * 10_000 }));
  const atOf = (kind: string, path: string): number | undefined =>
    events.find((event) => event.kind === kind && event.path === path)?.at;
  const { loops, steps } = events.reduce(advance, newProgress(unknownPlan("root")));
  expect(loops.get("loop")).toMatchObject({
    items: 5,
    done: 5,
    endedAt: atOf("step-completed", "loop/[2]"),
  });
  expect(steps.get("inner")?.endedAt).toBe(atOf("step-completed", "inner/ok"));
  expect(steps.get("")?.endedAt).toBe(events.at(-1)?.at);
});

type Interfere = (run: {
  signal(name: string): Promise<void>;
  cancel(reason: string): Promise<void>;
}) => Promise<void>;

async function progressOf(
  pattern: Pattern,
  input: unknown,
  interfere?: Interfere,
  plan: Plan = planOf(pattern),
  grants?: readonly string[],
): Promise<Progress> {
  const events = await eventsOf(pattern, input, interfere, grants);
  return events.reduce(advance, newProgress(plan));
}

/** All events of a run; `interfere` is called when it waits. */
async function eventsOf(
  pattern: Pattern,
  input: unknown,
  interfere?: Interfere,
  grants?: readonly string[],
): Promise<Event[]> {
  const engine = memoryEngine();
  await using runtime = await createRuntime({ patterns: [pattern], engine, ...(grants && { grants }) });
  const run = await runtime.start(pattern.name, input);
  const events: Event[] = [];
  for await (const event of run.events()) {
    events.push(event);
    if (event.kind === "wait-started") await interfere?.(run);
  }
  return events;
}

function statesOf(progress: Progress): { [path: string]: string } {
  return Object.fromEntries(Array.from(progress.steps.values(), ({ path, state }) => [path, state]));
}
