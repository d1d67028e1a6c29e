/** How a refused value looks in a message: short, on one line, and never the cause of another error. */
import { inspect } from "node:util";

const LENGTH_MAX = 200;

/** Texts as they are (an empty one as `''`), everything else as a debugger would show it; cut at 200 characters. */
export function showValue(value: unknown): string {
  const text = typeof value === "string" && value !== "" ? value : inspected(value);
  return text.length > LENGTH_MAX ? `${text.slice(0, LENGTH_MAX)}…` : text;
}

function inspected(value: unknown): string {
  try {
    return inspect(value, { depth: 1, breakLength: Infinity, maxStringLength: LENGTH_MAX });
  } catch {
    // ignore: an object may refuse to be shown; what it is then still is a message
    return `what can't be shown (${typeof value})`;
  }
}
