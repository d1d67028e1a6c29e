/**
 * The copy of a value in which everything JSON lacks is a tagged object: `{"~u":0}` undefined, `{"~d":ms}` date
 * (null: invalid), `{"~m":[[key, value] …]}` map, `{"~s":[…]}` set, `{"~n":"1"}` bigint, `{"~b":base64}` bytes,
 * `{"~f":"NaN"}` number, `{"~e":{…}}` error, `{"~x":…}` secret. Made only for values that hold such a thing, or that must be refused.
 */
import { types } from "node:util";
import { ReeveError } from "../errors.ts";
import { Secret } from "../secrets/secret.ts";
import { classNameOf } from "./class-name.ts";
import { refuse, refuseKind, refuseUnreadable } from "./refusal.ts";

/** How a text with a tag in it shows itself. */
export const TAG_START = '{"~';
/** The deepest nesting of objects, arrays, maps, sets and errors. */
export const DEPTH_MAX = 500;
/** The least a value adds to the text: one character and a separator. */
export const VALUE_COST = 2;
/** The least that what must be tagged adds, and the least of an object or array: brackets and a separator. */
const TAG_COST = '{"~u":0},'.length;
const OBJECT_COST = 3;

/** A step from a value to one below it; a function where the words take building. */
type Segment = string | number | (() => string);

/** Where the copying stands. A walk that threw is not used again, so nothing is put back then. */
interface Walk {
  readonly what: string;
  /** From the root to the value at hand. */
  readonly segments: Segment[];
  /** What is being copied, so that cycles are seen, with the number of segments down to it. */
  readonly open: Map<object, number>;
  readonly costMax: number;
  /** How long the text is at least. */
  cost: number;
}

/** Thrown by `tag` when the text must be longer than allowed. */
export const TOO_LARGE: unique symbol = Symbol("too large");

type Properties = Record<string, unknown>;

/**
 * @param what the name of the value in messages.
 * @returns the copy, or `TOO_LARGE` when its text must be longer than `costMax`.
 * @throws ReeveError `value-not-storable`
 */
export function tag(value: unknown, what: string, costMax: number): unknown {
  // The root has no separator.
  const walk = { what, segments: [], open: new Map<object, number>(), costMax, cost: -1 };
  const copied = copy(value, walk);
  return walk.cost > costMax ? TOO_LARGE : copied;
}

/** Whether JSON has this number. */
export function isPlainNumber(value: number): boolean {
  return value === 0 ? !Object.is(value, -0) : Number.isFinite(value);
}

/** Whether it is a literal's object, of this realm or another, or one without prototype. */
export function isPlainObject(object: object): object is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype === Object.prototype || prototype === null) return true;
  if (typeof prototype !== "object") return false;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "hasOwnProperty");
}

/** Once the text must be too long, what is copied does not matter any more, and the walk hurries to its end. */
function copy(value: unknown, walk: Walk): unknown {
  walk.cost += costOf(value);
  if (walk.cost > walk.costMax) return null;
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "undefined":
      return { "~u": 0 };
    case "number":
      return isPlainNumber(value) ? value : { "~f": Object.is(value, -0) ? "-0" : String(value) };
    case "bigint":
      return { "~n": String(value) };
    case "object":
      return value === null ? null : copyOnce(value, walk);
    default:
      throw refuseKind(place(walk), value);
  }
}

function costOf(value: unknown): number {
  if (typeof value === "string") return value.length + VALUE_COST;
  if (typeof value === "object" && value !== null) return OBJECT_COST;
  return value === undefined || typeof value === "bigint" ? TAG_COST : VALUE_COST;
}

function copyBelow(value: unknown, segment: Segment, walk: Walk): unknown {
  walk.segments.push(segment);
  const copied = copy(value, walk);
  walk.segments.pop();
  return copied;
}

/** Holds the object open while what is below it is copied. */
function copyOnce(object: object, walk: Walk): unknown {
  const above = walk.open.get(object);
  if (above !== undefined) {
    const problem = `refers back to ${place(walk, above)}: a cycle`;
    throw refuse(place(walk), problem, "hand on a tree, or ids instead of references");
  }
  if (walk.open.size > DEPTH_MAX) {
    throw refuse(shorten(place(walk)), `is more than ${DEPTH_MAX} levels deep`, "hand on a flatter value");
  }
  walk.open.set(object, walk.segments.length);
  try {
    return copyObject(object, walk);
  } catch (error) {
    if (error instanceof ReeveError) throw error;
    throw refuseUnreadable(place(walk), error);
  } finally {
    walk.open.delete(object);
  }
}

