/**
 * Promises of any make: a library's, another realm's, or an object that only has a `then`. `instanceof Promise` misses
 * them, and what is missed counts as an answer.
 */

/** Whether `await` would wait for it. */
export function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return "then" in value && typeof value.then === "function";
}

/** What a callback gave, for the error that refuses it. A promise may then reject unheard, without ending the process. */
export function describeRefused(value: unknown): string {
  if (value === null) return "null";
  if (!isPromiseLike(value)) return `a value of type ${typeof value}`;
  // ignore: its callback was refused for answering with a promise, however that ends
  Promise.resolve(value).catch(() => {});
  return "a promise";
}
