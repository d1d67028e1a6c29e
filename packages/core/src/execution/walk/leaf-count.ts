/** Counts the leaf steps that a part of a pattern has by its declaration, for the coverage of phases. */
import type { PatternNode } from "../../delegation/pattern.ts";
import { childrenOf } from "../../patterns/tree.ts";

/**
 * Leaf steps of the nodes together; a `forEach` counts as one item, since only a run knows its items, and a degradation
 * chain as its preferred level.
 */
export function leafCount(...nodes: readonly (PatternNode | undefined)[]): number {
  let count = 0;
  for (const node of nodes) if (node) count += countOf(node);
  return count;
}

function countOf(node: PatternNode): number {
  if (node.kind === "degrade") return leafCount(node.levels[0]?.node);
  const below = childrenOf(node, "");
  return below.length === 0 ? 1 : leafCount(...below.map((child) => child.node));
}
