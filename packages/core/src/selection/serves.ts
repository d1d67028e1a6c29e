/** Which contexts a pattern serves, by what it declares in `matches`. */
import type { Context } from "../delegation/context.ts";
import type { Matches } from "../delegation/pattern.ts";

/**
 * How closely a pattern fits a context: undefined where it does not serve it, else more for each thing it asks for.
 * A domain that ends in `.*` serves everything below it; a condition on an attribute is a value it must equal, or
 * `{ min, max }` for a number.
 */
export function fitOf(matches: Matches | undefined, context: Context): number | undefined {
  if (!matches) return undefined;
  const { domain, agentTypes, attributes = {} } = matches;
  const domainFit = domain === undefined ? 0 : fitOfDomain(domain, context.domain);
  if (domainFit === undefined) return undefined;
  if (agentTypes && !agentTypes.includes(context.agentType)) return undefined;
  for (const [key, condition] of Object.entries(attributes)) {
    const value = Object.hasOwn(context.attributes, key) ? context.attributes[key] : undefined;
    if (!holds(condition, value)) return undefined;
  }
  return domainFit + (agentTypes ? 1 : 0) + Object.keys(attributes).length;
}

/** An exact domain fits better than any that only covers it; of those, the longer one. */
function fitOfDomain(wanted: string, domain: string): number | undefined {
  if (wanted === domain) return 1_000;
  if (!wanted.endsWith(".*")) return undefined;
  const above = wanted.slice(0, -".*".length);
  return domain === above || domain.startsWith(`${above}.`) ? 100 + above.split(".").length : undefined;
}

function holds(condition: unknown, value: unknown): boolean {
  if (typeof condition !== "object" || condition === null) return condition === value;
  const { min = -Infinity, max = Infinity } = condition as { readonly min?: unknown; readonly max?: unknown };
  if (typeof min !== "number" || typeof max !== "number") return false;
  return typeof value === "number" && value >= min && value <= max;
}
