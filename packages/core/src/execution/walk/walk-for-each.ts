/** Walks a `forEach`: the items are asked for once and recorded, then each item or batch is a branch. */
import type { ForEachNode } from "../../delegation/pattern.ts";
import { itemSegment, join } from "../../delegation/path.ts";
import { describeRefused } from "../../delegation/promise-like.ts";
import type { Reference } from "../../delegation/reference.ts";
import { ReeveError } from "../../errors.ts";
import { ask } from "./ask.ts";
import { limitsOf, walkBranches } from "./branches.ts";
import type { Walk } from "./fiber.ts";
import { leafCount } from "./leaf-count.ts";
import { failed, NO_NEEDS, scoresOf, stepError, succeeded, type Result } from "./result.ts";
import { settle } from "./settle.ts";
import { undo } from "./undo.ts";
import type { Place, Walker } from "./walker.ts";

export function* walkForEach(walker: Walker, node: ForEachNode, place: Place): Walk<Result> {
  const items = yield* ask(walker, place, "items", (ctx) => {
    const list = node.items(walker.journal.read(place.input), ctx);
    if (!Array.isArray(list)) {
      throw new ReeveError(
        "items-invalid",
        `items of '${node.name}' gave ${describeRefused(list)}, not an array`,
      );
    }
    return { decision: list.length, value: { name: "items", of: list } };
  });
  if (!items.ok) {
    place.tally.countUnreached(leafCount(node.step));
    return items.failure;
  }
  const itemCount = Number(items.decision);
  const size = node.batch ?? 1;
  const count = Math.ceil(itemCount / size);
  const weight = (index: number): number => Math.min(size, itemCount - index * size);
  let leavesPerStep: number | undefined;
  const pathOf = (index: number): string => join(place.path, itemSegment(index));
  const walked = yield* walkBranches(walker, place, {
    count,
    concurrencyMax: node.concurrencyMax,
    tolerate: node.tolerate,
    resources: limitsOf(node.resourceThreshold),
    weight,
    leaves: () => (leavesPerStep ??= leafCount(node.step)),
    name: itemSegment,
    path: pathOf,
    node: () => node.step,
    needs: NO_NEEDS,
    walk: (index, scope) => {
      const input = inputOf(items.value, node.batch, index, weight(index));
      const inner = { ...place, scope, path: pathOf(index), input };
      if (node.batch === undefined) return walker.walkNode(walker, node.step, inner);
      return walkBatch(walker, node, inner, weight(index));
    },
  });
  if (!walked.ok) return walked;
  return succeeded(outputOf(walked.results, node, weight), walked.effect, scoresOf(walked.results));
}

/** A batch's step answers for each of its items, or has failed. */
function* walkBatch(walker: Walker, node: ForEachNode, place: Place, size: number): Walk<Result> {
  const result = yield* walker.walkNode(walker, node.step, place);
  if (!result.ok) return result;
  const length = yield* ask(walker, place, "batch-length", () => {
    const list = walker.journal.read(result.output);
    return { decision: Array.isArray(list) ? list.length : null };
  });
  if (length.ok && length.decision === size) return result;
  yield* undo(walker, result.effect);
  if (!length.ok) return length.failure;
  const given = length.decision === null ? "no list" : `a list of ${length.decision}`;
  const message = `step '${node.step.name}' gave ${given} for a batch of ${size}`;
  const hint = "return a list with one value per item of the batch, in their order";
  return failed(stepError("output-invalid", message, place.path, { hint }));
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
