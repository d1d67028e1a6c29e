/** Schemas of values: any library that implements Standard Schema (zod, valibot, arktype and others). */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { isPromiseLike } from "./promise-like.ts";

export type Schema<Input = unknown, Output = Input> = StandardSchemaV1<Input, Output>;

/** What a schema said of a value. */
export type Validation<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

const ISSUES_SHOWN_MAX = 5;

/** Parses `value`; synchronous where the schema is. The reason names each place that does not fit. */
export function validate<T>(
  schema: Schema<unknown, T>,
  value: unknown,
): Validation<T> | Promise<Validation<T>> {
  const result = schema["~standard"].validate(value);
  return isPromiseLike(result) ? Promise.resolve(result).then(read) : read(result);
}

function read<T>(result: StandardSchemaV1.Result<T>): Validation<T> {
  const fault = faultOf(result);
  if (fault !== undefined) return { ok: false, reason: `the schema is at fault: ${fault}` };
  if (result.issues === undefined) return { ok: true, value: result.value };
  const shown = result.issues.slice(0, ISSUES_SHOWN_MAX).map(describe);
  const more = result.issues.length - shown.length;
  return { ok: false, reason: shown.join("; ") + (more > 0 ? `; and ${more} more` : "") };
}

/** A schema is foreign code: what it answers is nobody's word that the value fits. */
function faultOf(result: unknown): string | undefined {
  if (typeof result !== "object" || result === null)
    return `it gave ${result === null ? "null" : typeof result}`;
  if ("issues" in result && result.issues !== undefined)
    return Array.isArray(result.issues) ? undefined : "its issues are no list";
  return "value" in result ? undefined : "it gave neither a value nor issues";
}

function describe(issue: StandardSchemaV1.Issue): string {
  const keys = (issue.path ?? []).map((part) => String(typeof part === "object" ? part.key : part));
  return keys.length === 0 ? issue.message : `${keys.join(".")}: ${issue.message}`;
}
