import { expect, test } from "vitest";
import { eventText, isBadEvent } from "./event-text.ts";

const head = { run: "r", seq: 1, position: 1, at: 0 };

test("a failed attempt says who, how long, why, and when it is tried again", () => {
  const event = {
    ...head,
    kind: "attempt-failed",
    path: "pay",
    attempt: 2,
    agent: "bank",
    durationMs: 1_200,
    error: { code: "agent-threw", message: "no route" },
    retryInMs: 500,
  };
  expect(eventText(event)).toBe("bank · attempt 2 · 1.2 s · agent-threw: no route · again in 500 ms");
  expect(isBadEvent(event)).toBe(true);
});

test("kinds and fields that are not known are shown without guessing", () => {
  expect(eventText({ ...head, kind: "moon-rose", agent: 7, error: "odd" })).toBe("");
});

test("a run that was cancelled did not go wrong", () => {
  const ended = (status: string): boolean => isBadEvent({ ...head, kind: "run-ended", outcome: { status } });
  expect([ended("completed"), ended("cancelled"), ended("rolled-back")]).toEqual([false, false, true]);
});
