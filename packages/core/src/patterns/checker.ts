/** The checks that constructors of patterns share. Each refuses with the pattern's name and the offending value. */
import { ReeveError } from "../errors.ts";
import { isSchema, SCHEMA_WANTED } from "../delegation/is-schema.ts";
import type { PatternNode } from "../delegation/pattern.ts";
import { showValue } from "../delegation/show-value.ts";
import { depthOf, NESTING_MAX } from "./depth.ts";

export interface Checker {
  /** @throws ReeveError `pattern-invalid` */
  fail(option: string, received: unknown, hint: string): never;
  text(option: string, received: unknown): void;
  positive(option: string, received: number | undefined): void;
  /** A whole number of at least `min`. */
  whole(option: string, received: number | undefined, min: number): void;
  /** A number from 0 to 1. */
  share(option: string, received: number | undefined): void;
  /** A number above 0, up to 1. */
  fraction(option: string, received: number | undefined): void;
  callback(option: string, received: unknown): void;
  /** A schema, if given. */
  schema(option: string, received: unknown): void;
  /** An object of options, if given. */
  object(option: string, received: unknown): void;
  /** The value as a step, known to be one and not nested too deep. */
  step(option: string, received: unknown): PatternNode;
  distinct(option: string, names: readonly string[]): void;
}

const KINDS: { readonly [kind in PatternNode["kind"]]: true } = {
  agent: true,
  sequential: true,
  parallel: true,
  "for-each": true,
  meta: true,
  degrade: true,
  step: true,
  when: true,
  repeat: true,
  approval: true,
  delay: true,
  delegate: true,
};

/**
 * The checks for the pattern or control step `name`; the name itself, and that there are options at all, are checked
 * first.
 */
export function checkerOf(kind: string, name: unknown, options: unknown): Checker {
  const check = buildChecker(`${kind} '${typeof name === "string" ? name : showValue(name)}'`);
  check.text("name", name);
  if (!isObject(options)) check.fail("the argument with its options", options, "give an object of options");
  return check;
}

export function isFilledList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** Whether `value` is an agent, a pattern or a control step. */
export function isNode(value: unknown): value is PatternNode {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  if (!("kind" in value) || !("name" in value)) return false;
  return typeof value.kind === "string" && Object.hasOwn(KINDS, value.kind) && typeof value.name === "string";
}

function buildChecker(subject: string): Checker {
  const fail = (option: string, received: unknown, hint: string): never => {
    throw new ReeveError("pattern-invalid", `${subject}: ${option} is ${showValue(received)}`, { hint });
  };
  const check: Checker = {
    fail,
    text: (option, received) => {
      if (typeof received !== "string" || received.trim() === "")
        fail(option, received, "give a non-empty string");
    },
    positive: (option, received) => {
      if (received !== undefined && !(Number.isFinite(received) && received > 0))
        fail(option, received, `${option} must be a number above 0`);
    },
    whole: (option, received, min) => {
      if (received !== undefined && !(Number.isInteger(received) && received >= min))
        fail(option, received, `${option} must be a whole number of ${min} or more`);
    },
    share: (option, received) => {
      if (received !== undefined && !(Number.isFinite(received) && received >= 0 && received <= 1))
        fail(option, received, `${option} must be a number from 0 to 1`);
    },
    fraction: (option, received) => {
      if (received !== undefined && !(Number.isFinite(received) && received > 0 && received <= 1))
        fail(option, received, `${option} must be a number above 0, up to 1`);
    },
    callback: (option, received) => {
      if (typeof received !== "function") fail(option, received, `${option} must be a function`);
    },
    schema: (option, received) => {
      if (received !== undefined && !isSchema(received))
        fail(option, received, `${option} must be ${SCHEMA_WANTED}`);
    },
    object: (option, received) => {
      if (received !== undefined && !isObject(received))
        fail(option, received, `${option} must be an object`);
    },
    step: (option, received) => {
      if (!isNode(received))
        return fail(option, received, "give an agent or a pattern; is a module imported in a circle?");
      if (depthOf(received) >= NESTING_MAX)
        fail(
          option,
          `nested deeper than ${NESTING_MAX}`,
          "does the pattern contain itself? Nest fewer patterns",
        );
      return received;
    },
    distinct: (option, names) => {
      const repeated = names.find((name, index) => names.indexOf(name) !== index);
      if (repeated !== undefined)
        fail(option, `twice '${repeated}'`, "sibling names must differ; rename one with step(x, { name })");
    },
  };
  return check;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
