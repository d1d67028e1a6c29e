/** `parallel`: tasks at once, each handed the pattern's input, with optional edges between them. */
import type { DegradeNode, ParallelNode, PatternNode } from "../delegation/pattern.ts";
import type { Settled } from "../delegation/outcome.ts";
import { checkerOf, type Checker } from "./checker.ts";
import { withFallback, type FallbackOption, type WithFallback } from "./fallback.ts";
import type { Link, OutputOf, Resolve, Takes } from "./flow.ts";
import { resolveHead, type PatternOptions } from "./head.ts";
import { resolveTolerance } from "./tolerance.ts";

export interface Parallel<Name extends string, Input, Output> extends ParallelNode {
  readonly name: Name;
  readonly "~types"?: { readonly input: (input: Input) => void; readonly output: Output };
}

/** How many tasks may fail, or how many successes suffice. */
export type ParallelTolerance = { readonly failures: number } | { readonly quorum: number };

export interface ParallelOptions<Tasks extends object, Input, Tolerate, Fallback>
  extends
    PatternOptions<Input, InputOfTasks<Input, Tasks>>,
    FallbackOption<Fallback, InputOfTasks<Input, Tasks>> {
  /** At least one, by name; each is handed the pattern's input. */
  readonly tasks: {
    readonly [Task in keyof Tasks]: Tasks[Task] &
      Link<Tasks[Task], Input, InputOfTasks<Input, Tasks>, "the pattern's input">;
  };
  /** Per task the names of those that must have completed before it starts. @default none */
  readonly needs?: { readonly [Task in keyof NoInfer<Tasks>]?: readonly (keyof NoInfer<Tasks>)[] };
  /** Tasks at once, 1 or more. @default all */
  readonly concurrencyMax?: number;
  /**
   * Starts no further task while a larger share of the machine is in use; a number above 0, up to 1.
   * @default starts whatever else goes on
   */
  readonly resourceThreshold?: number;
  /**
   * `failures`: so many may fail. `quorum`: ends at so many successes and cancels the rest. With either, each value of
   * the output is a `Settled`. @default none may fail
   */
  readonly tolerate?: Tolerate;
}

/** What the pattern takes: what its schema says, else what all tasks take. */
export type InputOfTasks<Input, Tasks> = [Input] extends [never]
  ? [Tasks[keyof Tasks]] extends [Takes<infer Common>]
    ? Common
    : unknown
  : Input;

/** The tasks' outputs by name. */
export type OutputOfTasks<Input, Tasks, Tolerate> = {
  [Task in keyof Tasks]: Tolerate extends undefined
    ? Resolve<OutputOf<Tasks[Task]>, InputOfTasks<Input, Tasks>>
    : Settled<Resolve<OutputOf<Tasks[Task]>, InputOfTasks<Input, Tasks>>>;
};

/**
 * A pattern of tasks at once. Its output has each task's output under the task's name.
 * @throws ReeveError `pattern-invalid` when an option is out of its bounds or `needs` has a circle.
 */
export function parallel<
  const Name extends string,
  Tasks extends object,
  Input = never,
  Tolerate extends ParallelTolerance | undefined = undefined,
  Fallback = undefined,
>(
  name: Name,
  options: ParallelOptions<Tasks, Input, Tolerate, Fallback>,
): WithFallback<
  Parallel<Name, InputOfTasks<Input, Tasks>, OutputOfTasks<Input, Tasks, Tolerate>>,
  Name,
  InputOfTasks<Input, Tasks>,
  Fallback
>;
export function parallel(name: string, options: ErasedParallelOptions): ParallelNode | DegradeNode {
  const check = checkerOf("parallel", name, options);
  check.object("tasks", options.tasks ?? null);
  check.object("needs", options.needs);
  const tasks: { readonly [name: string]: PatternNode } = Object.fromEntries(
    Object.entries(options.tasks).map(([key, task]) => {
      check.text("a task's name", key);
      return [key, check.step(`tasks.${key}`, task)];
    }),
  );
  const names = Object.keys(tasks);
  if (names.length === 0) check.fail("tasks", options.tasks, "give at least one task");
  check.whole("concurrencyMax", options.concurrencyMax, 1);
  check.fraction("resourceThreshold", options.resourceThreshold);
  const head = resolveHead("parallel", name, options, check);
  const own: ParallelNode = Object.freeze({
    ...head,
    name,
    tasks: Object.freeze(tasks),
    needs: resolveNeeds(options.needs ?? {}, names, check),
    concurrencyMax: options.concurrencyMax,
    resourceThreshold: options.resourceThreshold,
    tolerate: resolveTolerance(options.tolerate, ["failures", "quorum"], names.length, check),
  });
  return withFallback(own, options.fallback, check);
}

/** The options as the checks see them. */
interface ErasedParallelOptions
  extends PatternOptions<unknown>, Partial<Pick<ParallelNode, "concurrencyMax" | "resourceThreshold">> {
  readonly tasks: object;
  readonly needs?: object;
  readonly tolerate?: ParallelTolerance | undefined;
  readonly fallback?: unknown;
}

function resolveNeeds(given: object, names: readonly string[], check: Checker): ParallelNode["needs"] {
  const needs = new Map<string, readonly string[]>();
  for (const [task, list] of Object.entries(given)) {
    if (!names.includes(task)) check.fail("needs", `for '${task}'`, `the tasks are ${names.join(", ")}`);
    if (list === undefined) continue;
    if (!Array.isArray(list)) return check.fail(`needs.${task}`, list, "give a list of task names");
    const wanted = list.map(String);
    const missing = wanted.find((need) => !names.includes(need));
    if (missing !== undefined) check.fail(`needs.${task}`, missing, `the tasks are ${names.join(", ")}`);
    needs.set(task, Object.freeze([...new Set(wanted)]));
  }
  const circle = findCircle(needs);
  if (circle !== undefined) check.fail("needs", circle.join(" needs "), "remove one of these edges");
  // Without a prototype, so that a task named like something all objects have (constructor) has no needs by accident.
  const bare = Object.create(null) as { [task: string]: readonly string[] };
  return Object.freeze(Object.assign(bare, Object.fromEntries(needs)));
}

/** The names of a circle, the first one repeated at its end. */
function findCircle(needs: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  const done = new Set<string>();
  const trail: string[] = [];
  const search = (task: string): readonly string[] | undefined => {
    if (trail.includes(task)) return [...trail.slice(trail.indexOf(task)), task];
    if (done.has(task)) return undefined;
    trail.push(task);
    for (const need of needs.get(task) ?? []) {
      const circle = search(need);
      if (circle !== undefined) return circle;
    }
    trail.pop();
    done.add(task);
    return undefined;
  };
  return [...needs.keys()].map(search).find((circle) => circle !== undefined);
}
