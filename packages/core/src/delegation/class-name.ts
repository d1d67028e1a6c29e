/** What kind of error something is, by name: the one rule that the codec and the records of failures share. */

/** Classes of the platform that an error is rebuilt with; an `AggregateError` is told by its `errors` instead. */
export const PLATFORM_ERRORS: ReadonlyMap<string, new (message: string) => Error> = new Map([
  ["Error", Error],
  ["EvalError", EvalError],
  ["RangeError", RangeError],
  ["ReferenceError", ReferenceError],
  ["SyntaxError", SyntaxError],
  ["TypeError", TypeError],
  ["URIError", URIError],
]);

/**
 * The class name of an error: what it says itself in `name`, or the name of its class where it never set one
 * (`class OutOfStock extends Error {}` has the inherited name "Error").
 */
export function classNameOf(error: object): string {
  const name: unknown = Reflect.get(error, "name");
  const said = typeof name === "string" ? name : "";
  if (said !== "" && (Object.hasOwn(error, "name") || !isInherited(said))) return said;
  const constructor: unknown = Reflect.get(error, "constructor");
  const className = typeof constructor === "function" ? constructor.name : "";
  return (typeof className === "string" && className) || said || "Error";
}

function isInherited(name: string): boolean {
  return PLATFORM_ERRORS.has(name) || name === "AggregateError";
}
