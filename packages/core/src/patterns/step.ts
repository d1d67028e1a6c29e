/** `step`: an agent or pattern under another name, or with an input made from what came before. */
import type { Runnable, WalkContext } from "../delegation/agent.ts";
import type { StepNode } from "../delegation/pattern.ts";
import { checkerOf } from "./checker.ts";
import { deferred } from "./deferred.ts";
import type { Deferred, InScope } from "./flow.ts";

export interface Step<Name extends string, Input, Output, PatternInput>
  extends StepNode, InScope<PatternInput>, Deferred {
  readonly name: Name;
  readonly "~types"?: { readonly input: (input: Input) => void; readonly output: Output };
}

export interface StepOptions<Name extends string> {
  /** The name in paths, in place of the step's own. */
  readonly name: Name;
}

export interface MappedStepOptions<
  Name extends string,
  Previous,
  PatternInput,
  Input,
> extends StepOptions<Name> {
  /**
   * Makes the input from the output before and the pattern's input; called once, its answer is recorded. Behind another
   * step with callbacks, annotate `previous` (the compiler checks that it fits) or use `ctx.outputOf`.
   */
  readonly input: (previous: Previous, ctx: WalkContext<PatternInput>) => Input;
}

/**
 * Places `inner` under a name of its own; with `input`, hands it what that returns.
 * @throws ReeveError `pattern-invalid`
 */
export function step<const Name extends string, Input, Output, Previous, PatternInput>(
  inner: Runnable<string, Input, Output>,
  options: MappedStepOptions<Name, Previous, PatternInput, NoInfer<Input>>,
): Step<Name, Previous, Output, PatternInput>;
export function step<const Name extends string, Input, Output>(
  inner: Runnable<string, Input, Output>,
  options: StepOptions<Name>,
): Step<Name, Input, Output, unknown>;
export function step(
  inner: Runnable,
  options: StepOptions<string> & Partial<Pick<StepNode, "input">>,
): Step<string, unknown, unknown, unknown> {
  const check = checkerOf("step", options?.name, options);
  if (options.input !== undefined) check.callback("input", options.input);
  return deferred({
    kind: "step",
    name: options.name,
    step: check.step("the step inside", inner),
    input: options.input,
  });
}
