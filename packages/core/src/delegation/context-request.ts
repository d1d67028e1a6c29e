/** What a caller may say of a context, and the checks of it; what is left out is filled in by make-context.ts. */
import { ReeveError } from "../errors.ts";
import { closestName } from "./closest-name.ts";
import type { ContextRequest } from "./context.ts";
import { showValue } from "./show-value.ts";

const PRIORITY_MAX = 4;
/** Also where an object that refers to itself ends. */
const ATTRIBUTE_DEPTH_MAX = 32;

/** What a request can say. */
const CONTEXT_KEYS: readonly (keyof ContextRequest)[] = [
  "domain",
  "agentType",
  "priority",
  "attributes",
  "grants",
];

/**
 * Holds what a caller says of a context against its bounds.
 * @throws ReeveError `option-invalid`
 */
export function checkContextRequest(request: unknown): asserts request is ContextRequest {
  if (!isRecord(request)) throw invalid("context", request, "give an object such as { domain, attributes }");
  const { domain, agentType, priority, attributes, grants } = request;
  for (const [name, text] of Object.entries({ domain, agentType })) {
    if (text === undefined || (typeof text === "string" && text.trim() !== "")) continue;
    throw invalid(`context.${name}`, text, "give a non-empty string");
  }
  const inBounds = typeof priority === "number" && priority >= 0 && priority <= PRIORITY_MAX;
  if (priority !== undefined && !(inBounds && Number.isInteger(priority))) {
    const hint = `use a whole number from 0 (background) to ${PRIORITY_MAX} (urgent)`;
    throw invalid("context.priority", priority, hint);
  }
  if (attributes !== undefined) {
    if (!isRecord(attributes))
      throw invalid("context.attributes", attributes, "give an object such as { tenant }");
    checkJson(attributes, "context.attributes", 0);
  }
  const isGrants = Array.isArray(grants) && grants.every((grant) => typeof grant === "string");
  if (grants !== undefined && !isGrants)
    throw invalid("context.grants", grants, 'give a list of strings such as ["stock:write"]');
  checkKeys(request);
}

/** A misspelt key would be dropped without a word. */
function checkKeys(request: object): void {
  const unknown = Object.keys(request).find((key) => !CONTEXT_KEYS.some((known) => known === key));
  if (unknown === undefined) return;
  const close = closestName(unknown, CONTEXT_KEYS);
  throw new ReeveError("option-invalid", `context.${unknown} is unknown`, {
    hint: close
      ? `did you mean '${close}'?`
      : `a context has ${CONTEXT_KEYS.join(", ")}; own keys go into attributes`,
  });
}

/** JSON would change or drop what it can't hold without a word. What is undefined counts as left out. */
function checkJson(value: unknown, place: string, depth: number): void {
  if (depth > ATTRIBUTE_DEPTH_MAX) {
    throw new ReeveError("option-invalid", `${place} is nested deeper than ${ATTRIBUTE_DEPTH_MAX} levels`, {
      hint: "does the attribute contain itself? put what is deep into the input",
    });
  }
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) checkJson(element, `${place}[${index}]`, depth + 1);
  } else if (isRecord(value)) {
    for (const [key, property] of Object.entries(value))
      if (property !== undefined) checkJson(property, `${place}.${key}`, depth + 1);
  } else {
    throw invalid(
      place,
      value,
      "attributes are JSON: texts, finite numbers, true, false, null, lists, objects",
    );
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // An object of another realm has that realm's Object.prototype, which has no prototype of its own.
  return prototype === null || (Object.getPrototypeOf(prototype) === null && !Array.isArray(value));
}

function invalid(place: string, received: unknown, hint: string): ReeveError {
  return new ReeveError("option-invalid", `${place} is ${showValue(received)}`, { hint });
}
