import { expect, test } from "vitest";
import { breakerPolicy } from "../../delegation/breaker.ts";
import type { EndedAttempt } from "./ended-attempts.ts";
import { judgeProbes, openForMs, whyOpen } from "./judge-attempts.ts";

const policy = breakerPolicy({ attemptsMin: 4, windowMs: 100 });

/** Attempts one after the other, such as "ok ok! bad:ann": `ok` succeeded, `bad` failed. */
function attempts(text: string): EndedAttempt[] {
  return text.split(" ").map((word, at) => {
    const [what, principal = "local"] = word.split(":");
    return [at, what === "ok", principal];
  });
}

test.each([
  ["bad bad bad", undefined],
  ["bad bad ok bad", "3 of the last 4 attempts failed"],
  ["bad ok ok ok bad", undefined],
  ["bad ok bad ok", "2 of the last 4 attempts failed"],
  ["bad:a bad:a bad:a ok:b", undefined],
  ["bad:a bad:a bad:a bad:b ok:b", "4 of the last 5 attempts failed"],
  ["bad:a bad:a bad:a bad:a", "4 of the last 4 attempts failed"],
])("%s", (text, why) => {
  expect(whyOpen(attempts(text), policy, 50)).toBe(why);
});

test("attempts that ended before the window do not count", () => {
  expect(whyOpen(attempts("bad bad bad bad"), policy, 99)).toBeDefined();
  expect(whyOpen(attempts("bad bad bad bad"), policy, 100)).toBeUndefined();
});

test.each([
  [1, 0.5, "ok", true],
  [1, 0.5, "bad", false],
  [2, 0.5, "ok", undefined],
  [2, 0.5, "bad", false],
  [3, 0.5, "bad ok", undefined],
  [3, 0.5, "bad ok ok", true],
  [3, 0.5, "bad bad", false],
  [3, 1, "bad bad ok", true],
  [10, 0.1, "ok ok ok ok ok ok ok ok ok", undefined],
])("%s probes at a rate of %s: %s", (probes, failureRate, text, isWell) => {
  const judged = judgeProbes(attempts(text), breakerPolicy({ probes, failureRate }));
  expect(judged?.isWell).toBe(isWell);
});

test("each vain probing doubles how long it stays open, up to the longest, which is never the shorter of both", () => {
  const { openMs } = breakerPolicy({});
  expect([1, 2, 3, 9, 5_000].map((openings) => openForMs(breakerPolicy({}), openings) / openMs)).toEqual([
    1, 2, 4, 20, 20,
  ]);
  expect(breakerPolicy({ openMs: 900_000 }).openMsMax).toBe(900_000);
});

test("what an agent leaves out is as the runtime says, and then as the defaults say", () => {
  expect(breakerPolicy({ probes: 1 }, { probes: 5, openMs: 7 })).toMatchObject({
    probes: 1,
    openMs: 7,
    attemptsMin: 10,
  });
});
