/**
 * Reads what files say, as unknown JSON that may come from anywhere. Only shapes are looked at here: values out of their
 * bounds are refused by the constructors.
 */
import { ReeveError } from "../../errors.ts";
import { NESTING_MAX } from "../../patterns/depth.ts";
import type { Declared, DeclaredBody } from "./declaration.ts";
import type { IndexEntry } from "./pack.ts";

/** @throws ReeveError `stored-patterns-invalid` */
export function parseIndex(source: string, text: string): readonly IndexEntry[] {
  const value = parseJson(source, text);
  if (Array.isArray(value) && value.every(isEntry)) return value;
  throw misshapen(source, "its index is not as it should be");
}

/** @throws ReeveError `stored-patterns-invalid` */
export function parseBody(source: string, name: string, text: string): DeclaredBody {
  const value = parseJson(source, text);
  if (isBody(value, 0)) return value;
  throw misshapen(source, `the steps of '${name}' are not as they should be`);
}

function parseJson(source: string, text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    throw misshapen(source, `it is no JSON where it should be`, error);
  }
}

function misshapen(source: string, problem: string, cause?: unknown): ReeveError {
  const hint = "write it with `reeve registry export FILE`";
  return new ReeveError("stored-patterns-invalid", `${source}: ${problem}`, { hint, cause });
}

const KINDS = ["sequential", "parallel", "meta", "degrade"];

function isEntry(value: unknown): value is IndexEntry {
  if (!isObject(value) || !isObject(value["head"]) || !isObject(value["parts"])) return false;
  return (
    typeof value["name"] === "string" &&
    typeof value["kind"] === "string" &&
    KINDS.includes(value["kind"]) &&
    typeof value["head"]["version"] === "string" &&
    Object.values(value["parts"]).every((shape) => typeof shape === "string") &&
    (value["passable"] === undefined || isListOf(value["passable"], (part) => typeof part === "string")) &&
    typeof value["hasSlowdown"] === "boolean" &&
    Number.isSafeInteger(value["bytes"])
  );
}

function isBody(value: unknown, depth: number): value is DeclaredBody {
  if (!isObject(value) || depth > NESTING_MAX) return false;
  const isStep = (each: unknown): boolean => isDeclared(each, depth + 1);
  switch (value["kind"]) {
    case "sequential":
      return isListOf(value["steps"], isStep);
    case "parallel":
      return isListOf(
        value["tasks"],
        (task) => Array.isArray(task) && task.length === 2 && typeof task[0] === "string" && isStep(task[1]),
      );
    case "meta":
      return isListOf(value["phases"], (phase) => isObject(phase) && isListOf(phase["patterns"], isStep));
    case "degrade":
      return isListOf(
        value["levels"],
        (level) => Array.isArray(level) && isStep(level[0]) && (level[1] === undefined || isObject(level[1])),
      );
    default:
      return false;
  }
}

function isDeclared(value: unknown, depth: number): value is Declared {
  if (!isObject(value) || typeof value["name"] !== "string" || depth > NESTING_MAX) return false;
  switch (value["kind"]) {
    case "part":
    case "approval":
      return true;
    case "delay":
      return typeof value["ms"] === "number";
    case "delegate":
      return isObject(value["context"]);
    case "step":
      return isDeclared(value["step"], depth + 1);
    default:
      return isObject(value["head"]) && isBody(value, depth);
  }
}

function isListOf(value: unknown, isOne: (each: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isOne);
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
