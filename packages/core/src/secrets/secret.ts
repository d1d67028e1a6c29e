/**
 * A value that its holder calls a secret. The wrapper keeps it out of everything that shows values by itself: text,
 * JSON, inspection and structured clones show no more than that there is one.
 */
import { inspect } from "node:util";

/** Stands wherever a secret was. */
export const REDACTED = "[redacted]";

export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return REDACTED;
  }

  toJSON(): string {
    return REDACTED;
  }

  static {
    Object.defineProperty(Secret.prototype, inspect.custom, { value: () => REDACTED });
  }
}

/** Whether something in the value is wrapped. @param seen was looked at already */
export function holdsWrapped(value: unknown, seen: Set<object> = new Set()): boolean {
  if (typeof value !== "object" || value === null || seen.has(value)) return false;
  seen.add(value);
  if (value instanceof Secret) return true;
  if (ArrayBuffer.isView(value)) return false;
  const parts: Iterable<unknown> =
    value instanceof Map ? [...value].flat() : value instanceof Set ? value : Object.values(value);
  for (const part of parts) if (holdsWrapped(part, seen)) return true;
  return false;
}

/**
 * Marks a value as a secret under whatever name it is handed on. Agents get the same wrapper and call `reveal()`.
 * Its strings of 8 characters and more are masked wherever they recur once a run has been given it.
 * @param value anything that can be stored
 */
export function secret<const T>(value: T): Secret<T> {
  return new Secret(value);
}
