/**
 * What a pattern says must survive its run: declared keys of the context equal their values at the run's start at every
 * step, and wherever the context is handed on.
 */
import { isDeepStrictEqual } from "node:util";
import { ReeveError } from "../errors.ts";
import { redact } from "../secrets/redact.ts";
import type { Context } from "./context.ts";
import type { ContextDifference } from "./changed.ts";
import type { Breach, Preserved } from "./preserved.ts";

/** Fails a step that would have broken what a pattern declares. */
export class ContextNotPreserved extends ReeveError {
  readonly breach: Breach;

  constructor(breach: Breach, where: string) {
    const { pattern, key } = breach;
    const { before, after } = shownDifference(breach);
    super("context-not-preserved", `${where} would change '${key}' from ${before} to ${after}`, {
      hint: `pattern '${pattern}' preserves it: leave it as it is, or take '${key}' out of its preserve`,
    });
    this.breach = breach;
  }
}

const ATTRIBUTES = "attributes.";
const VALUE_LENGTH_MAX = 100;

/**
 * Holds a context against what must survive.
 * @param where what hands it on, as the subject of a sentence
 * @throws ContextNotPreserved
 */
export function assertPreserved(
  start: Context,
  now: Context,
  preserved: readonly Preserved[],
  where: string,
): void {
  if (start === now) return;
  for (const { pattern, keys } of preserved) {
    for (const key of keys) {
      const [before, after] = [valueAt(start, key), valueAt(now, key)];
      if (isDeepStrictEqual(before, after)) continue;
      const values = { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
      throw new ContextNotPreserved({ pattern, key, ...values }, where);
    }
  }
}

/** The values of a difference as people see them, without secrets. */
function shownDifference(difference: ContextDifference): {
  readonly before: string;
  readonly after: string;
} {
  const { key } = difference;
  const shown = (is: boolean, value: unknown): string =>
    is ? shortText(redact({ [key]: value })[key]) : "nothing";
  return {
    before: shown("before" in difference, difference.before),
    after: shown("after" in difference, difference.after),
  };
}

/** @param key was checked when the pattern was built */
function valueAt(context: Context, key: string): unknown {
  switch (key) {
    case "domain":
    case "agentType":
    case "priority":
    case "attributes":
      return context[key];
    case "grants":
      return context.grants.toSorted();
    default:
      return below(context.attributes, key.slice(ATTRIBUTES.length).split("."));
  }
}

/** An attribute whose name has a dot in it is found by its whole name. */
function below(value: unknown, names: readonly string[]): unknown {
  if (names.length === 0) return value;
  if (typeof value !== "object" || value === null) return undefined;
  for (let count = names.length; count > 0; count--) {
    const name = names.slice(0, count).join(".");
    if (Object.hasOwn(value, name)) return below(Reflect.get(value, name), names.slice(count));
  }
  return undefined;
}

function shortText(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX - 1)}…` : text;
}
