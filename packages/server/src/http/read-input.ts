/** Reads what a request asks: names in the path, the query or the body, parsed with the route's schema. */
import { ReeveError } from "@reeve/core";
import { z } from "zod";

type Kind = "number" | "boolean" | "list" | "object" | "text";

/** Of each field what it is made of in a query, where everything is text. */
export type FieldKinds = ReadonlyMap<string, Kind>;

const DEPTH_MAX = 200;

const fieldSchema = z.looseObject({ type: z.string().optional() });

/** The fields of a route's input. */
export function fieldKindsOf(input: z.ZodType): FieldKinds {
  const { properties = {} } = z.toJSONSchema(input, { io: "input" });
  return new Map(
    Object.entries(properties).map(([name, field]) => [
      name,
      kindOf(fieldSchema.safeParse(field).data?.type),
    ]),
  );
}

function kindOf(type: string | undefined): Kind {
  if (type === "number" || type === "integer") return "number";
  if (type === "array") return "list";
  if (type === "object") return "object";
  return type === "boolean" ? "boolean" : "text";
}

/** The query and the names in the path as the values that the schema expects. */
export function readQuery(
  kinds: FieldKinds,
  query: URLSearchParams,
  names: { readonly [name: string]: string },
): { readonly [field: string]: unknown } {
  const read = new Map<string, unknown>(Object.entries(names));
  for (const [name, text] of query) {
    if (Object.hasOwn(names, name)) continue;
    read.set(name, valueOf(text, kinds.get(name) ?? "text"));
  }
  return Object.fromEntries(read);
}

function valueOf(text: string, kind: Kind): unknown {
  if (kind === "list") return text.split(",");
  if (kind === "object") return jsonOf(text, "a value of the query");
  // What is neither stays a text, and the schema says what it should be.
  if (kind === "boolean") return text === "true" ? true : text === "false" ? false : text;
  if (kind === "number") return text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text);
  return text;
}

/**
 * JSON as the value it describes. Nesting is limited, because whatever takes values apart later (schemas, messages
 * between threads, redaction) does so by recursion.
 * @throws ReeveError `option-invalid`
 */
export function jsonOf(text: string, what = "the body"): unknown {
  if (depthOf(text) > DEPTH_MAX) {
    throw new ReeveError("option-invalid", `${what} is nested deeper than ${DEPTH_MAX} levels`, {
      hint: "hand on a flat list with references, or the text of what is so deep",
    });
  }
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ReeveError("option-invalid", `${what} is not JSON: ${message}`, { cause: error });
  }
}

/** Of brackets outside of strings; what is no JSON has some depth, too. */
function depthOf(text: string): number {
  let [depth, deepest, isText] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === '"') isText = !isText;
    else if (isText) at += sign === "\\" ? 1 : 0;
    else if (sign === "[" || sign === "{") deepest = Math.max(deepest, ++depth);
    else if (sign === "]" || sign === "}") depth--;
  }
  return deepest;
}

/** @throws ReeveError `option-invalid`, saying which field is wrong */
export function parseInput<Input>(schema: z.ZodType<Input>, given: unknown, what: string): Input {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.map(String).join(".") ?? "";
  const field = place === "" ? "" : `${place}: `;
  throw new ReeveError("option-invalid", `${what}: ${field}${issue?.message ?? "is not what is expected"}`, {
    hint: "see /api/openapi.json for what the request takes",
  });
}
