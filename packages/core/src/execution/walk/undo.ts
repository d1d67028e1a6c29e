/** Walks the tree of effects backwards: a sequence last first, branches at once, needs reversed. */
import { Mailbox, type Walk } from "./fiber.ts";
import type { BranchEffect, Effect } from "./result.ts";
import { undoStep } from "./walk-step.ts";
import type { Walker } from "./walker.ts";

/** Undoes everything; a failed undo is noted and the others go on. */
export function* undo(walker: Walker, effect: Effect | undefined): Walk<void> {
  if (!effect) return;
  switch (effect.kind) {
    case "step": {
      const ok = yield* undoStep(walker, effect);
      walker.aftermath[ok ? "undone" : "notUndone"].push(effect.path);
      return;
    }
    case "sequence":
      for (const part of effect.parts.toReversed()) yield* undo(walker, part);
      return;
    case "branches":
      yield* undoBranches(walker, effect.parts, effect.needs);
      return;
  }
}

/** A branch is undone once every branch that needed it has been. */
function* undoBranches(
  walker: Walker,
  parts: readonly BranchEffect[],
  needs: { readonly [name: string]: readonly string[] },
): Walk<void> {
  const waiting = new Map(parts.map((part) => [part.name, part]));
  const ended = new Mailbox<string>();
  const remaining = new Set(waiting.keys());
  let running = 0;
  const undoneFirst = (name: string): boolean =>
    [...remaining].some((other) => needs[other]?.includes(name) === true);
  const startReady = (): void => {
    for (const [name, part] of waiting) {
      if (undoneFirst(name)) continue;
      waiting.delete(name);
      running++;
      walker.fibers.spawn(undo(walker, part.effect), () => ended.put(name));
    }
  };
  startReady();
  while (running > 0) {
    remaining.delete(yield* ended.take());
    running--;
    startReady();
  }
}
