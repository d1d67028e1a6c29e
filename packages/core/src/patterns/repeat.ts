/** `repeat`: a step run again with its own output, until a condition holds. */
import type { Runnable, Same } from "../delegation/agent.ts";
import type { RepeatContext, RepeatNode } from "../delegation/pattern.ts";
import { checkerOf } from "./checker.ts";
import { deferred } from "./deferred.ts";
import type { Called, Deferred, Hint, InScope, Mismatch, Resolve } from "./flow.ts";

export interface Repeat<Name extends string, Input, Output, PatternInput>
  extends RepeatNode, InScope<PatternInput>, Deferred {
  readonly name: Name;
  readonly "~types"?: { readonly input: (input: Input) => void; readonly output: Output };
}

export interface RepeatOptions<Name, Before, PatternInput, Output> {
  /** Called once after each iteration with its output; true ends the loop. Its answers are recorded. */
  readonly until: (output: Resolve<Output, Before>, ctx: RepeatContext<PatternInput>) => boolean;
  /** Iterations, 1 to 1,000,000; the step fails when `until` was not true after so many. */
  readonly max: number;
  /** The name in paths. @default that of the step inside */
  readonly name?: Name;
}

/** What the step inside must be: one that takes what it gives. */
type Loop<StepName extends string, Before, PatternInput, Input, Output> = [Exclude<Output, Same>] extends [
  Input,
]
  ? Hint<PatternInput, Before>
  : Mismatch<`step '${StepName}' cannot take its own output`>;

const ITERATIONS_MAX = 1_000_000;

/**
 * Runs a step, then again with its own output as its input, until `until` is true. Its output is that of the last
 * iteration. Iterations have paths of their own, as the items of a `forEach` have: `name/[0]`, `name/[1]` …
 * @throws ReeveError `pattern-invalid`
 */
export function repeat<
  StepName extends string,
  Before,
  PatternInput,
  Input,
  Output,
  const Name extends string | undefined = undefined,
>(
  step: Runnable<StepName, Input, Output> &
    Loop<NoInfer<StepName>, NoInfer<Before>, NoInfer<PatternInput>, NoInfer<Input>, NoInfer<Output>>,
  options: RepeatOptions<Name, Before, PatternInput, NoInfer<Output>>,
): Repeat<Called<Name, StepName>, Before & NoInfer<Input>, Output, PatternInput>;
export function repeat(
  step: Runnable,
  options: { readonly until: RepeatNode["until"]; readonly max: number; readonly name?: string },
): Repeat<string, unknown, unknown, unknown> {
  const name: unknown = options?.name ?? step?.name;
  const check = checkerOf("repeat", name, options);
  const inner = check.step("the step inside", step);
  check.callback("until", options.until);
  const { max } = options;
  if (!(Number.isInteger(max) && max >= 1 && max <= ITERATIONS_MAX))
    check.fail("max", max, `give a whole number from 1 to ${ITERATIONS_MAX}`);
  return deferred({
    kind: "repeat",
    name: options.name ?? inner.name,
    step: inner,
    until: options.until,
    max,
  });
}
