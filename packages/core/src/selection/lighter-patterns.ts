/** Patterns that do with fewer steps, for when there is no time or room for more. */
import { isDeepStrictEqual } from "node:util";
import { isExactDomain } from "../delegation/exact-domain.ts";
import type { Matches, Pattern } from "../delegation/pattern.ts";
import { leaves } from "../patterns/tree.ts";

/** The steps that have no steps of their own; of a loop, or a step per item, those of one turn. */
export function stepCount(pattern: Pattern): number {
  return leaves(pattern).length;
}

/**
 * Those of `patterns` that say they serve every context that `than` does, in fewer steps; the one with the fewest
 * first. Whether they take the same input only the caller knows.
 */
export function lighterPatterns(patterns: readonly Pattern[], than: Pattern): Pattern[] {
  const { matches } = than;
  if (!matches) return [];
  const steps = stepCount(than);
  return patterns
    .filter((pattern) => pattern.matches && coversAll(pattern.matches, matches) && stepCount(pattern) < steps)
    .toSorted((left, right) => stepCount(left) - stepCount(right));
}

/** Whether `wider` is known to serve whatever `narrower` serves. */
function coversAll(wider: Matches, narrower: Matches): boolean {
  if (!coversDomain(wider.domain, narrower.domain)) return false;
  const { agentTypes } = wider;
  if (agentTypes && !narrower.agentTypes?.every((agentType) => agentTypes.includes(agentType))) return false;
  const asked = narrower.attributes ?? {};
  return Object.entries(wider.attributes ?? {}).every(
    ([attribute, condition]) =>
      Object.hasOwn(asked, attribute) && isDeepStrictEqual(condition, asked[attribute]),
  );
}

function coversDomain(wider: string | undefined, narrower: string | undefined): boolean {
  if (wider === undefined || wider === "*" || wider === narrower) return true;
  if (narrower === undefined || !wider.endsWith(".*")) return false;
  const above = wider.slice(0, -".*".length);
  const below = narrower.endsWith(".*") ? narrower.slice(0, -".*".length) : narrower;
  if (!isExactDomain(above) || !isExactDomain(below)) return false;
  return below === above || below.startsWith(`${above}.`);
}
