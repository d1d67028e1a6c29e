/** Patterns by their hierarchical names, and by how often they are used. */
import type { Pattern } from "../delegation/pattern.ts";

/** The pattern of this name, in all its versions, and those below it: `orders` has `orders.fulfil`. */
export function patternsBelow(patterns: readonly Pattern[], name: string): Pattern[] {
  return patterns.filter((pattern) => pattern.name === name || pattern.name.startsWith(`${name}.`));
}

/** Those that nobody used. @param runsOf how many runs a pattern of this name had */
export function unusedPatterns(patterns: readonly Pattern[], runsOf: (name: string) => number): Pattern[] {
  return patterns.filter(({ name }) => runsOf(name) === 0);
}
