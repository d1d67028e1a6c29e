/** Why a value can't be stored, said so that the reader finds the property and knows what to do. */
import { types } from "node:util";
import { ReeveError } from "../errors.ts";

const STORABLE = "JSON values, undefined, Date, Map, Set, bigint, Uint8Array and Error can be stored";

/** @param place the property, such as `output.lines[3].callback`. */
export function refuse(place: string, problem: string, hint: string = STORABLE, cause?: unknown): ReeveError {
  return new ReeveError("value-not-storable", `${place} ${problem}`, { hint, cause });
}

/** For what only shows while the text is written, such as a getter whose second answer differs from its first. */
export function refuseText(what: string, cause: unknown): ReeveError {
  return refuse(
    what,
    `can't be written as text: ${briefly(cause)}`,
    "return plain values, without getters",
    cause,
  );
}

/** For a getter or proxy that throws. */
export function refuseUnreadable(place: string, cause: unknown): ReeveError {
  return refuse(place, `can't be read: ${briefly(cause)}`, "return plain values, without getters", cause);
}

/** For a function, a symbol, or an object whose class the codec does not know. */
export function refuseKind(place: string, value: unknown): ReeveError {
  if (typeof value === "function")
    return refuse(place, "is a function", "leave functions out of what is handed on");
  if (typeof value === "symbol") return refuse(place, `is a symbol, ${String(value)}`, "use a string");
  if (types.isPromise(value)) return refuse(place, "is a Promise", "await it before handing it on");
  if (types.isBoxedPrimitive(value))
    return refuse(place, "is a boxed primitive", "use the plain value, without `new`");
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) {
    return refuse(place, `is ${article(classOf(value))}`, "of binary values only Uint8Array can be stored");
  }
  return refuse(
    place,
    `is ${article(classOf(value))}`,
    `hand on a plain object with its values; ${STORABLE}`,
  );
}

function article(className: string): string {
  return className === "" ? "an instance of a class without name" : `an instance of ${className}`;
}

function classOf(value: unknown): string {
  try {
    const prototype: unknown = Object.getPrototypeOf(value);
    const constructor: unknown =
      prototype === null ? undefined : Reflect.get(Object(prototype), "constructor");
    return typeof constructor === "function" ? constructor.name : "";
  } catch {
    // ignore: a proxy that refuses to be looked at has no name to show
    return "";
  }
}

function briefly(cause: unknown): string {
  try {
    return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  } catch {
    // ignore: what was thrown can't be shown
    return "it threw";
  }
}
