/**
 * What flows from step to step, as types: whether a step accepts what it is handed, and what the callbacks inside a
 * step may expect. Nothing here exists at run time.
 *
 * Each place of a pattern is checked by itself, through one mapped type over the steps (a link), so the cost grows with
 * the number of steps only; looking back further than one step happens just behind steps that hand on their input.
 */
import type { Same } from "../delegation/agent.ts";

export interface Named {
  readonly kind: string;
  readonly name: string;
}

/** A step that accepts `Input`. */
export interface Takes<Input> {
  readonly "~types"?: { readonly input: (input: Input) => void };
}

/** A step whose callbacks expect this input of the pattern around it. */
export interface InScope<PatternInput> {
  readonly "~scope"?: (input: PatternInput) => void;
}

/**
 * Steps with callbacks pretend to be functions that nobody can call: the compiler then looks at the pattern's other
 * options and steps before it gives the callbacks' parameters their types. Without it, `ctx.input` would be unknown.
 */
export interface Deferred {
  (this: never, never: never): never;
}

/** The compile error of a step that does not fit; its text is what the developer reads. */
export interface Mismatch<Text extends string> {
  readonly "~mismatch": Text;
}

export type InputOf<Step> = Step extends {
  readonly "~types"?: { readonly input: (input: infer Input) => void };
}
  ? Input
  : unknown;

export type OutputOf<Step> = Step extends { readonly "~types"?: { readonly output: infer Output } }
  ? Output
  : unknown;

export type NameOf<Step> = Step extends { readonly name: infer Name extends string } ? Name : string;

/** The name a step was given, or the one it has otherwise; where it stands says nothing about it. */
export type Called<Name, Otherwise extends string> = Name extends string ? NoInfer<Name> : NoInfer<Otherwise>;

/** Whether a step with this output may hand on its input. */
export type HandsOn<Output> = unknown extends Output ? false : Same extends Output ? true : false;

/** What a step with this output gives when it is handed `Before`. */
export type Resolve<Output, Before> = HandsOn<Output> extends true ? Exclude<Output, Same> | Before : Output;

/**
 * What the compiler is told of a step with callbacks that it has not looked at: hints that any step satisfies. `never`
 * stands for what is not known yet.
 */
export type Hint<PatternInput, Before> = Scope<PatternInput> &
  ([Before] extends [never] ? Named : Takes<Before> | Named);

type Scope<PatternInput> = [PatternInput] extends [never] ? Named : Named & InScope<PatternInput>;

/**
 * What a step must be to stand where it is handed `Before`. While `Step` is still unknown, a hint; `Source` is the
 * step, or a text, that says in the error where the value comes from; `Word` is what the error calls the step.
 */
export type Link<Step, Before, PatternInput, Source, Word extends string = "step"> =
  IsOpen<Step> extends true
    ? Hint<PatternInput, Before>
    : Step extends Named
      ? Step extends Takes<Before>
        ? Scope<PatternInput>
        : Mismatch<`${Word} '${NameOf<Step>}' cannot take ${TextOf<Source>}`>
      : Mismatch<"this is neither an agent nor a pattern">;

/** What stands before the first step. */
export interface Start<Input> {
  readonly "~start": true;
  readonly "~types"?: { readonly output: Input };
}

type TextOf<Source> = Source extends string
  ? Source
  : Source extends { readonly "~start": true }
    ? "the pattern's input"
    : `the output of step '${NameOf<Source>}'`;

/** Whether the compiler has not looked at the step yet. */
export type IsOpen<Step> = [Step] extends [never] ? true : unknown extends Step ? true : false;

type U = unknown;

/** Any list of steps. The counted places let the compiler tell the callbacks of a step where they stand; more may follow. */
// prettier-ignore
export type Places = readonly [
  U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?,
  U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, U?, ...U[],
];
