import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import { forEach } from "../patterns/for-each.ts";
import { meta } from "../patterns/meta.ts";
import { parallel } from "../patterns/parallel.ts";
import { sequential } from "../patterns/sequential.ts";
import { adds, run, throws, undone } from "./fixtures/run-pattern.ts";

test.each([0, 2])("a quorum of 3 fails at once when there are %i items", async (count) => {
  let called = 0;
  const counts = agent("counts", { run: (value: number) => value + ++called });
  const pattern = forEach("vote", {
    items: () => Array.from({ length: count }, (_, index) => index),
    step: counts,
    tolerate: { quorum: 3 },
  });
  const { outcome } = await run(pattern, 1);
  expect(outcome).toMatchObject({
    status: "failed",
    error: {
      code: "too-many-failures",
      message: `a quorum of 3 can't be reached: there are only ${count}`,
      path: "",
    },
  });
  expect(called).toBe(0);
});

test("of 100 items k fail at a failure rate of k / 100, and not one more", async () => {
  const items = Array.from({ length: 100 }, (_, index) => index);
  let failures = 0;
  const fails = agent("fails", {
    run: (item: number) => {
      if (item < failures) throw new Error("no");
      return item;
    },
  });
  for (let k = 0; k < 100; k++) {
    const pattern = forEach("each", { items: () => items, step: fails, tolerate: { failureRate: k / 100 } });
    failures = k;
    expect((await run(pattern, 1)).outcome.status, `${k} of 100`).toBe("completed");
    failures = k + 1;
    expect((await run(pattern, 1)).outcome, `${k + 1} of 100`).toMatchObject({
      error: { message: `${k + 1} of 100 failed; at most ${k} may` },
    });
  }
});

test("an undo that failed for good in a tolerated branch fails the run, and the rest is undone", async () => {
  undone.length = 0;
  const stays = agent("stays", {
    run: (value: number) => value,
    undo: () => {
      throw new Error("it can't be taken back");
    },
  });
  const half = sequential("half", { steps: [stays, throws("breaks", new Error("broken"))] });
  const both = parallel("both", { tasks: { half, good: adds("good") }, tolerate: { failures: 1 } });
  const { outcome } = await run(sequential("all", { steps: [adds("first"), both] }), 1);
  expect(outcome).toMatchObject({
    status: "rollback-failed",
    because: "failed",
    error: { message: "broken", path: "both/half/breaks" },
    notUndone: ["both/half/stays"],
    undone: ["both/good", "first"],
  });
  expect(undone).toEqual(["good", "first"]);
});

test("an undo that failed for good in a branch that came too late fails the run with the undo's error", async () => {
  const late = agent("late", {
    run: (value: number, ctx) =>
      new Promise<number>((resolve) => ctx.signal.addEventListener("abort", () => resolve(value))),
    undo: () => {
      throw new Error("it can't be taken back");
    },
  });
  const pattern = parallel("vote", { tasks: { a: adds("a"), late }, tolerate: { quorum: 1 } });
  const { outcome } = await run(pattern, 1);
  expect(outcome).toMatchObject({
    status: "rollback-failed",
    error: { message: "it can't be taken back", path: "late/undo" },
    notUndone: ["late"],
    undone: ["a"],
  });
});

test("patterns of a phase may be called what all objects have, and are undone", async () => {
  const names = ["constructor", "toString", "valueOf"];
  const patterns = names.map((name) => sequential(name, { steps: [adds(`${name}-step`)] }));
  const breaks = sequential("breaks", { steps: [throws("step", new Error("no"))] });
  const pattern = meta("plan", {
    phases: [
      { name: "one", patterns, coordination: "parallel" },
      { name: "two", patterns: [breaks], coordination: "sequential" },
    ] as never,
    rollback: "all",
  });
  const { outcome } = await run(pattern, 1);
  expect(outcome).toMatchObject({
    status: "rolled-back",
    undone: names.map((name) => `one/${name}/${name}-step`),
  });
});

test("a task is undone after those that needed it, also through one without an undo", async () => {
  undone.length = 0;
  const plain = agent("plain", { run: (value: number) => value });
  const pattern = sequential("graph", {
    steps: [
      parallel("tasks", {
        tasks: { a: adds("a"), plain, c: adds("c") },
        needs: { plain: ["a"], c: ["plain"] },
      }),
      agent("fails", {
        run: (): number => {
          throw new Error("no");
        },
      }),
    ],
  });
  await run(pattern, 1);
  expect(undone).toEqual(["c", "a"]);
});

test.each([
  ["fewer values", [1], "gave a list of 1 for a batch of 2"],
  ["more values", [1, 2, 3], "gave a list of 3 for a batch of 2"],
  ["nothing", undefined, "gave no list for a batch of 2"],
])("a batch that is answered with %s fails, and is undone", async (_what, answer, why) => {
  undone.length = 0;
  const batches = agent("batches", {
    run: (_items: number[]): number[] => answer as number[],
    undo: () => void undone.push("batches"),
  });
  const options = { items: (input: number[]) => input, step: batches, batch: 2 };
  const strict = await run(forEach("each", options), [1, 2]);
  expect(strict.outcome).toMatchObject({
    status: "rolled-back",
    error: { code: "output-invalid", message: `step 'batches' ${why}`, path: "[0]" },
    undone: ["[0]"],
  });
  expect(undone).toEqual(["batches"]);
  const lenient = await run(forEach("each", { ...options, tolerate: { failures: 2 } }), [1, 2]);
  const refused = { ok: false, error: { code: "output-invalid" } };
  expect(lenient.outcome).toMatchObject({ status: "completed", output: [refused, refused] });
});

test("a last batch that is not full is held to its own length", async () => {
  const batches = agent("batches", { run: (items: number[]): number[] => items });
  const pattern = forEach("each", { items: (input: number[]) => input, step: batches, batch: 2 });
  expect((await run(pattern, [1, 2, 3])).outcome).toEqual({ status: "completed", output: [1, 2, 3] });
});
