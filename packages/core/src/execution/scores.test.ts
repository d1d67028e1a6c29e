import { expect, test } from "vitest";
import { agent, type Agent } from "../delegation/agent.ts";
import { forEach } from "../patterns/for-each.ts";
import { meta } from "../patterns/meta.ts";
import { parallel } from "../patterns/parallel.ts";
import { repeat } from "../patterns/repeat.ts";
import { sequential } from "../patterns/sequential.ts";
import { adds, run, throws, type Ran } from "./fixtures/run-pattern.ts";

/** Hands on its input, and is given the score. */
function scored<const Name extends string>(name: Name, score: number): Agent<Name, number, number> {
  return agent(name, { run: async (value: number) => value, verify: () => score });
}

function scoreOf({ events }: Ran): number | undefined {
  const end = events.find((event) => event.kind === "run-ended");
  return end?.kind === "run-ended" ? end.score : undefined;
}

function runScored(score: number): Promise<Ran> {
  return run(sequential("scored", { steps: [scored("only", score)] }), 1);
}

test("a number that verify gives accepts the output, also 0, and is told with the step and the run", async () => {
  for (const score of [0, 0.25, 1]) {
    const ran = await runScored(score);
    expect(ran.outcome.status).toBe("completed");
    expect(ran.events.find((event) => event.kind === "step-completed")).toMatchObject({ score });
    expect(scoreOf(ran)).toBe(score);
  }
});

test.each([
  ["a number above 1", 1.01, "verify gave 1.01"],
  ["a negative number", -0.1, "verify gave -0.1"],
  ["NaN", Number.NaN, "verify gave NaN"],
  ["an endless number", Infinity, "verify gave Infinity"],
])("%s is no score and fails the step with what helps", async (_what, score, part) => {
  const { outcome } = await runScored(score);
  expect(outcome).toMatchObject({
    status: "failed",
    error: { code: "verify-failed", hint: expect.stringContaining("a score from 0 to 1") as string },
  });
  expect(outcome.status === "failed" && outcome.error.message).toContain(part);
});

test("a run's score is the mean of its steps' scores; steps without one do not count", async () => {
  const some = sequential("some", { steps: [scored("a", 0.4), adds("b"), scored("c", 0.9)] });
  expect(scoreOf(await run(some, 1))).toBe(0.65);
  expect(scoreOf(await run(sequential("none", { steps: [adds("a")] }), 1))).toBeUndefined();
  const inner = parallel("inner", { tasks: { a: scored("a", 0.2), b: scored("b", 0.3) } });
  const whole = meta("whole", { phases: [{ name: "one", patterns: [inner], coordination: "sequential" }] });
  expect(scoreOf(await run(whole, 1))).toBe(0.25);
});

test("what a tolerated branch did before it failed has no say in the score", async () => {
  const half = sequential("half", { steps: [scored("good", 1), throws("bad", new Error("bad"))] });
  const pattern = parallel("scored", {
    tasks: { half, whole: scored("whole", 0.5) },
    tolerate: { failures: 1 },
  });
  const ran = await run(pattern, 1);
  expect(ran.outcome.status).toBe("completed");
  expect(scoreOf(ran)).toBe(0.5);
});

test("a branch that finishes although it is not needed any more has no say in the score", async () => {
  const late = agent("late", {
    verify: () => 0,
    run: (value: number, ctx) =>
      new Promise<number>((resolve) => ctx.signal.addEventListener("abort", () => resolve(value))),
    undo: async () => {},
  });
  const pattern = parallel("scored", {
    tasks: { first: scored("first", 0.8), late },
    tolerate: { quorum: 1 },
  });
  expect(scoreOf(await run(pattern, 1))).toBe(0.8);
});

test("a loop has the score of its last iteration, a forEach the mean over its items", async () => {
  const drafts = agent("draft", { run: async (count: number) => count + 1, verify: (count) => count / 4 });
  const looped = sequential("loop", {
    steps: [repeat(drafts, { until: (count) => count === 3, max: 5 })],
  });
  expect(scoreOf(await run(looped, 0))).toBe(0.75);
  const rated = agent("rate", { run: async (item: number) => item, verify: (item) => item });
  const each = forEach("each", { items: (input: number[]) => input, step: rated });
  expect(scoreOf(await run(each, [0, 0.5, 1, 0.9]))).toBe(0.6);
});

test("a run that did not complete has no score", async () => {
  const fails = sequential("fails", { steps: [scored("a", 0.9), throws("b", new Error("b"))] });
  expect(scoreOf(await run(fails, 1))).toBeUndefined();
});
