/** What the steps of a run are called: the same letters everywhere. */
import type { Steps } from "./contender.ts";

const LETTERS = ["a", "b", "c", "d", "e", "f", "g", "h", "i"] as const;

/** "a" for one step, "a" to "i" for nine. */
export function stepNames(steps: Steps): readonly string[] {
  return LETTERS.slice(0, steps);
}
