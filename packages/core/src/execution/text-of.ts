/** Makes text of whatever an agent hands over where text is meant; events hold nothing else. */
import { inspect } from "node:util";

const CHARACTERS_MAX = 10_000;

/** A string as it is, an error's stack, else what a debugger would show; cut at 10,000 characters. */
export function textOf(value: unknown): string {
  const text = typeof value === "string" ? value : inspect(value, { depth: 4, breakLength: Infinity });
  return text.length > CHARACTERS_MAX ? `${text.slice(0, CHARACTERS_MAX)}…` : text;
}
