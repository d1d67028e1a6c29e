/** Walks the tree of effects backwards: a sequence last first, branches at once, needs reversed. */
import { Mailbox, type Walk } from "./fiber.ts";
import type { BranchEffect, Effect, Needs } from "./result.ts";
import { undoChild } from "./undo-child.ts";
import { undoStep } from "./walk-step.ts";
import type { Walker } from "./walker.ts";

/** Undoes everything; a failed undo is noted and the others go on. */
export function* undo(walker: Walker, effect: Effect | undefined): Walk<void> {
  if (!effect) return;
  switch (effect.kind) {
    case "step":
      yield* undoStep(walker, effect);
      return;
    case "child":
      yield* undoChild(walker, effect);
      return;
    case "sequence":
      for (const part of effect.parts.toReversed()) yield* undo(walker, part);
      return;
    case "branches":
      yield* undoBranches(walker, effect.parts, effect.needs);
      return;
  }
}

/** A branch is undone once every branch that needed it has been. */
function* undoBranches(walker: Walker, parts: readonly BranchEffect[], needs: Needs): Walk<void> {
  const neededBy = countDependents(parts, needs);
  const waiting = new Map(parts.map((part) => [part.name, part]));
  const ended = new Mailbox<string>();
  const start = (name: string): void => {
    const part = waiting.get(name);
    if (!part || neededBy.has(name)) return;
    waiting.delete(name);
    walker.fibers.spawn(undo(walker, part.effect), () => ended.put(name));
  };
  for (const { name } of parts) start(name);
  for (let left = parts.length; left > 0; left--) {
    for (const needed of needs.get(yield* ended.take()) ?? []) {
      const dependents = neededBy.get(needed);
      if (dependents === undefined) continue;
      if (dependents > 1) neededBy.set(needed, dependents - 1);
      else {
        neededBy.delete(needed);
        start(needed);
      }
    }
  }
}

/** Of each branch that others needed, how many of those are to be undone first. */
function countDependents(parts: readonly BranchEffect[], needs: Needs): Map<string, number> {
  const neededBy = new Map<string, number>();
  if (needs.size === 0) return neededBy;
  for (const { name } of parts) {
    for (const needed of needs.get(name) ?? []) neededBy.set(needed, (neededBy.get(needed) ?? 0) + 1);
  }
  return neededBy;
}
