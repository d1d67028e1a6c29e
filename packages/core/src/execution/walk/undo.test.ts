import { expect, test } from "vitest";
import type { Journal } from "../../engine/engine.ts";
import type { BranchEffect, Needs } from "./result.ts";
import { undo } from "./undo.ts";
import type { WalkHost } from "./walk-host.ts";
import { Walker } from "./walker.ts";

const COUNT = 2_000;

/** Counts how often it is asked what a branch needed. */
class CountedNeeds extends Map<string, readonly string[]> {
  asked = 0;

  override get(name: string): readonly string[] | undefined {
    this.asked++;
    return super.get(name);
  }
}

/** Undoes branches that have nothing to undo themselves; says whether all has been walked. */
function undoAll(needs: Needs): boolean {
  const nothing = {} as WalkHost;
  const walker = new Walker({ beginsAt: 0 } as Journal, nothing, () => {
    throw new Error("an undo walks no node");
  });
  const parts = Array.from({ length: COUNT }, (_, index): BranchEffect => ({
    name: `b${index}`,
    effect: { kind: "sequence", parts: [] },
  }));
  let ended = false;
  walker.fibers.spawn(undo(walker, { kind: "branches", parts, needs }), () => (ended = true));
  walker.fibers.run();
  return ended;
}

test("undoing branches without needs looks at each a fixed number of times", () => {
  const needs = new CountedNeeds();
  expect(undoAll(needs)).toBe(true);
  expect(needs.asked).toBeLessThanOrEqual(3 * COUNT);
});

test("undoing a chain of needs looks at each a fixed number of times", () => {
  const chain = Array.from({ length: COUNT - 1 }, (_, index) => [`b${index + 1}`, [`b${index}`]] as const);
  const needs = new CountedNeeds(chain);
  expect(undoAll(needs)).toBe(true);
  expect(needs.asked).toBeLessThanOrEqual(3 * COUNT);
});
