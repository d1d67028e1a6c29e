/** Makes text of whatever an agent hands over where text is meant; events hold nothing else. */
import { inspect } from "node:util";
import { redact } from "../secrets/redact.ts";

const CHARACTERS_MAX = 10_000;

/** A string as it is, an error's stack, else what a debugger would show, without secrets; cut at 10,000 characters. */
export function textOf(value: unknown): string {
  const text = typeof value === "string" ? value : inspected(value);
  return text.length > CHARACTERS_MAX ? `${text.slice(0, CHARACTERS_MAX)}…` : text;
}

function inspected(value: unknown): string {
  try {
    return inspect(redact(value), { depth: 4, breakLength: Infinity });
  } catch {
    // ignore: a value that can't even be looked at is named by its type.
    return `a value of type ${typeof value} that can't be shown`;
  }
}
