/** The fold from a run's events to its `Progress`. May change and return the state it was given; reads no clock. */
import type { Event } from "@reeve/core";
import { newRate, restartRate } from "./rate.ts";
import { isInLoop, parentOf, placeAt, stepOfTry } from "./plan.ts";
import type { Progress, StepProgress } from "./progress.ts";
import { advanceLevel, passOver } from "./advance-level.ts";
import { advanceUsage } from "./advance-usage.ts";
import { advanceChild, advancePlan } from "./advance-child.ts";
import { begin, close, fail, settle } from "./settle.ts";

/** Nothing running for longer than this is a pause. */
const PAUSE_MS = 3_000;
const FEEDBACK_KEPT_MAX = 20;

/** The state after one more event. Kinds it does not know change nothing. */
export function advance(progress: Progress, event: Event): Progress {
  if (event.kind === "run-ended") progress.queued = undefined;
  advanceUsage(progress, event);
  switch (event.kind) {
    case "run-started":
      progress.startedAt = event.at;
      if (event.queued) progress.queued = { since: event.at, notBefore: event.admission?.notBefore };
      begin(progress, "", event.at);
      break;
    case "run-admitted":
      progress.startedAt = event.at;
      progress.queued = undefined;
      progress.queuedMs = event.waitedMs;
      break;
    case "run-paused":
      progress.paused = { reason: event.reason, by: event.by, at: event.at };
      break;
    case "run-resumed":
      progress.paused = undefined;
      break;
    case "child-started":
    case "child-ended":
      advanceChild(progress, event);
      break;
    case "run-ended":
      end(progress, event);
      break;
    case "feedback-given":
      noteFeedback(progress, event);
      break;
    case "cancel-requested":
      progress.cancelReason ??= event.reason;
      break;
    case "run-stranded":
    case "run-unstranded":
      progress.stranded =
        event.kind === "run-stranded" ? { reason: event.reason, hint: event.hint } : undefined;
      break;
    case "attempt-started":
    case "step-completed":
    case "attempt-failed":
    case "attempt-lost":
    case "step-progressed":
      advanceAttempt(progress, event);
      break;
    case "value-recorded":
    case "value-failed":
      advanceValue(progress, event);
      break;
    case "wait-started":
      Object.assign(begin(progress, event.path, event.at), { state: "waiting", waitsFor: event.until });
      break;
    case "signal-received":
      settle(progress, event.path, "completed", event.at);
      break;
    case "timer-fired":
      advanceTimer(progress, event.path, event.at);
      break;
    case "phase-started":
    case "phase-ended":
    case "level-ended":
      advanceGroup(progress, event);
      break;
    default:
      break;
  }
  return progress;
}

/** A group of steps that says itself when it begins or ends. */
function advanceGroup(
  progress: Progress,
  event: Extract<Event, { readonly kind: "phase-started" | "phase-ended" | "level-ended" }>,
): void {
  if (event.kind === "level-ended") advanceLevel(progress, event);
  else if (event.kind === "phase-started") begin(progress, event.path, event.at);
  else settle(progress, event.path, event.ok ? "completed" : "failed", event.at);
}

function noteFeedback(
  { feedback }: Progress,
  { score, by, note, at }: Extract<Event, { readonly kind: "feedback-given" }>,
): void {
  feedback.push({ score, by, note, at });
  if (feedback.length > FEEDBACK_KEPT_MAX) feedback.shift();
}

type AttemptEvent = Extract<
  Event,
  {
    readonly kind:
      | "attempt-started"
      | "step-completed"
      | "attempt-failed"
      | "attempt-lost"
      | "step-progressed";
  }
>;

function advanceAttempt(progress: Progress, event: AttemptEvent): void {
  if (event.path.endsWith("/undo")) return advanceUndo(progress, event, parentOf(event.path) ?? "");
  const step = begin(progress, event.path, event.at);
  step.attempt = event.attempt;
  countActive(progress, event);
  switch (event.kind) {
    case "attempt-started":
      step.state = "running";
      delete step.retryAt;
      delete step.fraction;
      delete step.note;
      break;
    case "step-progressed":
      step.fraction = event.fraction;
      step.note = event.note;
      break;
    case "step-completed":
      progress.counts.completed++;
      if (event.copied) step.isTakenOver = true;
      delete step.error;
      settle(progress, event.path, "completed", event.at);
      break;
    case "attempt-lost":
      progress.counts.lost++;
      step.state = "lost";
      break;
    case "attempt-failed":
      step.error = event.error;
      if (event.retryInMs === undefined) return fail(progress, step, event.at);
      progress.counts.retried++;
      step.state = "retrying";
      step.retryAt = event.at + event.retryInMs;
      break;
  }
}

