/** The checks that constructors of agents share. Each refuses with the agent's name and the offending value. */
import { ReeveError } from "../errors.ts";
import { isSchema, SCHEMA_WANTED } from "./is-schema.ts";
import { showValue } from "./show-value.ts";

export interface AgentChecker {
  /** @throws ReeveError `agent-invalid` */
  fail(option: string, received: unknown, wanted: string): never;
  /** A finite number above 0, if given. */
  positive(option: string, received: unknown): void;
  /** A whole number of at least `min`, if given. */
  whole(option: string, received: unknown, min: number): void;
  /** A finite number of at least `min`, if given. */
  atLeast(option: string, received: unknown, min: number): void;
  flag(option: string, received: unknown): void;
  callback(option: string, received: unknown): void;
  schema(option: string, received: unknown): void;
  /** A list of non-empty strings, if given. */
  texts(option: string, received: unknown): void;
}

/** The checks for the agent `name`; the name and that there are options at all are checked first. */
export function agentChecker(name: unknown, options: unknown): AgentChecker {
  const check = buildChecker(`agent '${showValue(name)}'`);
  if (typeof name !== "string" || name.trim() === "") check.fail("name", name, "a non-empty string");
  if (typeof options !== "object" || options === null)
    check.fail("the second argument", options, 'an object of options, as in agent("name", { run })');
  return check;
}

function buildChecker(subject: string): AgentChecker {
  const fail = (option: string, received: unknown, wanted: string): never => {
    throw new ReeveError("agent-invalid", `${subject}: ${option} is ${showValue(received)}`, {
      hint: `${option} must be ${wanted}`,
    });
  };
  const unless = (fits: boolean, option: string, received: unknown, wanted: string): void => {
    if (received !== undefined && !fits) fail(option, received, wanted);
  };
  return {
    fail,
    positive: (option, received) =>
      unless(isFinite(received) && received > 0, option, received, "a number above 0"),
    whole: (option, received, min) =>
      unless(
        isFinite(received) && Number.isInteger(received) && received >= min,
        option,
        received,
        `a whole number, ${min} or more`,
      ),
    atLeast: (option, received, min) =>
      unless(isFinite(received) && received >= min, option, received, `a number, ${min} or more`),
    flag: (option, received) => unless(typeof received === "boolean", option, received, "true or false"),
    callback: (option, received) => unless(typeof received === "function", option, received, "a function"),
    schema: (option, received) => unless(isSchema(received), option, received, SCHEMA_WANTED),
    texts: (option, received) => unless(isTexts(received), option, received, "a list of non-empty strings"),
  };
}

function isFinite(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((text) => typeof text === "string" && text.trim() !== "");
}
