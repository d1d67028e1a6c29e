/** Which agent, being out of order, keeps a pattern from doing its work. */
import type { PatternNode } from "../delegation/pattern.ts";
import { agentsOf, childrenOf } from "./tree.ts";

/**
 * The first agent that is out of order and that the pattern can't do without; undefined: none is. A chain can do without
 * what one of its levels can, and steps that may fail, or may not be taken, need nobody.
 */
export function blockingAgent(
  pattern: PatternNode,
  isOutOfOrder: (agent: string) => boolean,
): string | undefined {
  // The steps of stored patterns are read only where it matters.
  if (!agentsOf(pattern).some(({ name }) => isOutOfOrder(name))) return undefined;
  switch (pattern.kind) {
    case "agent":
      return pattern.name;
    case "when":
      return undefined;
    case "parallel":
    case "for-each":
      return pattern.tolerate ? undefined : blockingChild(pattern, isOutOfOrder);
    case "degrade": {
      const blocking = pattern.levels.map(({ node }) => blockingAgent(node, isOutOfOrder));
      return blocking.includes(undefined) ? undefined : blocking[0];
    }
    default:
      return blockingChild(pattern, isOutOfOrder);
  }
}

function blockingChild(pattern: PatternNode, isOutOfOrder: (agent: string) => boolean): string | undefined {
  for (const { node } of childrenOf(pattern, "")) {
    const blocking = blockingAgent(node, isOutOfOrder);
    if (blocking !== undefined) return blocking;
  }
  return undefined;
}