/** A loop in which nothing ran for a while, because its process had ended, is measured anew. */
function countActive(progress: Progress, event: AttemptEvent): void {
  if (event.kind === "step-progressed") return;
  for (let path = parentOf(event.path); path !== undefined; path = parentOf(path)) {
    const loop = progress.loops.get(path);
    if (!loop) continue;
    if (event.kind !== "attempt-started") {
      loop.active = Math.max(0, loop.active - 1);
      if (event.kind === "attempt-lost") restartRate(loop.rate, event.at);
      continue;
    }
    const last = loop.rate.buckets.at(-1);
    if (loop.active === 0 && last && event.at - last.second * 1_000 > PAUSE_MS)
      restartRate(loop.rate, event.at);
    loop.active++;
  }
}

function advanceUndo(progress: Progress, event: AttemptEvent, path: string): void {
  const known = progress.steps.get(path);
  const step = known ?? { path, state: "undoing", startedAt: event.at, attempt: event.attempt };
  progress.steps.set(path, step);
  switch (event.kind) {
    case "attempt-started":
      step.state = "undoing";
      delete step.endedAt;
      break;
    case "step-completed":
      progress.counts.undone++;
      step.state = "undone";
      close(progress, step, event.at);
      break;
    case "attempt-failed":
      step.error = event.error;
      if (event.retryInMs !== undefined) break;
      step.state = "not-undone";
      if (!progress.failures.includes(step)) progress.failures.push(step);
      close(progress, step, event.at);
      break;
    case "attempt-lost":
    case "step-progressed":
      break;
  }
}

/** Answers of user code lie below the place that asked: `<path>/!<what>`. */
function advanceValue(
  progress: Progress,
  event: Extract<Event, { readonly kind: "value-recorded" | "value-failed" }>,
): void {
  const path = parentOf(event.path) ?? "";
  const what = event.path.slice(event.path.lastIndexOf("!") + 1);
  if (event.kind === "value-failed") {
    // Nothing else can be tried.
    if (stepOfTry(path) !== path) return advancePlan(progress, path, null, event.at);
    const step = begin(progress, path, event.at);
    step.error = event.error;
    progress.failures.push(step);
    settle(progress, path, "failed", event.at);
  } else if (what === "if" && event.decision !== true) {
    settle(progress, path, "skipped", event.at);
  } else if (what === "plan") {
    advancePlan(progress, path, event.decision, event.at);
  } else if (what === "level" && typeof event.decision === "string") {
    passOver(progress, path, event.decision, event.at);
  } else if (what === "until" && event.decision === true) {
    settle(progress, parentOf(path) ?? "", "completed", event.at);
  } else if (what === "items") {
    begin(progress, path, event.at);
    const items = Number(event.decision);
    const { batch } = placeAt(progress.plan, path);
    progress.loops.set(path, {
      items,
      batch,
      startedAt: event.at,
      done: 0,
      failed: 0,
      rate: newRate(),
      active: 0,
    });
    if (items === 0) settle(progress, path, "completed", event.at);
  }
}

/** A timer of a place itself is a `delay`; one below it ends a wait for an answer. */
function advanceTimer(progress: Progress, path: string, at: number): void {
  if (path.endsWith("!timeout")) settle(progress, parentOf(path) ?? "", "failed", at);
  else if (!path.startsWith("!") && !path.includes("/!")) settle(progress, path, "completed", at);
}

/** When the last step below each group ended. */
function lastEnds(steps: Iterable<StepProgress>): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  for (const { path, endedAt = 0 } of steps) {
    for (let above = parentOf(path); above !== undefined; above = parentOf(above))
      ends.set(above, Math.max(ends.get(above) ?? 0, endedAt));
  }
  for (const [path, at] of ends) if (at === 0) ends.delete(path);
  return ends;
}

/** What is still open when the run ends did not come to an end of its own. */
function end(progress: Progress, event: Extract<Event, { readonly kind: "run-ended" }>): void {
  progress.outcome = event.outcome;
  progress.score = event.score;
  progress.trace = event.trace;
  progress.endedAt = event.at;
  const completed = event.outcome.status === "completed";
  const lastBelow = lastEnds(progress.steps.values());
  for (const step of progress.steps.values()) {
    if (step.endedAt !== undefined) continue;
    const isGroup = placeAt(progress.plan, step.path).children.length > 0;
    if (completed) step.state = "completed";
    else if (step.path === "" || isGroup)
      step.state = progress.cancelReason === undefined ? "failed" : "stopped";
    else step.state = "stopped";
    // A group of a pattern that is not known here has ended with the last that is known of it.
    const isUnknown = step.path !== "" && placeAt(progress.plan, step.path).kind === "unknown";
    const lastAt = progress.loops.get(step.path)?.lastAt ?? lastBelow.get(step.path);
    step.endedAt = (isUnknown ? lastAt : undefined) ?? event.at;
  }
  for (const [path, loop] of progress.loops) {
    if (loop.endedAt !== undefined) continue;
    loop.endedAt = progress.steps.get(path)?.endedAt ?? event.at;
    // How many items a batch has is not known either; the run would not have completed without all of them.
    if (completed) loop.done = loop.items - loop.failed;
  }
  for (const path of progress.steps.keys()) {
    if (isInLoop(path)) progress.steps.delete(path);
  }
}
