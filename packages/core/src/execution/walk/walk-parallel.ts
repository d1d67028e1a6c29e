/** Walks a `parallel`: every task gets the pattern's input; the output is keyed by task. */
import type { ParallelNode, PatternNode } from "../../delegation/pattern.ts";
import { join, segment, type Path } from "../../delegation/path.ts";
import type { Reference } from "../../delegation/reference.ts";
import { leafCount } from "./leaf-count.ts";
import { limitsOf, walkBranches } from "./branches.ts";
import type { Walk } from "./fiber.ts";
import { scoresOf, succeeded, type Result } from "./result.ts";
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
    resources: limitsOf(node.resourceThreshold),
    weight: () => 1,
    leaves: (index) => leafCount(tasks[index]?.[1]),
    name: nameOf,
    path: pathOf,
    node: (index) => taskAt(tasks, index, pathOf(index)),
    needs: new Map(Object.entries(node.needs)),
    walk: (index, scope) => {
      const path = pathOf(index);
      return walker.walkNode(walker, taskAt(tasks, index, path), { ...place, scope, path });
    },
  });
  if (!walked.ok) return walked;
  const entries = walked.results.map((result, index): readonly [string, Reference] => [
    nameOf(index),
    settle(result, node.tolerate !== undefined),
  ]);
  return succeeded({ of: "object", entries }, walked.effect, scoresOf(walked.results));
}

function taskAt(tasks: readonly (readonly [string, PatternNode])[], index: number, path: Path): PatternNode {
  const task = tasks[index];
  if (!task) throw new RangeError(`there is no task at '${path}'`);
  return task[1];
}
