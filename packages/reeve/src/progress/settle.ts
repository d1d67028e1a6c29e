/** Places begin and end: what the end of a step means for the groups around it. */
import { addToRate } from "./rate.ts";
import { isInLoop, itemIndexOf, parentOf, placeAt } from "./plan.ts";
import type { Progress, StepProgress, StepState } from "./progress.ts";

const FAILURES_KEPT_MAX = 100;

/** The entry of a place, made if it is new, and those of the groups around it. */
export function begin(progress: Progress, path: string, at: number): StepProgress {
  const known = progress.steps.get(path);
  if (known) return known;
  const parent = parentOf(path);
  if (parent !== undefined) begin(progress, parent, at);
  const step: StepProgress = { path, state: "running", startedAt: at, attempt: 0 };
  progress.steps.set(path, step);
  placeAt(progress.plan, path);
  if (parent !== undefined) {
    closeEarlier(progress, path, parent, at);
    countIteration(progress, path, parent);
  }
  return step;
}

/** What has numbered steps and is no loop over items is a `repeat`. */
function countIteration(progress: Progress, path: string, parent: string): void {
  const index = itemIndexOf(path);
  const above = progress.steps.get(parent);
  if (index === undefined || !above || progress.loops.has(parent)) return;
  above.iteration = Math.max(above.iteration ?? 0, index + 1);
}

/** Ends a place that failed for good; a step that was told to stop has not failed by itself. */
export function fail(progress: Progress, step: StepProgress, at: number): void {
  const isStopped = step.error?.code === "attempt-cancelled" || progress.cancelReason !== undefined;
  if (!isStopped) {
    progress.counts.failed++;
    progress.failures.push(step);
    if (progress.failures.length > FAILURES_KEPT_MAX) progress.failures.shift();
  }
  settle(progress, step.path, isStopped ? "stopped" : "failed", at);
}

/** Ends a place and, where that ends the group around it, the group too. */
export function settle(progress: Progress, path: string, state: StepState, at: number): void {
  const step = begin(progress, path, at);
  step.state = state;
  close(progress, step, at);
  const loop = progress.loops.get(path);
  if (loop) {
    loop.endedAt = at;
    if (isInLoop(path)) progress.loops.delete(path);
  }
  const parent = parentOf(path);
  if (parent !== undefined) settleAbove(progress, path, parent, state, at);
}

/** Notes the end of an entry; inside a loop it is forgotten, because items may be many. */
export function close(progress: Progress, step: StepProgress, at: number): void {
  step.endedAt = at;
  if (isInLoop(step.path)) progress.steps.delete(step.path);
}

/** When a step of a sequence begins, those before it are over, also where their last event did not say so. */
function closeEarlier(progress: Progress, path: string, parent: string, at: number): void {
  const above = placeAt(progress.plan, parent);
  if (above.kind !== "sequential" && above.kind !== "meta") return;
  const index = above.children.findIndex((child) => child === placeAt(progress.plan, path));
  const before = above.children[index - 1];
  if (!before) return;
  const earlier = progress.steps.get(
    `${parent}${parent === "" ? "" : "/"}${before.path.slice(before.path.lastIndexOf("/") + 1)}`,
  );
  if (!earlier || earlier.endedAt !== undefined) return;
  earlier.state = "completed";
  close(progress, earlier, at);
  const loop = progress.loops.get(earlier.path);
  if (loop) loop.endedAt = at;
}

function settleAbove(progress: Progress, path: string, parent: string, state: StepState, at: number): void {
  // A group that failed early is over while its other steps still stop.
  const above = progress.steps.get(parent);
  if (!above || above.endedAt !== undefined) return;
  const place = placeAt(progress.plan, parent);
  const isGood = state === "completed" || state === "skipped";
  switch (place.kind) {
    case "sequential": {
      const isLast = place.children.at(-1) === placeAt(progress.plan, path);
      if (!isGood) settle(progress, parent, state, at);
      else if (isLast) settle(progress, parent, "completed", at);
      return;
    }
    case "when":
      return settle(progress, parent, state, at);
    case "degrade":
      // Whether a level that failed was the last word is told by what comes next, or by the end of the run.
      if (isGood && state !== "skipped") settle(progress, parent, state, at);
      else if (state === "stopped" || place.children.at(-1) === placeAt(progress.plan, path))
        settle(progress, parent, state, at);
      return;
    case "repeat":
      // What is good ends an iteration only; `until` says whether it was the last.
      if (!isGood) settle(progress, parent, state, at);
      return;
    case "for-each":
    case "unknown":
      return settleItem(progress, path, parent, state, at);
    case "parallel": {
      const ended = (progress.ended.get(parent) ?? 0) + 1;
      progress.ended.set(parent, ended);
      const isOver = ended === place.children.length;
      if (!isGood && !place.tolerant) settle(progress, parent, state, at);
      else if (isOver) settle(progress, parent, "completed", at);
      if (isOver) progress.ended.delete(parent);
      return;
    }
    default:
      // Phases say themselves when they end, and a meta ends with its last one or with the run.
      if (place.kind === "meta" && (!isGood || place.children.at(-1) === placeAt(progress.plan, path))) {
        settle(progress, parent, state, at);
      }
  }
}

/** One item or batch of a loop is over. */
function settleItem(progress: Progress, path: string, parent: string, state: StepState, at: number): void {
  const index = itemIndexOf(path);
  const loop = progress.loops.get(parent);
  if (index === undefined || !loop) return;
  loop.lastAt = at;
  const weight = Math.min(loop.batch, loop.items - index * loop.batch);
  const isGood = state === "completed" || state === "skipped";
  if (isGood) loop.done += weight;
  else if (state === "failed") loop.failed += weight;
  addToRate(loop.rate, at, weight);
  const place = placeAt(progress.plan, parent);
  if (!isGood && !place.tolerant) settle(progress, parent, state, at);
  else if (loop.done + loop.failed >= loop.items) settle(progress, parent, "completed", at);
}
