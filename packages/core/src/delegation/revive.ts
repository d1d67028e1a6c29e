/** Turns the tagged objects of a parsed text (see tag.ts) back into what they stand for, in place. */
import { ReeveError } from "../errors.ts";
import { Secret } from "../secrets/secret.ts";
import { PLATFORM_ERRORS } from "./class-name.ts";

type Properties = Record<string, unknown>;

/** @throws ReeveError `file-damaged` for a tag that `encode` never writes. */
export function revive(parsed: unknown): unknown {
  if (Array.isArray(parsed)) return reviveList(parsed);
  return isObject(parsed) ? reviveObject(parsed) : parsed;
}

function reviveObject(object: Properties): unknown {
  const keys = Object.keys(object);
  const [only] = keys;
  if (keys.length === 1 && only?.startsWith("~")) return reviveTag(only, object[only]);
  for (const key of keys) {
    const value = object[key];
    if (typeof value === "object" && value !== null) define(object, key, revive(value));
  }
  return object;
}

function reviveList(list: unknown[]): unknown[] {
  for (let index = 0; index < list.length; index++) list[index] = revive(list[index]);
  return list;
}

function reviveTag(key: string, content: unknown): unknown {
  if (key.startsWith("~~")) return { [key.slice(1)]: revive(content) };
  switch (key) {
    case "~u":
      return undefined;
    case "~f":
      return Number(content);
    case "~n":
      return BigInt(String(content));
    case "~d":
      return new Date(typeof content === "number" ? content : Number.NaN);
    case "~b":
      // A copy, because small buffers share one pool.
      return new Uint8Array(Buffer.from(String(content), "base64"));
    case "~m":
      return new Map(asList(key, content).map(reviveEntry));
    case "~s":
      return new Set(reviveList(asList(key, content)));
    case "~x":
      return new Secret(revive(content));
    case "~e":
      if (isObject(content)) return reviveError(content);
      throw damaged(key);
    default:
      throw damaged(key);
  }
}

function reviveEntry(entry: unknown): readonly [unknown, unknown] {
  const [key, value] = asList("~m", entry);
  return [revive(key), revive(value)];
}

function reviveError(kept: Properties): Error {
  const name = String(kept["name"]);
  const message = String(kept["message"]);
  const errors = kept["errors"] === undefined ? undefined : reviveList(asList("~e", kept["errors"]));
  const error = errors
    ? new AggregateError(errors, message)
    : new (PLATFORM_ERRORS.get(name) ?? Error)(message);
  if (error.name !== name) hide(error, "name", name);
  hide(error, "stack", kept["stack"]);
  if ("cause" in kept) hide(error, "cause", revive(kept["cause"]));
  if (kept["code"] !== undefined) define(error, "code", revive(kept["code"]));
  return error;
}

/** An assignment to `__proto__` would change the prototype. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

function hide(error: Error, key: string, value: unknown): void {
  Object.defineProperty(error, key, { value, writable: true, enumerable: false, configurable: true });
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null;
}

function asList(key: string, content: unknown): unknown[] {
  if (!Array.isArray(content)) throw damaged(key);
  return content;
}

function damaged(key: string): ReeveError {
  return new ReeveError(
    "file-damaged",
    `a stored value has the tag '${key}' in a form that is never written`,
    {
      hint: "restore the file from a backup, or open it with the version of Reeve that wrote it",
    },
  );
}
