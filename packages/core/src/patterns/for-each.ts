/** `forEach`: one step for each item of a list. */
import type { Runnable, WalkContext } from "../delegation/agent.ts";
import type { Settled } from "../delegation/outcome.ts";
import type { DegradeNode, ForEachNode, Tolerance } from "../delegation/pattern.ts";
import { checkerOf } from "./checker.ts";
import { withFallback, type FallbackOption, type WithFallback } from "./fallback.ts";
import type { Hint, Mismatch, Resolve } from "./flow.ts";
import { resolveHead, type PatternOptions } from "./head.ts";
import { resolveTolerance } from "./tolerance.ts";

export interface ForEach<Name extends string, Input, Output> extends ForEachNode {
  readonly name: Name;
  readonly "~types"?: { readonly input: (input: Input) => void; readonly output: Output };
}

export interface ForEachOptions<
  Input,
  Item,
  StepName extends string,
  StepInput,
  StepOutput,
  Batch,
  Tolerate,
  Fallback = undefined,
>
  extends PatternOptions<Input>, FallbackOption<Fallback, Input> {
  /** The list, made from the pattern's input; called once, its answer is recorded. */
  readonly items: (input: Input, ctx: WalkContext<Input>) => readonly Item[];
  /** An agent or a pattern, handed one item; with `batch`, up to so many items at once. */
  readonly step: Runnable<StepName, StepInput, StepOutput> &
    ItemLink<NoInfer<StepName>, NoInfer<StepInput>, Portion<NoInfer<Item>, NoInfer<Batch>>, NoInfer<Input>>;
  /** Steps at once, 1 or more. @default all */
  readonly concurrencyMax?: number;
  /**
   * Starts no further step while a larger share of the machine is in use; a number above 0, up to 1.
   * @default starts whatever else goes on
   */
  readonly resourceThreshold?: number;
  /** Items per step, 1 or more: the step takes a list and returns a list as long. @default one item, not a list */
  readonly batch?: Batch;
  /**
   * `failures`, `failureRate` (0 to 1, of the items): so many may fail. `quorum`: ends at so many successes. With any,
   * each value of the output is a `Settled`; a failed batch counts all its items. @default none may fail
   */
  readonly tolerate?: Tolerate;
}

/** What one step is handed. */
export type Portion<Item, Batch> = Batch extends undefined ? Item : Item[];

type ItemLink<StepName extends string, StepInput, Handed, PatternInput> = [Handed] extends [StepInput]
  ? Hint<PatternInput, Handed>
  : Mismatch<`step '${StepName}' cannot take what 'items' of the pattern gives it`>;

/** One value per item. */
export type OutputOfItems<Item, StepOutput, Batch, Tolerate> = MaybeSettled<
  Batch extends undefined ? Resolve<StepOutput, Item> : ElementOf<Resolve<StepOutput, Item[]>>,
  Tolerate
>[];

type MaybeSettled<Output, Tolerate> = [Tolerate] extends [undefined] ? Output : Settled<Output>;
type ElementOf<List> = List extends readonly (infer Element)[] ? Element : unknown;

/**
 * A pattern that runs one step per item, or per batch of items. Its output has one value per item, in their order.
 * @throws ReeveError `pattern-invalid` when an option is out of its bounds.
 */
export function forEach<
  const Name extends string,
  StepName extends string,
  StepInput,
  StepOutput,
  Input = unknown,
  Item = never,
  Batch extends number | undefined = undefined,
  Tolerate extends Tolerance | undefined = undefined,
  Fallback = undefined,
>(
  name: Name,
  options: ForEachOptions<Input, Item, StepName, StepInput, StepOutput, Batch, Tolerate, Fallback>,
): WithFallback<
  ForEach<Name, Input, OutputOfItems<Item, StepOutput, Batch, Tolerate>>,
  Name,
  Input,
  Fallback
>;
export function forEach(name: string, options: ErasedForEachOptions): ForEachNode | DegradeNode {
  const check = checkerOf("forEach", name, options);
  check.callback("items", options.items);
  check.whole("concurrencyMax", options.concurrencyMax, 1);
  check.fraction("resourceThreshold", options.resourceThreshold);
  check.whole("batch", options.batch, 1);
  const head = resolveHead("for-each", name, options, check);
  const own: ForEachNode = Object.freeze({
    ...head,
    name,
    items: options.items,
    step: check.step("step", options.step),
    concurrencyMax: options.concurrencyMax,
    resourceThreshold: options.resourceThreshold,
    batch: options.batch,
    tolerate: resolveTolerance(options.tolerate, ["failures", "quorum", "failureRate"], undefined, check),
  });
  return withFallback(own, options.fallback, check);
}

/** The options as the checks see them. */
interface ErasedForEachOptions
  extends
    PatternOptions<unknown>,
    Partial<Pick<ForEachNode, "concurrencyMax" | "resourceThreshold" | "batch" | "tolerate">> {
  readonly items: ForEachNode["items"];
  readonly step: unknown;
  readonly fallback?: unknown;
}
