/** Walks a `forEach`: the items are asked for once and recorded, then each item or batch is a branch. */
import type { ForEachNode } from "../../delegation/pattern.ts";
import { itemSegment, join } from "../../delegation/path.ts";
import type { Reference } from "../../delegation/reference.ts";
import { ReeveError } from "../../errors.ts";
import { ask } from "./ask.ts";
import { walkBranches } from "./branches.ts";
import type { Walk } from "./fiber.ts";
import { succeeded, type Result } from "./result.ts";
import { settle } from "./settle.ts";
import type { Place, Walker } from "./walker.ts";

export function* walkForEach(walker: Walker, node: ForEachNode, place: Place): Walk<Result> {
  const items = yield* ask(walker, place, "items", (ctx) => {
    const list = node.items(walker.journal.read(place.input), ctx);
    if (!Array.isArray(list)) {
      throw new ReeveError("items-invalid", `items of '${node.name}' gave ${describe(list)}, not an array`);
    }
    return { decision: list.length, value: { of: list } };
  });
  if (!items.ok) return items.failure;
  const itemCount = Number(items.decision);
  const size = node.batch ?? 1;
  const count = Math.ceil(itemCount / size);
  const weight = (index: number): number => Math.min(size, itemCount - index * size);
  const pathOf = (index: number): string => join(place.path, itemSegment(index));
  const walked = yield* walkBranches(walker, place, {
    count,
    concurrencyMax: node.concurrencyMax,
    tolerate: node.tolerate,
    weight,
    name: itemSegment,
    path: pathOf,
    needs: {},
    walk: (index, scope) => {
      const input = inputOf(items.value, node.batch, index, weight(index));
      return walker.walkNode(walker, node.step, { ...place, scope, path: pathOf(index), input });
    },
  });
  if (!walked.ok) return walked;
  return succeeded(outputOf(walked.results, node, weight), walked.effect);
}

function inputOf(list: Reference, batch: number | undefined, index: number, weight: number): Reference {
  if (batch === undefined) return { of: "item", list, index };
  return { of: "slice", list, from: index * batch, to: index * batch + weight };
}

/** One output per item, in the order of the items. */
function outputOf(
  results: readonly Result[],
  node: ForEachNode,
  weight: (index: number) => number,
): Reference {
  const tolerant = node.tolerate !== undefined;
  if (node.batch === undefined) {
    return { of: "list", parts: results.map((result) => settle(result, tolerant)) };
  }
  const parts = results.map((result, index): Reference => {
    if (!tolerant || !result.ok) return repeated(settle(result, tolerant), result.ok ? 1 : weight(index));
    return { of: "settled-list", list: result.output };
  });
  return { of: "concat", parts };
}

/** Each item of a failed batch carries the batch's error. */
function repeated(part: Reference, times: number): Reference {
  return times === 1 ? part : { of: "list", parts: Array.from({ length: times }, () => part) };
}

function describe(value: unknown): string {
  return value === null ? "null" : `a value of type ${typeof value}`;
}
