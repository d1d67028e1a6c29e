/** `meta`: phases of patterns, each phase handed what the one before has made. */
import type { DegradeNode, MetaNode, PatternNode, PhaseNode } from "../delegation/pattern.ts";
import { checkerOf, isFilledList, type Checker } from "./checker.ts";
import { withFallback, type FallbackOption, type WithFallback } from "./fallback.ts";
import type { InputOf, IsOpen, Link, NameOf, OutputOf, Places, Resolve } from "./flow.ts";
import { resolveHead, type PatternOptions } from "./head.ts";
import { resolveResources } from "./level.ts";

export interface Meta<Name extends string, Input, Output> extends MetaNode {
  readonly name: Name;
  readonly "~types"?: { readonly input: (input: Input) => void; readonly output: Output };
}

/** One phase. `Patterns` are its patterns, `Before` is what each of them is handed. */
export interface PhaseOptions<Patterns, Before, Input> {
  readonly name: string;
  /** At least one; their names differ. */
  readonly patterns: Patterns & {
    readonly [Place in keyof Patterns]: Link<
      Patterns[Place],
      Before,
      Input,
      "the outputs of the phase before"
    >;
  };
  /** One after the other, or at once; either way all are handed the same. @default "sequential" */
  readonly coordination?: "sequential" | "parallel";
  /**
   * Fails the phase when less than `coverageMin` (0 to 1) is covered: the share of leaf steps that completed, or what
   * `coverage` makes of the outputs.
   */
  readonly success?: {
    readonly coverageMin: number;
    readonly coverage?: (outputs: OutputsOf<NoInfer<Patterns>, Before>) => number;
  };
  /**
   * Fails the phase when failed ÷ ended attempts is above `errorRate` (0 to 1), or when it took longer than
   * (1 + `slowdown`) × the median of its last 20 durations.
   */
  readonly rollbackOn?: { readonly errorRate?: number; readonly slowdown?: number };
  /**
   * Starts no further pattern while a larger share of the machine is in use; numbers above 0, up to 1.
   * @default starts whatever else goes on
   */
  readonly resources?: { readonly cpu?: number; readonly memory?: number };
}

export interface MetaOptions<Phases extends Places, Input, Fallback>
  extends
    PatternOptions<Input, InputOfPhases<Input, Phases>>,
    FallbackOption<Fallback, InputOfPhases<Input, Phases>> {
  /** At least one; their names differ. */
  // The lists of patterns are inferred whole, phase by phase: the compiler can't infer a mapping inside a mapping.
  readonly phases: {
    readonly [Place in keyof Phases]: PhaseOptions<
      Phases[Place],
      HandedToPhase<Input, Phases, Place>,
      InputOfPhases<Input, Phases>
    >;
  };
  /** What is undone when a phase fails: that phase, all phases so far, or nothing. @default "phase" */
  readonly rollback?: "phase" | "all" | "none";
}

/** Outputs of a phase by its patterns' names. */
type OutputsOf<Patterns, Before> = Patterns extends readonly unknown[]
  ? { [Pattern in Patterns[number] as NameOf<Pattern>]: Resolve<OutputOf<Pattern>, Before> }
  : unknown;

interface Start<Input> {
  readonly "~start": Input;
}

/** `Sources` are the phases moved by one, so that the same place holds the phase before. */
type HandedToPhase<Input, Phases extends readonly unknown[], Place> = Place extends keyof [
  Start<Input>,
  ...Phases,
]
  ? OutputOfSource<[Start<Input>, ...Phases][Place]>
  : never;

// What a pass-through in the phase before was handed is left open: naming it would mean to look back through all phases.
type OutputOfSource<Source> =
  IsOpen<Source> extends true
    ? never
    : Source extends Start<infer Input>
      ? Input
      : OutputsOf<Source, unknown>;

/** What the pattern takes: what its schema says, else what the patterns of its first phase take. */
export type InputOfPhases<Input, Phases extends readonly unknown[]> = [Input] extends [never]
  ? InputOfAll<Phases[0]>
  : Input;

type InputOfAll<Patterns> = Patterns extends readonly unknown[]
  ? [Patterns[number]] extends [{ readonly "~types"?: { readonly input: (input: infer Common) => void } }]
    ? Common
    : InputOf<Patterns[number]>
  : unknown;

