import { expect, test } from "vitest";
import { OUTCOME_STATUSES } from "./outcome.ts";
import { taughtScore } from "./taught-score.ts";

test("what completed teaches its score, or 1; what failed 0; what was ended from outside nothing", () => {
  const taught = OUTCOME_STATUSES.map((status) => [
    status,
    taughtScore({ status, score: undefined, isForked: false }),
  ]);
  expect(Object.fromEntries(taught)).toEqual({
    completed: 1,
    failed: 0,
    "rolled-back": 0,
    "rollback-failed": 0,
    "timed-out": 0,
    cancelled: undefined,
    rejected: undefined,
  });
  expect(taughtScore({ status: "completed", score: 0.4, isForked: false })).toBe(0.4);
});

test("a retry or fork of an operator teaches nothing, however it ends", () => {
  for (const status of OUTCOME_STATUSES)
    expect(taughtScore({ status, score: 0.5, isForked: true })).toBeUndefined();
});
