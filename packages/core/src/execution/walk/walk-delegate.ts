/**
 * Walks a `delegate`: a pattern is chosen, and runs as a run of its own. Where the runtime is told so, another is tried
 * after one that failed and left nothing behind: each try has a path, a plan and a run of its own, and what it did is
 * undone by that path.
 */
import type { StoredOutcome } from "../../delegation/event.ts";
import type { DelegateNode } from "../../delegation/pattern.ts";
import { tryPath } from "../../delegation/path.ts";
import type { Reference } from "../../delegation/reference.ts";
import { ask, type Answered } from "./ask.ts";
import { childError, endOf, noteAftermath } from "./child-end.ts";
import type { Walk } from "./fiber.ts";
import { failed, stopped, succeeded, type Failed, type Result } from "./result.ts";
import type { Place, Walker } from "./walker.ts";
import { within } from "./within.ts";

export function* walkDelegate(walker: Walker, node: DelegateNode, place: Place): Walk<Result> {
  const { timeoutMs } = node;
  return timeoutMs === undefined
    ? yield* walkTries(walker, node, place)
    : yield* within(walker, node.name, place, timeoutMs, (inner) => walkTries(walker, node, inner));
}

/** How a try ended that gave no output, and whether another may follow. */
interface FailedTry extends Failed {
  readonly mayGoOn: boolean;
}

function* walkTries(walker: Walker, node: DelegateNode, place: Place): Walk<Result> {
  const { journal, host } = walker;
  const { scope } = place;
  const first = yield* ask(walker, place, "plan", (ctx) =>
    host.planChild(journal.run, node, journal.read(place.input), ctx, place.preserved),
  );
  if (!first.ok) return first.failure;
  let result = yield* walkTry(walker, place.path, first, place);
  const failures: Reference[] = [];
  for (let plan = first, number = 2; !result.ok && result.mayGoOn; number++) {
    failures.push(planIn(plan));
    const path = tryPath(place.path, number);
    const next: Answered = yield* ask(walker, { ...place, path }, "plan", () =>
      host.planAgain(
        node,
        journal.read(place.input),
        failures.map((failure) => journal.read(failure)),
      ),
    );
    if (scope.stopped) return stopped(scope.stopped, place.path, result.error);
    // Why nothing else could be tried is no reason of its own; it stands in the log.
    if (!next.ok || next.decision === null) break;
    plan = next;
    result = yield* walkTry(walker, path, plan, place);
  }
  return result;
}

function* walkTry(
  walker: Walker,
  path: string,
  plan: Extract<Answered, { readonly ok: true }>,
  { scope, input, path: step }: Place,
): Walk<Exclude<Result, Failed> | FailedTry> {
  const { decision, value } = plan;
  const isParsed = decision === true || decision === "may-try-again, parsed";
  // The second element is the input as the chosen pattern's schema gave it.
  walker.journal.child(path, planIn(plan), isParsed ? { of: "item", list: value, index: 1 } : input);
  const { child, outcome } = endOf(yield* walker.awaitCompletion(path, scope));
  if (outcome.status === "completed") return succeeded(outcome.output, { kind: "child", path, child });
  noteAftermath(walker, path, outcome);
  const error = childError(child, step, outcome);
  if (scope.stopped) return { ...stopped(scope.stopped, step, error), mayGoOn: false };
  return { ...failed(error), mayGoOn: typeof decision === "string" && hasLeftNothing(outcome) };
}

function planIn({ value }: Extract<Answered, { readonly ok: true }>): Reference {
  return { of: "item", list: value, index: 0 };
}

/** Whether it failed by itself, and whatever it did that can be undone is. */
function hasLeftNothing(outcome: Exclude<StoredOutcome, { readonly status: "completed" }>): boolean {
  const { status, notUndone, unsure, kept } = outcome;
  const failedByItself = status === "failed" || status === "rolled-back" || status === "timed-out";
  return failedByItself && notUndone.length === 0 && unsure.length === 0 && kept.length === 0;
}
