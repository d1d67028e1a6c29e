/** Steps that start a run of their own and await it: the part of the fold that is about child runs. */
import type { Event, StepError } from "@reeve/core";
import { parentOf, stepOfTry } from "./plan.ts";
import type { Progress, StepProgress } from "./progress.ts";
import { begin, close, fail, settle } from "./settle.ts";

const CHILDREN_KEPT_MAX = 100;

type ChildEvent = Extract<Event, { readonly kind: "child-started" | "child-ended" }>;
type ChildEnd = Extract<Event, { readonly kind: "child-ended" }>;

/** Undoing what a child did is a child run too, at `<path>/undo`. */
export function advanceChild(progress: Progress, event: ChildEvent): void {
  noteChild(progress, event);
  if (event.path.endsWith("/undo"))
    return advanceUndo(progress, event, stepOfTry(parentOf(event.path) ?? ""));
  // Further tries of a step are runs of their own, and the step ends as the last of them does.
  const path = stepOfTry(event.path);
  const step = begin(progress, path, event.at);
  step.child = event.child;
  step.childState = undefined;
  if (event.kind === "child-started") {
    step.state = "running";
    return;
  }
  if (event.outcome.status === "completed") {
    progress.counts.completed++;
    delete step.error;
    if (event.copied) step.isTakenOver = true;
    return settle(progress, path, "completed", event.at);
  }
  step.error = errorOf(event);
  // What comes of that is told by the next plan.
  if (step.mayTryAgain && hasLeftNothing(event)) return;
  fail(progress, step, event.at);
}

/** The plan of a child, or of a further try: whether another one follows where it fails, or null: none does. */
export function advancePlan(
  progress: Progress,
  path: string,
  decision: Extract<Event, { readonly kind: "value-recorded" }>["decision"],
  at: number,
): void {
  const step = begin(progress, stepOfTry(path), at);
  if (decision === null) fail(progress, step, at);
  else if (typeof decision === "string") step.mayTryAgain = true;
  else delete step.mayTryAgain;
}

/** Whether a child failed by itself and undid all that it did: only then something else is tried. */
function hasLeftNothing({ outcome }: ChildEnd): boolean {
  const { status } = outcome;
  if (status !== "failed" && status !== "rolled-back" && status !== "timed-out") return false;
  return [outcome.notUndone, outcome.unsure, outcome.kept].every((paths) => paths.length === 0);
}

function noteChild(progress: Progress, event: ChildEvent): void {
  const { children } = progress;
  const known = children.get(event.child);
  const outcome = event.kind === "child-ended" ? event.outcome.status : undefined;
  if (known) {
    known.outcome = outcome;
    return;
  }
  progress.childCount++;
  children.set(event.child, { run: event.child, path: event.path, outcome });
  if (children.size <= CHILDREN_KEPT_MAX) return;
  for (const child of children.values()) {
    if (child.outcome === undefined) continue;
    children.delete(child.run);
    return;
  }
}

function advanceUndo(progress: Progress, event: ChildEvent, path: string): void {
  const step: StepProgress = progress.steps.get(path) ?? {
    path,
    state: "undoing",
    startedAt: event.at,
    attempt: 0,
  };
  progress.steps.set(path, step);
  step.child = event.child;
  if (event.kind === "child-started") {
    step.state = "undoing";
    delete step.endedAt;
    return;
  }
  // A run that undoes ends as cancelled when it has.
  if (event.outcome.status === "cancelled") {
    progress.counts.undone++;
    step.state = "undone";
  } else {
    step.state = "not-undone";
    step.error = errorOf(event);
    progress.failures.push(step);
  }
  close(progress, step, event.at);
}

/** Why the child did not complete, as an error of the step that awaited it. */
function errorOf({ child, outcome, path }: ChildEnd): StepError {
  const what = `run '${child}' ended as ${outcome.status}`;
  const hint = `see it with \`reeve show ${child}\``;
  const head = { name: "ReeveError", code: "child-failed", path, hint } as const;
  if ("error" in outcome) {
    return { ...head, message: `${what}: ${outcome.error.message}`, cause: outcome.error };
  }
  const why = outcome.status === "cancelled" ? `: ${outcome.reason}` : "";
  return { ...head, message: `${what}${why}` };
}
