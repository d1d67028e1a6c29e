/** How closely a pattern fits a context: more for each thing it asks for; a domain weighs more than all the rest. */
import type { Context } from "../delegation/context.ts";
import type { Matching } from "./matching.ts";

const EXACT = 1_000;
const COVERING = 100;
/** An expression may stand for anything, so a domain that is named fits better. */
const EXPRESSION = 100;

/** Undefined where the pattern does not serve the context. */
export function fitOf(matching: Matching, context: Context): number | undefined {
  const { agentTypes } = matching;
  const domainFit = fitOfDomain(matching, context.domain);
  if (domainFit === undefined) return undefined;
  if (agentTypes && !agentTypes.includes(context.agentType)) return undefined;
  return conditionsHold(matching, context) ? domainFit + fitBeside(matching) : undefined;
}

/** Where the domain is known to fit. */
export function fitOfDomain({ domain }: Matching, given: string): number | undefined {
  switch (domain.kind) {
    case "any":
      return 0;
    case "exact":
      return domain.name === given ? EXACT : undefined;
    case "below": {
      const covers = given === domain.name || given.startsWith(`${domain.name}.`);
      return covers ? COVERING + domain.name.split(".").length : undefined;
    }
    case "expression":
      return domain.test(given) ? EXPRESSION : undefined;
  }
}

function conditionsHold({ conditions }: Matching, { attributes }: Context): boolean {
  return conditions.every(({ attribute, holds }) =>
    holds(Object.hasOwn(attributes, attribute) ? attributes[attribute] : undefined),
  );
}

function fitBeside({ agentTypes, conditions }: Matching): number {
  return (agentTypes ? 1 : 0) + conditions.length;
}