/** The outputs of the last phase by its patterns' names. */
export type OutputOfPhases<Input, Phases extends readonly unknown[]> = HandedToPhase<
  Input,
  Phases,
  Phases["length"]
>;

/**
 * A pattern of phases. Its output has the outputs of the last phase's patterns under their names.
 * @throws ReeveError `pattern-invalid` when an option is out of its bounds.
 */
export function meta<
  const Name extends string,
  const Phases extends Places,
  Input = never,
  Fallback = undefined,
>(
  name: Name,
  options: MetaOptions<Phases, Input, Fallback>,
): WithFallback<
  Meta<Name, InputOfPhases<Input, Phases>, OutputOfPhases<Input, Phases>>,
  Name,
  InputOfPhases<Input, Phases>,
  Fallback
>;
export function meta(name: string, options: ErasedMetaOptions): MetaNode | DegradeNode {
  return buildMeta(name, options);
}

/** As `meta`, for phases whose types the compiler does not know. */
export function buildMeta(name: string, options: ErasedMetaOptions): MetaNode | DegradeNode {
  const check = checkerOf("meta", name, options);
  const given: readonly ErasedPhase[] = options.phases;
  if (!isFilledList(given)) check.fail("phases", given, "give at least one phase");
  const phases = given.map((phase, index) => resolvePhase(phase, `phases[${index}]`, check));
  check.distinct(
    "phases",
    phases.map((phase) => phase.name),
  );
  const rollback = options.rollback ?? "phase";
  if (!["phase", "all", "none"].includes(rollback))
    check.fail("rollback", rollback, 'give "phase", "all" or "none"');
  const head = resolveHead("meta", name, options, check);
  const own: MetaNode = Object.freeze({ ...head, name, phases: Object.freeze(phases), rollback });
  return withFallback(own, options.fallback, check);
}

/** The options as the checks see them. */
export interface ErasedMetaOptions extends PatternOptions<unknown>, Partial<Pick<MetaNode, "rollback">> {
  readonly fallback?: unknown;
  readonly phases: readonly ErasedPhase[];
}

interface ErasedPhase extends Omit<PhaseOptions<readonly unknown[], unknown, unknown>, "success"> {
  readonly success?: {
    readonly coverageMin: number;
    readonly coverage?: (outputs: { readonly [pattern: string]: unknown }) => unknown;
  };
}

function resolvePhase(phase: ErasedPhase, place: string, check: Checker): PhaseNode {
  if (typeof phase !== "object" || phase === null)
    check.fail(place, phase, "give an object such as { name, patterns }");
  check.text(`${place}.name`, phase.name);
  const given: readonly unknown[] = phase.patterns;
  if (!isFilledList(given)) check.fail(`${place}.patterns`, given, "give at least one pattern");
  const patterns: readonly PatternNode[] = given.map((it, index) =>
    check.step(`${place}.patterns[${index}]`, it),
  );
  check.distinct(
    `${place}.patterns`,
    patterns.map((pattern) => pattern.name),
  );
  const coordination = phase.coordination ?? "sequential";
  if (coordination !== "sequential" && coordination !== "parallel")
    check.fail(`${place}.coordination`, coordination, 'give "sequential" or "parallel"');
  const { success, rollbackOn } = phase;
  check.object(`${place}.success`, success);
  check.object(`${place}.rollbackOn`, rollbackOn);
  if (success !== undefined) check.share(`${place}.success.coverageMin`, success.coverageMin ?? Number.NaN);
  if (success?.coverage !== undefined) check.callback(`${place}.success.coverage`, success.coverage);
  check.share(`${place}.rollbackOn.errorRate`, rollbackOn?.errorRate);
  check.positive(`${place}.rollbackOn.slowdown`, rollbackOn?.slowdown);
  return Object.freeze({
    name: phase.name,
    patterns: Object.freeze(patterns),
    coordination,
    coverageMin: success?.coverageMin,
    coverage: success?.coverage,
    errorRateMax: rollbackOn?.errorRate,
    slowdownMax: rollbackOn?.slowdown,
    resources: resolveResources(phase.resources, `${place}.resources`, check),
  });
}
