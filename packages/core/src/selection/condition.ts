/** Conditions on attributes: what `matches.attributes` can ask for, checked and made ready to be tested. */
import { compileExpression } from "./expression.ts";
import type { Refuse } from "./refuse.ts";

export type Scalar = string | number | boolean | null;

export interface Condition {
  readonly attribute: string;
  /** The values that hold, where they can be listed; then they are an index. */
  readonly values: readonly Scalar[] | undefined;
  /** @param value undefined where the context does not have the attribute */
  holds(value: unknown): boolean;
}

const VALUES_MAX = 1_000;
const WANTED =
  "give a text, number, boolean or null it must equal, a list of these, { min, max } for a number, or { matches } for a text";

export function compileCondition(attribute: string, given: unknown, refuse: Refuse): Condition {
  const property = `matches.attributes.${attribute}`;
  if (isScalar(given)) return oneOf(attribute, [given]);
  if (Array.isArray(given)) return oneOf(attribute, scalarsOf(property, given, refuse));
  if (typeof given !== "object" || given === null) return refuse(property, given, WANTED);
  const entries: { readonly [name: string]: unknown } = { ...given };
  const names = Object.keys(entries);
  if (names.length === 1 && "matches" in entries) {
    return textCondition(attribute, property, entries["matches"], refuse);
  }
  const isRange = names.length > 0 && names.every((name) => name === "min" || name === "max");
  if (!isRange) return refuse(property, given, WANTED);
  const min = boundOf(`${property}.min`, entries["min"], -Infinity, refuse);
  const max = boundOf(`${property}.max`, entries["max"], Infinity, refuse);
  if (min > max) return refuse(property, given, "min must not be above max");
  return {
    attribute,
    values: undefined,
    holds: (value) => typeof value === "number" && value >= min && value <= max,
  };
}

function oneOf(attribute: string, values: readonly Scalar[]): Condition {
  return { attribute, values, holds: (value) => values.some((each) => each === value) };
}

function scalarsOf(property: string, given: readonly unknown[], refuse: Refuse): readonly Scalar[] {
  if (given.length === 0) return refuse(property, given, "give at least one value");
  if (given.length > VALUES_MAX) {
    const problem = `has ${given.length} values`;
    return refuse(property, given, `give at most ${VALUES_MAX}, or a range`, problem);
  }
  return [
    ...new Set(
      given.map((value, index) => (isScalar(value) ? value : refuse(`${property}[${index}]`, value, WANTED))),
    ),
  ];
}

function textCondition(attribute: string, property: string, source: unknown, refuse: Refuse): Condition {
  if (typeof source !== "string" || source === "") {
    return refuse(`${property}.matches`, source, "give an expression as a text");
  }
  const matches = compileExpression(source, (problem, hint) =>
    refuse(`${property}.matches`, source, hint, problem),
  );
  return { attribute, values: undefined, holds: (value) => typeof value === "string" && matches(value) };
}

function boundOf(property: string, given: unknown, absent: number, refuse: Refuse): number {
  if (given === undefined) return absent;
  return typeof given === "number" && !Number.isNaN(given) ? given : refuse(property, given, "give a number");
}

function isScalar(value: unknown): value is Scalar {
  return (
    value === null ||
    typeof value === "string" ||
    typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value))
  );
}
