/** Undoes a completed child run, by a run of its own. */
import { undoPath } from "../../delegation/path.ts";
import { childError, endOf, noteAftermath } from "./child-end.ts";
import type { Walk } from "./fiber.ts";
import type { Effect } from "./result.ts";
import { Scope } from "./scope.ts";
import type { Walker } from "./walker.ts";

export function* undoChild(walker: Walker, effect: Extract<Effect, { kind: "child" }>): Walk<void> {
  const path = undoPath(effect.path);
  walker.journal.undoChild(path, effect.child);
  const { child, outcome } = endOf(yield* walker.awaitCompletion(path, new Scope()));
  // What was undone is told by its place in the child; of a child without an undo, that is nothing.
  if (outcome.status !== "completed") noteAftermath(walker, effect.path, outcome);
  if (outcome.status === "cancelled" || outcome.status === "rollback-failed") return;
  walker.noteUndo(effect.path, childError(child, effect.path, outcome));
}
