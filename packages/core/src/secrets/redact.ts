/** Copies of values in which secrets are replaced, for everything that shows values to people or programs. */
import { isSecretName } from "./secret-name.ts";
import { REDACTED, Secret } from "./secret.ts";

const DEPTH_MAX = 500;

/**
 * The value without what `secret()` wraps and without what stands under names of secrets; the same object where there
 * is nothing to replace. Numbers, booleans and empty strings are no secrets.
 * @param mask what becomes of every other string
 */
export function redact<T>(value: T, mask?: (text: string) => string): T;
export function redact(value: unknown, mask: (text: string) => string = same): unknown {
  return copy(value, mask, 0);
}

function same(text: string): string {
  return text;
}

function copy(value: unknown, mask: (text: string) => string, depth: number): unknown {
  if (typeof value === "string") return mask(value);
  if (typeof value !== "object" || value === null || depth > DEPTH_MAX) return value;
  if (value instanceof Secret) return REDACTED;
  if (Array.isArray(value)) return copyList(value, mask, depth);
  if (value instanceof Map) return copyMap(value, mask, depth);
  if (value instanceof Set) {
    const members = copyList([...value], mask, depth);
    return members.every((member) => value.has(member)) ? value : new Set(members);
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? copyProperties(value, mask, depth) : value;
}

function copyUnder(name: unknown, value: unknown, mask: (text: string) => string, depth: number): unknown {
  if (typeof name === "string" && isSecretName(name) && isSecretContent(value)) return REDACTED;
  return copy(value, mask, depth + 1);
}

function copyList(
  list: readonly unknown[],
  mask: (text: string) => string,
  depth: number,
): readonly unknown[] {
  let changed: unknown[] | undefined;
  for (const [index, item] of list.entries()) {
    const copied = copy(item, mask, depth + 1);
    if (copied !== item) (changed ??= [...list])[index] = copied;
  }
  return changed ?? list;
}

function copyMap(map: ReadonlyMap<unknown, unknown>, mask: (text: string) => string, depth: number): unknown {
  let isChanged = false;
  const entries = Array.from(map, ([key, value]) => {
    const copied = [copy(key, mask, depth + 1), copyUnder(key, value, mask, depth)] as const;
    isChanged ||= copied[0] !== key || copied[1] !== value;
    return copied;
  });
  return isChanged ? new Map(entries) : map;
}

function copyProperties(object: object, mask: (text: string) => string, depth: number): object {
  let changed: Map<string, unknown> | undefined;
  for (const [key, value] of Object.entries(object)) {
    const copied = copyUnder(key, value, mask, depth);
    if (copied !== value) (changed ??= new Map()).set(key, copied);
  }
  if (!changed) return object;
  return Object.fromEntries(
    Object.entries(object).map(([key, value]) => [mask(key), changed.has(key) ? changed.get(key) : value]),
  );
}

/** Whether anything under the name of a secret is one: a text that is not empty, bytes, a bigint. */
function isSecretContent(value: unknown, depth = 0): boolean {
  if (typeof value === "string") return value !== "";
  if (typeof value === "bigint") return true;
  if (typeof value !== "object" || value === null || depth > DEPTH_MAX) return false;
  if (value instanceof Secret || value instanceof Uint8Array) return true;
  if (value instanceof Map) return isSecretContent([...value.values()], depth + 1);
  return Object.values(value).some((part) => isSecretContent(part, depth + 1));
}
