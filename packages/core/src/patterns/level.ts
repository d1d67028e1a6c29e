/** One level of a degradation chain, with what speaks for passing it over. */
import type { LevelNode, PatternNode, PhaseResources } from "../delegation/pattern.ts";
import type { Checker } from "./checker.ts";
import { requiredGrants } from "./tree.ts";

/**
 * @param chain the name of the whole
 * @param resources of this level
 * @param threshold of all levels
 */
export function resolveLevel(
  chain: string,
  node: PatternNode,
  resources: PhaseResources | undefined,
  threshold: number | undefined,
): LevelNode {
  const inner = unwrap(node);
  return Object.freeze({
    node,
    // A pattern with a fallback is a chain that has its name; what it does alone is another thing to know.
    learnedAs: inner.name === chain ? `${chain} (without fallback)` : inner.name,
    requires: Object.freeze(requiredGrants(node)),
    resources: resources ?? (threshold === undefined ? ownResources(inner) : evenly(threshold)),
  });
}

/** How busy the machine may be for the pattern to begin, as it says itself. */
export function ownResources(node: PatternNode): PhaseResources | undefined {
  switch (node.kind) {
    case "parallel":
    case "for-each":
      return node.resourceThreshold === undefined ? undefined : evenly(node.resourceThreshold);
    case "meta":
      return node.phases[0]?.resources;
    default:
      return undefined;
  }
}

/** Checked and frozen; undefined where none are given. */
export function resolveResources(
  given: { readonly cpu?: number; readonly memory?: number } | undefined,
  place: string,
  check: Checker,
): PhaseResources | undefined {
  if (given === undefined) return undefined;
  check.object(place, given);
  if (given.cpu === undefined && given.memory === undefined)
    check.fail(place, given, "give cpu, memory, or both");
  check.fraction(`${place}.cpu`, given.cpu);
  check.fraction(`${place}.memory`, given.memory);
  return Object.freeze({ cpu: given.cpu, memory: given.memory });
}

/** The pattern or agent that a renamed step is. */
export function unwrap(node: PatternNode): PatternNode {
  return node.kind === "step" ? unwrap(node.step) : node;
}

function evenly(threshold: number): PhaseResources {
  return Object.freeze({ cpu: threshold, memory: threshold });
}
