/** Walks a `delegate`: a pattern is chosen, and runs as a run of its own. */
import type { DelegateNode } from "../../delegation/pattern.ts";
import { ask } from "./ask.ts";
import { childError, endOf, noteAftermath } from "./child-end.ts";
import type { Walk } from "./fiber.ts";
import { failed, stopped, succeeded, type Result } from "./result.ts";
import type { Place, Walker } from "./walker.ts";
import { within } from "./within.ts";

export function* walkDelegate(walker: Walker, node: DelegateNode, place: Place): Walk<Result> {
  const { timeoutMs } = node;
  return timeoutMs === undefined
    ? yield* walkChild(walker, node, place)
    : yield* within(walker, node.name, place, timeoutMs, (inner) => walkChild(walker, node, inner));
}

function* walkChild(walker: Walker, node: DelegateNode, place: Place): Walk<Result> {
  const { journal, host } = walker;
  const { path, scope, input } = place;
  const plan = yield* ask(walker, place, "plan", (ctx) =>
    host.planChild(journal.run, node, journal.read(input), ctx, place.preserved),
  );
  if (!plan.ok) return plan.failure;
  // The second element is the input as the chosen pattern's schema gave it.
  const isParsed = plan.decision === true;
  journal.child(
    path,
    { of: "item", list: plan.value, index: 0 },
    isParsed ? { of: "item", list: plan.value, index: 1 } : input,
  );
  const { child, outcome } = endOf(yield* walker.awaitCompletion(path, scope));
  if (outcome.status === "completed") return succeeded(outcome.output, { kind: "child", path, child });
  noteAftermath(walker, path, outcome);
  const error = childError(child, path, outcome);
  return scope.stopped ? stopped(scope.stopped, path, error) : failed(error);
}
