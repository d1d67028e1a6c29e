/**
 * The codec of values: every input, output, error and signal passes it at once, on every engine, so that a fresh run
 * and a recovered one see the same. It owns the text form; where the text is kept is an engine's matter.
 *
 * The text is JSON. A value that JSON lacks is an object with exactly one key that begins with `~`, such as
 * `{"~d":0}` for a date (see tag.ts); an object of the user's that looks like this has one `~` more in its key.
 * `{"~` can stand in JSON only where an object begins, so the text itself tells whether there is anything to revive.
 *
 * Invariants: (1) what `encode` accepts, `decode` gives back equal, prototypes and −0 included, but for these: an object
 * without prototype becomes a plain one, a Buffer a Uint8Array, an error one of the platform's classes with the
 * original's name; (2) `encode(decode(text)) === text` for each text of `encode`; (3) equal structure gives equal
 * text, keys in insertion order. As in JSON, non-enumerable properties, and named ones of arrays, are not kept.
 */
import { ReeveError } from "../errors.ts";
import { revive } from "./revive.ts";
import { refuseText } from "./refusal.ts";
import { DEPTH_MAX, isPlainNumber, isPlainObject, TAG_START, TOO_LARGE, tag, VALUE_COST } from "./tag.ts";

/** The longest encoded value, in UTF-8 bytes. */
export const PAYLOAD_BYTES_MAX: number = 16 * 1024 * 1024;

/** Weighed values above this are not even written: one object in many places can have a text without end. */
const COST_MAX = 4 * PAYLOAD_BYTES_MAX;
const UTF8_BYTES_PER_UNIT_MAX = 3;

/**
 * The text of a value: JSON, plus undefined, dates, maps, sets, bigints, bytes, NaN, infinities, −0 and errors.
 * @param what the value's name in messages.
 * @throws ReeveError `value-not-storable`, naming the property, or `payload-too-large`.
 */
export function encode(value: unknown, what = "value"): string {
  const text = stringify(value, what);
  if (text.length * UTF8_BYTES_PER_UNIT_MAX > PAYLOAD_BYTES_MAX) {
    const bytes = Buffer.byteLength(text);
    if (bytes > PAYLOAD_BYTES_MAX) throw tooLarge(what, `${bytes.toLocaleString("en")} bytes`);
  }
  return text;
}

/**
 * The value of a text that `encode` wrote.
 * @throws ReeveError `file-damaged` when it can't be one.
 */
export function decode(text: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new ReeveError("file-damaged", `a stored value can't be read: ${preview(text)}`, {
      cause: error,
      hint: "restore the file from a backup; a value's text is only ever written whole",
    });
  }
  return text.includes(TAG_START) ? revive(parsed) : parsed;
}

function stringify(value: unknown, what: string): string {
  const cost = weighSafely(value);
  if (cost > COST_MAX && cost < Infinity) throw tooLarge(what, `over ${COST_MAX.toLocaleString("en")} bytes`);
  const writable = cost === Infinity ? tag(value, what, PAYLOAD_BYTES_MAX) : value;
  if (writable === TOO_LARGE) throw tooLarge(what, `over ${PAYLOAD_BYTES_MAX.toLocaleString("en")} bytes`);
  try {
    return JSON.stringify(writable);
  } catch (error) {
    throw refuseText(what, error);
  }
}

function weighSafely(value: unknown): number {
  try {
    return weigh(value, 0, 0);
  } catch {
    // ignore: the copying pass meets the same getter or proxy, and names the property
    return Infinity;
  }
}

/**
 * The least length of the text of a value that is JSON as it stands, added to `cost`; infinite for any other value.
 * This is the pass every value takes; it allocates nothing but the lists of keys.
 */
function weigh(value: unknown, cost: number, depth: number): number {
  switch (typeof value) {
    case "string":
      return cost + value.length + VALUE_COST;
    case "number":
      return isPlainNumber(value) ? cost + VALUE_COST : Infinity;
    case "boolean":
      return cost + VALUE_COST;
    case "object":
      if (value === null) return cost + VALUE_COST;
      if (depth > DEPTH_MAX) return Infinity;
      return Array.isArray(value) ? weighArray(value, cost, depth) : weighObject(value, cost, depth);
    default:
      return Infinity;
  }
}

function weighArray(array: readonly unknown[], cost: number, depth: number): number {
  if (Object.getPrototypeOf(array) !== Array.prototype) return Infinity;
  let sum = cost + VALUE_COST;
  for (let index = 0; index < array.length; index++) {
    sum = weigh(array[index], sum, depth + 1);
    if (sum > COST_MAX) return sum;
  }
  return sum;
}

function weighObject(object: object, cost: number, depth: number): number {
  if (!isPlainObject(object) || Object.getOwnPropertySymbols(object).length > 0) return Infinity;
  const keys = Object.keys(object);
  if (keys.length === 1 && keys[0]?.startsWith("~")) return Infinity;
  // JSON.stringify would call it and write what it returns instead.
  if (typeof object["toJSON"] === "function") return Infinity;
  let sum = cost + VALUE_COST;
  for (const key of keys) {
    sum = weigh(object[key], sum + key.length, depth + 1);
    if (sum > COST_MAX) return sum;
  }
  return sum;
}

function tooLarge(what: string, size: string): ReeveError {
  return new ReeveError(
    "payload-too-large",
    `${what} takes ${size}; at most ${PAYLOAD_BYTES_MAX.toLocaleString("en")} are kept`,
    { hint: "store the content in a file, database or bucket and pass its path or key" },
  );
}

function preview(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
