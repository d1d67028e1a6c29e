/** How deep patterns are nested: a bound on recursion for everyone who walks them. */
import type { PatternNode } from "../delegation/pattern.ts";
import { childrenOf } from "./tree.ts";

/** The deepest nesting of one step in another. */
export const NESTING_MAX = 64;

// Patterns are frozen trees that may share branches; without remembering, shared branches would be walked 2^depth times.
const known = new WeakMap<PatternNode, number>();

/** Levels from this node down to its deepest leaf, 1 for a leaf; counting ends above the limit, so a circle ends too. */
export function depthOf(node: PatternNode, level = 1): number {
  const remembered = known.get(node);
  if (remembered !== undefined) return remembered;
  if (level > NESTING_MAX) return 1;
  const below = childrenOf(node, "").map((child) => depthOf(child.node, level + 1));
  const depth = 1 + Math.max(0, ...below);
  if (level === 1) known.set(node, depth);
  return depth;
}
