import { expect, test } from "vitest";
import type { StepStateView, StepView } from "../connection/contract.ts";
import { stepRows } from "./step-rows.ts";
import { stepSample } from "./step-sample.ts";

function step(path: string, startedAt: number, endedAt: number | null, state: StepStateView): StepView {
  return stepSample(path, { startedAt, endedAt, state });
}

const none: ReadonlySet<string> = new Set();

test("steps stand below the groups their paths name, which add them up", () => {
  const rows = stepRows([step("ship/pack", 10, 20, "completed"), step("ship/label", 15, 40, "failed")], none);
  expect(rows.map(({ path, depth, state, from, to }) => [path, depth, state, from, to])).toEqual([
    ["ship", 0, "failed", 10, 40],
    ["ship/pack", 1, "completed", 10, 20],
    ["ship/label", 1, "failed", 15, 40],
  ]);
});

test("a group goes on as long as anything in it does, and waits when all that is left waits", () => {
  const [running] = stepRows([step("a/x", 1, null, "running"), step("a/y", 1, 2, "completed")], none);
  expect(running).toMatchObject({ state: "running", to: undefined });
  const [waiting] = stepRows([step("a/x", 1, null, "waiting"), step("a/y", 1, 2, "completed")], none);
  expect(waiting).toMatchObject({ state: "waiting", to: undefined });
});

test("ten thousand items are one row until they are opened", () => {
  const items = Array.from({ length: 10_000 }, (_, index) =>
    step(`all/[${index}]`, index, index + 1, index === 7 ? "failed" : "completed"),
  );
  expect(stepRows(items, none)).toMatchObject([
    { path: "all", childCount: 10_000, failedCount: 1, isOpen: false },
  ]);
  expect(stepRows(items, new Set(["all"]))).toHaveLength(10_001);
});

test("bookkeeping has no row, an undo stands below its step", () => {
  const steps = [
    step("all/!items", 0, 1, "completed"),
    step("pay", 1, 2, "completed"),
    step("pay/undo", 3, 4, "undone"),
  ];
  expect(stepRows(steps, none).map(({ path, depth }) => [path, depth])).toEqual([
    ["pay", 0],
    ["pay/undo", 1],
  ]);
});
