import { expect, test } from "vitest";
import type { Completion } from "../engine.ts";
import { FACTS } from "../store-samples.ts";
import { findUnfinished } from "./divergence.ts";

const nothingOpen = { openAt: () => undefined };

function completions(...kinds: readonly Completion["kind"][]): Completion[] {
  return kinds.map((kind, index) => {
    const seq = index + 1;
    return { version: 1, run: "a", seq, position: seq, at: 0, ...FACTS[kind] };
  });
}

test("a cancel asked for between a walk's last completion and its end does not keep it from ending as it did", () => {
  const memory = { completions: completions("step-completed", "cancel-requested") };
  expect(findUnfinished(memory, 1, nothingOpen)).toBeUndefined();
});

test("a walk that ended before a completion of its log is not the one that the log tells of", () => {
  const memory = { completions: completions("step-completed", "cancel-requested", "step-completed") };
  expect(findUnfinished(memory, 1, nothingOpen)).toBe("the log has step-completed at 'a'");
});
