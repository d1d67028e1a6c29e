/** `sequential`: steps one after the other, each handed the output of the one before. */
import type { DegradeNode, SequentialNode } from "../delegation/pattern.ts";
import { checkerOf, isFilledList } from "./checker.ts";
import { withFallback, type FallbackOption, type WithFallback } from "./fallback.ts";
import type { HandsOn, InputOf, IsOpen, Link, OutputOf, Places, Start } from "./flow.ts";
import { resolveHead, type PatternOptions } from "./head.ts";
import type { Same } from "../delegation/agent.ts";

export interface Sequential<Name extends string, Input, Output> extends SequentialNode {
  readonly name: Name;
  readonly "~types"?: { readonly input: (input: Input) => void; readonly output: Output };
}

export interface SequentialOptions<Steps extends Places, Input, Fallback>
  extends
    PatternOptions<Input, InputOfSequence<Input, Steps>>,
    FallbackOption<Fallback, InputOfSequence<Input, Steps>> {
  /** At least one; their names differ. The first is handed the pattern's input. */
  readonly steps: {
    readonly [Place in keyof Steps]: Steps[Place] &
      Link<
        Steps[Place],
        Handed<Start<Input>, [Start<Input>, ...Steps], Place>,
        InputOfSequence<Input, Steps>,
        At<[Start<Input>, ...Steps], Place>
      >;
  };
}

/**
 * What the step at `Place` is handed. `Sources` are the steps moved by one, so that the same place holds the step
 * before; behind a step that hands on its input they are moved once more.
 */
type Handed<First, Sources extends readonly unknown[], Place> = number extends Sources["length"]
  ? never // a list made at run time; nothing is known of its places
  : Place extends keyof Sources
    ? IsOpen<Sources[Place]> extends true
      ? never // not looked at yet, so nothing is known to be wrong
      : HandsOn<OutputOf<Sources[Place]>> extends true
        ? Exclude<OutputOf<Sources[Place]>, Same> | Handed<First, [First, ...Sources], Place>
        : OutputOf<Sources[Place]>
    : never;

type At<Sources extends readonly unknown[], Place> = Place extends keyof Sources ? Sources[Place] : unknown;

/** What the pattern takes: what its schema says, else what its first step takes. */
export type InputOfSequence<Input, Steps extends readonly unknown[]> = [Input] extends [never]
  ? FirstInput<Steps>
  : Input;

type FirstInput<Steps extends readonly unknown[]> = Steps extends readonly [infer First, ...infer Others]
  ? HandsOn<OutputOf<First>> extends true
    ? InputOf<First> & FirstInput<Others>
    : InputOf<First>
  : unknown;

/** What the last step returns. */
export type OutputOfSequence<Input, Steps extends readonly unknown[]> = number extends Steps["length"]
  ? unknown
  : Handed<
      Start<InputOfSequence<Input, Steps>>,
      [Start<InputOfSequence<Input, Steps>>, ...Steps],
      Steps["length"]
    >;

/**
 * A pattern of steps one after the other. Its output is that of the last step.
 * @throws ReeveError `pattern-invalid` when an option is out of its bounds or two steps have the same name.
 */
export function sequential<
  const Name extends string,
  Steps extends Places,
  Input = never,
  Fallback = undefined,
>(
  name: Name,
  options: SequentialOptions<Steps, Input, Fallback>,
): WithFallback<
  Sequential<Name, InputOfSequence<Input, Steps>, OutputOfSequence<Input, Steps>>,
  Name,
  InputOfSequence<Input, Steps>,
  Fallback
>;
export function sequential(
  name: string,
  options: PatternOptions<unknown> & { readonly steps: readonly unknown[]; readonly fallback?: unknown },
): SequentialNode | DegradeNode {
  const check = checkerOf("sequential", name, options);
  const given: readonly unknown[] = options.steps;
  if (!isFilledList(given)) check.fail("steps", given, "give at least one step");
  const steps = given.map((step, index) => check.step(`steps[${index}]`, step));
  check.distinct(
    "steps",
    steps.map((step) => step.name),
  );
  const head = resolveHead("sequential", name, options, check);
  return withFallback(Object.freeze({ ...head, name, steps: Object.freeze(steps) }), options.fallback, check);
}