function copyObject(object: object, walk: Walk): unknown {
  if (Array.isArray(object)) return copyArray(object, walk);
  if (types.isNativeError(object) || object instanceof Error) return { "~e": copyError(object, walk) };
  if (isPlainObject(object)) return copyProperties(object, walk);
  const prototype: unknown = Object.getPrototypeOf(object);
  if (types.isDate(object) && isOf(prototype, Date)) {
    const at = object.getTime();
    return { "~d": Number.isNaN(at) ? null : at };
  }
  if (types.isMap(object) && isOf(prototype, Map)) return { "~m": copyEntries(object, walk) };
  if (types.isSet(object) && isOf(prototype, Set)) {
    const below = (index: number) => (): string => `.values()[${index}]`;
    return { "~s": Array.from(object, (member, index) => copyBelow(member, below(index), walk)) };
  }
  if (types.isUint8Array(object) && (isOf(prototype, Uint8Array) || prototype === Buffer.prototype)) {
    walk.cost += (object.byteLength / 3) * 4;
    if (walk.cost > walk.costMax) return null;
    return { "~b": Buffer.from(object.buffer, object.byteOffset, object.byteLength).toString("base64") };
  }
  if (object instanceof Secret) {
    const within: unknown = object.reveal();
    return { "~x": copyBelow(within, () => ".reveal()", walk) };
  }
  throw refuseKind(place(walk), object);
}

/** A subclass would come back without its class, so it is refused; the same class of another realm is not. */
function isOf(prototype: unknown, builtin: new () => object): boolean {
  if (prototype === builtin.prototype) return true;
  if (typeof prototype !== "object" || prototype === null) return false;
  const constructor: unknown = Reflect.get(prototype, "constructor");
  return typeof constructor === "function" && constructor.name === builtin.name && isNativeCode(constructor);
}

function isNativeCode(constructor: object): boolean {
  return Function.prototype.toString.call(constructor).endsWith("{ [native code] }");
}

function copyArray(array: readonly unknown[], walk: Walk): unknown[] {
  if (!isOf(Object.getPrototypeOf(array), Array)) throw refuseKind(place(walk), array);
  const copied: unknown[] = [];
  for (let index = 0; index < array.length && walk.cost <= walk.costMax; index++) {
    if (!Object.hasOwn(array, index)) {
      const problem = `is a sparse array: index ${index} is empty`;
      throw refuse(place(walk), problem, "fill the gap, with null or undefined");
    }
    copied.push(readBelow(array, index, walk));
  }
  return copied;
}

function copyProperties(object: Readonly<Properties>, walk: Walk): Properties {
  const [symbol] = Object.getOwnPropertySymbols(object);
  if (symbol !== undefined)
    throw refuse(place(walk), `has a symbol as key, ${String(symbol)}`, "use a string as key");
  const keys = Object.keys(object);
  // JSON.stringify would call it, also where it is hidden or inherited.
  if (typeof object["toJSON"] === "function") readBelow(object, "toJSON", walk);
  const escape = keys.length === 1 && keys[0]?.startsWith("~") === true;
  // Slower, but without prototype `__proto__` is a key like any other.
  const copied: Properties = {};
  if (Object.hasOwn(object, "__proto__")) Object.setPrototypeOf(copied, null);
  for (const key of keys) {
    walk.cost += key.length;
    copied[escape ? `~${key}` : key] = readBelow(object, key, walk);
  }
  return copied;
}

function copyEntries(map: ReadonlyMap<unknown, unknown>, walk: Walk): unknown[] {
  return Array.from(map, ([key, value], index) => [
    copyBelow(key, () => `.keys()[${index}]`, walk),
    copyBelow(value, () => `.get(${typeof key === "string" ? JSON.stringify(key) : `key ${index}`})`, walk),
  ]);
}

function copyError(error: object, walk: Walk): Properties {
  const message: unknown = Reflect.get(error, "message");
  const code: unknown = Reflect.get(error, "code");
  const stack: unknown = Reflect.get(error, "stack");
  const copied: Properties = { name: classNameOf(error), message: String(message) };
  if (typeof code === "string" || typeof code === "number") copied["code"] = copyBelow(code, "code", walk);
  if (typeof stack === "string") copied["stack"] = stack;
  if (Object.hasOwn(error, "cause")) copied["cause"] = readBelow(error, "cause", walk);
  if (error instanceof AggregateError && Array.isArray(error.errors)) {
    copied["errors"] = readBelow(error, "errors", walk);
  }
  return copied;
}

/** The property is entered before it is read, so that a getter that throws is named. */
function readBelow(object: object, key: string | number, walk: Walk): unknown {
  walk.segments.push(key);
  const value: unknown = Reflect.get(object, key);
  const copied = copy(value, walk);
  walk.segments.pop();
  return copied;
}

function place(walk: Walk, length: number = walk.segments.length): string {
  return walk.what + walk.segments.slice(0, length).map(segmentText).join("");
}

function segmentText(segment: Segment): string {
  if (typeof segment === "function") return segment();
  if (typeof segment === "number") return `[${segment}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(segment)
    ? `.${segment}`
    : `[${JSON.stringify(segment)}]`;
}

function shorten(place: string): string {
  return place.length > 100 ? `${place.slice(0, 60)} … ${place.slice(-40)}` : place;
}
