/** Counts the leaf steps that a part of a pattern has by its declaration, for the coverage of phases. */
import type { PatternNode } from "../../delegation/pattern.ts";
import { leaves } from "../../patterns/tree.ts";

/** Leaf steps of the nodes together; a `forEach` counts as one item, since only a run knows its items. */
export function leafCount(...nodes: readonly (PatternNode | undefined)[]): number {
  let count = 0;
  for (const node of nodes) if (node) count += leaves(node).length;
  return count;
}
