/** Walks a `parallel`: every task gets the pattern's input; the output is keyed by task. */
import type { ParallelNode } from "../../delegation/pattern.ts";
import { join, segment } from "../../delegation/path.ts";
import type { Reference } from "../../delegation/reference.ts";
import { leafCount } from "./leaf-count.ts";
import { walkBranches } from "./branches.ts";
import type { Walk } from "./fiber.ts";
import { succeeded, type Result } from "./result.ts";
import { settle } from "./settle.ts";
import type { Place, Walker } from "./walker.ts";

export function* walkParallel(walker: Walker, node: ParallelNode, place: Place): Walk<Result> {
  const tasks = Object.entries(node.tasks);
  const nameOf = (index: number): string => tasks[index]?.[0] ?? "";
  const pathOf = (index: number): string => join(place.path, segment(nameOf(index)));
  const walked = yield* walkBranches(walker, place, {
    count: tasks.length,
    concurrencyMax: node.concurrencyMax,
    tolerate: node.tolerate,
    weight: () => 1,
    leaves: (index) => leafCount(tasks[index]?.[1]),
    name: nameOf,
    path: pathOf,
    needs: new Map(Object.entries(node.needs)),
    walk: (index, scope) => walkTask(walker, tasks[index], { ...place, scope, path: pathOf(index) }),
  });
  if (!walked.ok) return walked;
  const entries = walked.results.map((result, index): readonly [string, Reference] => [
    nameOf(index),
    settle(result, node.tolerate !== undefined),
  ]);
  return succeeded({ of: "object", entries }, walked.effect);
}

function walkTask(
  walker: Walker,
  task: readonly [string, ParallelNode["tasks"][string]] | undefined,
  place: Place,
): Walk<Result> {
  if (!task) throw new RangeError(`there is no task at '${place.path}'`);
  return walker.walkNode(walker, task[1], place);
}
