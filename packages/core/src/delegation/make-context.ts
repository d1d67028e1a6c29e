/** Makes the context of a root task from what its caller said; everything left out gets its default. */
import { ReeveError } from "../errors.ts";
import { narrowGrants } from "./authority.ts";
import { CONTEXT_BYTES_MAX, deepFreeze, type Context, type ContextRequest } from "./context.ts";
import type { Matches } from "./pattern.ts";
import { showValue } from "./show-value.ts";

const PRIORITY_DEFAULT = 2;
const PRIORITY_MAX = 4;
/** Also where an object that refers to itself ends. */
const ATTRIBUTE_DEPTH_MAX = 32;

/** Who asks and what they hold; from a credential, never from the request. */
export interface Caller {
  readonly principal: string;
  readonly grants: readonly string[];
}

/** What a request can say. */
export const CONTEXT_KEYS: readonly (keyof ContextRequest)[] = [
  "domain",
  "agentType",
  "priority",
  "attributes",
  "grants",
];

/**
 * A frozen context.
 * @throws ReeveError `option-invalid` for a bad value, `permission-denied` for grants the caller does not hold.
 */
export function makeContext(request: ContextRequest, matches: Matches | undefined, caller: Caller): Context {
  checkRequest(request);
  const context: Context = {
    domain: request.domain ?? exactDomain(matches) ?? "default",
    agentType: request.agentType ?? "default",
    priority: request.priority ?? PRIORITY_DEFAULT,
    attributes: request.attributes ?? {},
    principal: caller.principal,
    grants: [...narrowGrants(caller.grants, request.grants)],
  };
  return deepFreeze(copyOf(context));
}

function checkRequest(request: unknown): asserts request is ContextRequest {
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

/** A copy, within the size limit, of what is known to be JSON. */
function copyOf(context: Context): Context {
  const json = JSON.stringify(context);
  const bytes = Buffer.byteLength(json);
  if (bytes > CONTEXT_BYTES_MAX) {
    throw new ReeveError("option-invalid", `the context has ${bytes} bytes, more than ${CONTEXT_BYTES_MAX}`, {
      hint: "put what is large into the input",
    });
  }
  return JSON.parse(json) as Context;
}

/** The domain a pattern names, unless it is an expression over several. */
function exactDomain(matches: Matches | undefined): string | undefined {
  const domain = matches?.domain;
  return domain !== undefined && /^[\w.-]+$/.test(domain) ? domain : undefined;
}
