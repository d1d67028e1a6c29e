/** `when`: a step that is taken only if a condition holds; otherwise its input is handed on. */
import type { Runnable, Same, WalkContext } from "../delegation/agent.ts";
import type { WhenNode } from "../delegation/pattern.ts";
import { checkerOf } from "./checker.ts";
import { deferred } from "./deferred.ts";
import type { Deferred, Hint, InScope } from "./flow.ts";

export interface When<Name extends string, Input, Output, PatternInput>
  extends WhenNode, InScope<PatternInput>, Deferred {
  readonly name: Name;
  readonly "~types"?: { readonly input: (input: Input) => void; readonly output: Output };
}

export interface WhenOptions<Previous, PatternInput, Input, Output> {
  /** Called once with the output before; its answer is recorded. */
  readonly if: (previous: Previous, ctx: WalkContext<PatternInput>) => boolean;
  /** An agent or a pattern, handed the output before. */
  readonly then: Runnable<string, Input, Output> & Hint<NoInfer<PatternInput>, NoInfer<Previous>>;
}

/**
 * Takes `then` if the condition holds, else hands on its input. The path of `then` is below that of `name`.
 * @throws ReeveError `pattern-invalid`
 */
export function when<const Name extends string, Previous, PatternInput, Input, Output>(
  name: Name,
  options: WhenOptions<Previous, PatternInput, Input, Output>,
): When<Name, Previous & NoInfer<Input>, Output | Same, PatternInput>;
export function when(
  name: string,
  options: { readonly if: WhenNode["if"]; readonly then: unknown },
): When<string, unknown, unknown, unknown> {
  const check = checkerOf("when", name, options);
  check.callback("if", options.if);
  return deferred({ kind: "when", name, if: options.if, then: check.step("then", options.then) });
}
