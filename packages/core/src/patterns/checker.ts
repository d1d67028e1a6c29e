/** The checks that constructors of patterns share. Each refuses with the pattern's name and the offending value. */
import { inspect } from "node:util";
import { ReeveError } from "../errors.ts";
import type { PatternNode } from "../delegation/pattern.ts";
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
  callback(option: string, received: unknown): void;
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
  step: true,
  when: true,
  approval: true,
  delay: true,
};

/** The checks for the pattern or control step `name`; the name itself is checked first. */
export function checkerOf(kind: string, name: unknown): Checker {
  const check = buildChecker(`${kind} '${String(name)}'`);
  check.text("name", name);
  return check;
}

export function isFilledList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function buildChecker(subject: string): Checker {
  const fail = (option: string, received: unknown, hint: string): never => {
    throw new ReeveError("pattern-invalid", `${subject}: ${option} is ${show(received)}`, { hint });
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
      if (received !== undefined && !(received >= 0 && received <= 1))
        fail(option, received, `${option} must be a number from 0 to 1`);
    },
    callback: (option, received) => {
      if (typeof received !== "function") fail(option, received, `${option} must be a function`);
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

function isNode(value: unknown): value is PatternNode {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  if (!("kind" in value) || !("name" in value)) return false;
  return typeof value.kind === "string" && Object.hasOwn(KINDS, value.kind) && typeof value.name === "string";
}

function show(value: unknown): string {
  return typeof value === "string" && value !== ""
    ? value
    : inspect(value, { depth: 1, breakLength: Infinity });
}
