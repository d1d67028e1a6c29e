/** `degrade`: levels from preferred to minimal, of which the first that may run and does not fail gives the output. */
import type { DegradeNode } from "../delegation/pattern.ts";
import { checkerOf, isFilledList } from "./checker.ts";
import type { HandsOn, InputOf, Link, NameOf, OutputOf, Places, Resolve } from "./flow.ts";
import { resolveHead, type PatternOptions } from "./head.ts";
import { resolveLevel, resolveResources } from "./level.ts";

export interface Degrade<Name extends string, Input, Output> extends DegradeNode {
  readonly name: Name;
  readonly "~types"?: { readonly input: (input: Input) => void; readonly output: Output };
}

export interface DegradeOptions<Levels extends readonly unknown[], Input> extends PatternOptions<
  Input,
  InputOfLevels<Input, Levels>
> {
  /**
   * Passes every level but the last over while a larger share of the machine is in use; a number above 0, up to 1.
   * @default what the level says itself: the `resourceThreshold` of a parallel or forEach, the `resources` of a meta's
   * first phase
   */
  readonly resourceThreshold?: number;
  /** The same for single levels, by name, for processor time and memory apart. @default `resourceThreshold` */
  readonly resources?: { readonly [Level in NameOf<Levels[number]>]?: LevelResources };
}

/** Shares of the machine, above 0, up to 1. */
export interface LevelResources {
  readonly cpu?: number;
  readonly memory?: number;
}

/** From preferred to minimal: at least one; their names differ. Each is handed the chain's input. */
export type Levels<Given extends Places, Input> = {
  readonly [Place in keyof Given]: Given[Place] &
    Link<Given[Place], Handed<Input, Given>, InputOfLevels<Input, Given>, SourceOf<Input, Given>, "level">;
};

/** What the chain takes: what its schema says, else what the first level takes that says so. */
export type InputOfLevels<Input, Given extends readonly unknown[]> = [Input] extends [never]
  ? InputOf<FirstTaking<Given>>
  : Input;

/** Of a list made at run time nothing is known. */
type Handed<Input, Given extends readonly unknown[]> = number extends Given["length"]
  ? never
  : InputOfLevels<Input, Given>;

type FirstTaking<Given extends readonly unknown[]> = Given extends readonly [infer First, ...infer Others]
  ? unknown extends InputOf<First>
    ? FirstTaking<Others>
    : First
  : unknown;

/** Where the compile error says that the input comes from. */
type SourceOf<Input, Given extends readonly unknown[]> = [Input] extends [never]
  ? `what level '${NameOf<FirstTaking<Given>>}' takes`
  : "the chain's input";

/** What any of the levels gives. */
export type OutputOfLevels<Input, Given extends readonly unknown[]> = {
  [Place in keyof Given]: HandsOn<OutputOf<Given[Place]>> extends true
    ? Resolve<OutputOf<Given[Place]>, InputOfLevels<Input, Given>>
    : OutputOf<Given[Place]>;
}[number];

/** Picked by an index, so that the compiler infers nothing from where the chain is put. */
type Built<Name extends string, Input, Given extends Places> = {
  readonly chain: Degrade<Name, InputOfLevels<Input, Given>, OutputOfLevels<Input, Given>>;
}[[Given] extends [never] ? never : "chain"];

/**
 * A degradation chain: hands its input to the first level, and to the next one where that fails, is known to be poor
 * here, is paused, lacks grants or room on the machine. The last level is tried whatever is known of it.
 * @throws ReeveError `pattern-invalid` when an option is out of its bounds or two levels have the same name.
 */
export function degrade<const Name extends string, Given extends Places, Input = never>(
  name: Name,
  levels: Levels<Given, Input>,
  options?: DegradeOptions<Given, Input>,
): Built<Name, Input, Given>;
export function degrade(
  name: string,
  levels: readonly unknown[],
  options: PatternOptions<unknown> & ErasedLimits = {},
): DegradeNode {
  const check = checkerOf("degrade", name, options);
  if (!isFilledList(levels)) check.fail("levels", levels, "give a list of levels, from preferred to minimal");
  const nodes = levels.map((level, index) => check.step(`levels[${index}]`, level));
  const names = nodes.map((node) => node.name);
  check.distinct("levels", names);
  check.fraction("resourceThreshold", options.resourceThreshold);
  check.object("resources", options.resources);
  const resources = new Map<string, LevelResources | undefined>(Object.entries(options.resources ?? {}));
  for (const level of resources.keys())
    if (!names.includes(level))
      check.fail("resources", `for '${level}'`, `the levels are ${names.join(", ")}`);
  const head = resolveHead("degrade", name, options, check);
  return Object.freeze({
    ...head,
    name,
    levels: Object.freeze(
      nodes.map((node) =>
        resolveLevel(
          name,
          node,
          resolveResources(resources.get(node.name), `resources.${node.name}`, check),
          options.resourceThreshold,
        ),
      ),
    ),
  });
}

interface ErasedLimits {
  readonly resourceThreshold?: number;
  readonly resources?: { readonly [level: string]: LevelResources | undefined };
}
