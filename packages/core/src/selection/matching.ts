/**
 * What a pattern declares in `matches`, checked and made ready to be looked up. A copy: what the caller changes
 * afterwards has no effect.
 */
import { isExactDomain } from "../delegation/exact-domain.ts";
import type { Matches } from "../delegation/pattern.ts";
import { showValue } from "../delegation/show-value.ts";
import { ReeveError } from "../errors.ts";
import { compileCondition, type Condition } from "./condition.ts";
import { compileExpression, type TextTest } from "./expression.ts";
import type { Refuse } from "./refuse.ts";

export interface Matching {
  readonly domain: DomainMatching;
  /** Undefined: all. */
  readonly agentTypes: readonly string[] | undefined;
  readonly conditions: readonly Condition[];
}

export type DomainMatching =
  | { readonly kind: "any" }
  | { readonly kind: "exact"; readonly name: string }
  /** The domain of this name and those below it. */
  | { readonly kind: "below"; readonly name: string }
  | { readonly kind: "expression"; readonly test: TextTest };

/** @throws ReeveError `pattern-invalid` */
export function compileMatches(pattern: string, matches: Matches): Matching {
  const refuse: Refuse = (property, received, hint, problem) => {
    const more = problem === undefined ? "" : `, which ${problem}`;
    const message = `pattern '${pattern}': ${property} is ${showValue(received)}${more}`;
    throw new ReeveError("pattern-invalid", message, { hint });
  };
  for (const property of Object.keys(matches)) {
    if (!["domain", "agentTypes", "attributes"].includes(property)) {
      refuse(
        `matches.${property}`,
        Reflect.get(matches, property),
        "matches has domain, agentTypes and attributes",
      );
    }
  }
  const { domain, agentTypes, attributes = {} } = matches;
  const received: unknown = attributes;
  if (typeof received !== "object" || received === null || Array.isArray(received)) {
    refuse("matches.attributes", received, "give an object with a condition for each attribute");
  }
  return {
    domain: domainOf(domain, refuse),
    agentTypes: agentTypes === undefined ? undefined : agentTypesOf(agentTypes, refuse),
    conditions: Object.entries(attributes).map(([key, condition]) =>
      compileCondition(key, condition, refuse),
    ),
  };
}

function domainOf(domain: unknown, refuse: Refuse): DomainMatching {
  if (domain === undefined || domain === "*") return { kind: "any" };
  if (typeof domain !== "string" || domain.trim() === "") {
    return refuse("matches.domain", domain, 'give a name such as "orders", "orders.*", or an expression');
  }
  if (isExactDomain(domain)) return { kind: "exact", name: domain };
  const above = domain.slice(0, -".*".length);
  if (domain.endsWith(".*") && isExactDomain(above)) return { kind: "below", name: above };
  const test = compileExpression(domain, (problem, hint) => refuse("matches.domain", domain, hint, problem));
  return { kind: "expression", test };
}

function agentTypesOf(given: unknown, refuse: Refuse): readonly string[] {
  const hint = 'give a list of names such as ["clerk"], or leave it out';
  if (!Array.isArray(given) || given.length === 0) return refuse("matches.agentTypes", given, hint);
  const list: readonly unknown[] = given;
  return [
    ...new Set(
      list.map((each, index) =>
        typeof each === "string" && each !== "" ? each : refuse(`matches.agentTypes[${index}]`, each, hint),
      ),
    ),
  ];
}
