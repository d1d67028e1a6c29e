/** `fallback`: what runs in a pattern's place where that fails. The pattern and its fallback are a chain of two levels. */
import type { DegradeNode, Pattern } from "../delegation/pattern.ts";
import type { Checker } from "./checker.ts";
import type { Degrade } from "./degrade.ts";
import type { Link, OutputOf, Resolve } from "./flow.ts";
import { resolveLevel } from "./level.ts";

export interface FallbackOption<Fallback, Input> {
  /**
   * An agent or a pattern that is handed the input where this pattern fails, or is passed over as a level of `degrade`
   * would be. `timeoutMs` and the limits on resources hold for this pattern without its fallback.
   * @default the pattern fails
   */
  readonly fallback?: Fallback &
    Link<NoInfer<Fallback>, NoInfer<Input>, NoInfer<Input>, "the pattern's input", "fallback">;
}

/**
 * What a constructor gives: the pattern itself, or with a fallback the chain of both. Picked by an index, not by a
 * condition, so that the compiler infers nothing from where the pattern is put.
 */
export type WithFallback<Own, Name extends string, Input, Fallback> = {
  readonly own: Own;
  readonly chain: Degrade<Name, Input, OutputOf<Own> | Resolve<OutputOf<Fallback>, Input>>;
}[[Fallback] extends [undefined] ? "own" : "chain"];

/** Input, contexts, version and limits are those of the chain; all else stays with the pattern. */
export function withFallback<Own extends Pattern>(
  own: Own,
  fallback: unknown,
  check: Checker,
): Own | DegradeNode {
  if (fallback === undefined) return own;
  const { name, description, matches, input, version, continues, limits, preserve } = own;
  const node = check.step("fallback", fallback);
  if (node.name === name) check.fail("fallback", `called '${name}' too`, "rename it with step(x, { name })");
  const head = { description, matches, input, version, continues, limits, preserve, timeoutMs: undefined };
  const bare = {
    matches: undefined,
    input: undefined,
    version: undefined,
    continues: [],
    limits: [],
    preserve: [],
  };
  const pattern: Pattern = own;
  const alone: Pattern = Object.freeze({ ...pattern, ...bare });
  return Object.freeze({
    ...head,
    kind: "degrade",
    name,
    levels: Object.freeze([alone, node].map((level) => resolveLevel(name, level, undefined, undefined))),
  });
}
