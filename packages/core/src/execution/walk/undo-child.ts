/** Undoes a completed child run, by a run of its own. */
import { undoPath } from "../../delegation/path.ts";
import { childError, endOf } from "./child-end.ts";
import type { Walk } from "./fiber.ts";
import type { Effect } from "./result.ts";
import { Scope } from "./scope.ts";
import type { Walker } from "./walker.ts";

export function* undoChild(walker: Walker, effect: Extract<Effect, { kind: "child" }>): Walk<void> {
  const path = undoPath(effect.path);
  walker.journal.undoChild(path, effect.child);
  const { child, outcome } = endOf(yield* walker.awaitCompletion(path, new Scope()));
  if (outcome.status === "cancelled") walker.noteUndo(effect.path, undefined);
  else walker.noteUndo(effect.path, childError(child, effect.path, outcome));
}
