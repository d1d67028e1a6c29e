/** Holds what is handed over as a pattern against what one is. */
import type { Pattern } from "../delegation/pattern.ts";
import { showValue } from "../delegation/show-value.ts";
import { ReeveError } from "../errors.ts";
import { isNode } from "../patterns/checker.ts";

/**
 * @param place how a message begins, such as `createRuntime: patterns[0]`
 * @throws ReeveError `pattern-invalid`
 */
export function checkPattern(place: string, received: unknown): asserts received is Pattern {
  if (!isNode(received)) {
    throw new ReeveError("pattern-invalid", `${place} is ${showValue(received)}`, {
      hint: "give a pattern; is a module imported in a circle?",
    });
  }
  if (isPattern(received)) return;
  const article = /^[aeiou]/.test(received.kind) ? "an" : "a";
  throw new ReeveError(
    "pattern-invalid",
    `${place} is ${article} ${received.kind} ('${received.name}'), and no pattern`,
    { hint: `wrap it: sequential("name", { steps: [it] })` },
  );
}

function isPattern(node: { readonly kind: string }): boolean {
  return ["sequential", "parallel", "for-each", "meta", "degrade"].includes(node.kind);
}
