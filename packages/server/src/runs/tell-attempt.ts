/** The part of a run's story that is about attempts, those of undos included. */
import type { Event, Usage } from "@reeve/core";
import { errorView } from "./error-view.ts";
import { stepAt, type Story, type StoryStep } from "./run-story.ts";

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

const ATTEMPTS_KEPT_MAX = 20;

export function tellAttempt(story: Story, event: AttemptEvent): void {
  const { path, at } = event;
  const isUndo = path.endsWith("/undo");
  const step = stepAt(story, path, isUndo ? "undo" : "agent", event);
  if ("agent" in event) step.agent = event.agent;
  const { counts } = story;
  switch (event.kind) {
    case "attempt-started":
      begin(step, event);
      break;
    case "step-progressed":
      step.fraction = event.fraction;
      step.note = event.note ?? null;
      return;
    case "step-completed":
      finish(step, event);
      step.state = "completed";
      step.endedAt = at;
      step.output = event.output ?? null;
      step.hasOutput = event.output !== undefined;
      if (!isUndo) counts.completed++;
      addUsage(story, event);
      break;
    case "attempt-lost":
      finish(step, event);
      step.state = "lost";
      counts.lost++;
      break;
    case "attempt-failed":
      fail(story, step, event);
      addUsage(story, event);
      break;
  }
  if (isUndo) tellUndo(story, path.slice(0, -"/undo".length), step);
}

function begin(step: StoryStep, { attempt, at }: AttemptEvent): void {
  step.state = "running";
  step.endedAt = null;
  step.fraction = null;
  step.note = null;
  step.attemptCount++;
  step.attempts.push({
    attempt: attempt ?? step.attemptCount,
    startedAt: at,
    endedAt: null,
    result: "running",
    error: null,
    unsure: false,
    retryAt: null,
  });
  if (step.attempts.length > ATTEMPTS_KEPT_MAX) step.attempts.shift();
}

/** The end of an attempt; one that was taken over from another run has no beginning here. */
function finish(step: StoryStep, event: Exclude<AttemptEvent, { readonly kind: "attempt-started" }>): void {
  let attempt = step.attempts.at(-1);
  if (!attempt || attempt.endedAt !== null) {
    begin(step, event);
    attempt = step.attempts.at(-1);
  }
  if (!attempt) return;
  attempt.endedAt = event.at;
  attempt.result =
    event.kind === "step-completed" ? "completed" : event.kind === "attempt-lost" ? "lost" : "failed";
  if (event.kind !== "attempt-failed") return;
  attempt.error = errorView(event.error);
  attempt.unsure = event.unsure;
  attempt.retryAt = event.retryInMs === undefined ? null : event.at + event.retryInMs;
}

function fail(
  { counts }: Story,
  step: StoryStep,
  event: Extract<Event, { readonly kind: "attempt-failed" }>,
): void {
  finish(step, event);
  if (event.retryInMs !== undefined) {
    step.state = "retrying";
    counts.retried++;
    return;
  }
  const isStopped = event.error.code === "attempt-cancelled";
  step.state = isStopped ? "stopped" : "failed";
  step.endedAt = event.at;
  if (!isStopped) counts.failed++;
}

/** The step that is undone shows how far that is. */
function tellUndo({ byPath, counts }: Story, path: string, undo: StoryStep): void {
  const step = byPath.get(path);
  if (!step) return;
  step.changedAt = undo.changedAt;
  if (undo.state === "completed") {
    step.state = "undone";
    counts.undone++;
  } else step.state = undo.state === "failed" ? "not-undone" : "undoing";
}

/** What was taken over from another run was used there. */
export function addUsage(
  story: Story,
  { usage, copied }: { readonly usage?: Usage; readonly copied?: boolean },
): void {
  if (!usage || copied === true) return;
  const { inputTokens = 0, outputTokens = 0, costUsd = 0 } = usage;
  const before = story.usage ?? { inputTokens: 0, outputTokens: 0, costUsd: 0 };
  story.usage = {
    inputTokens: before.inputTokens + inputTokens,
    outputTokens: before.outputTokens + outputTokens,
    costUsd: before.costUsd + costUsd,
  };
}
