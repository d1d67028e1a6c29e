/** The fold from a run's events to its story. Kinds that it does not know change nothing. */
import type { Event } from "@reeve/core";
import { stepAt, type Story } from "./run-story.ts";
import { tellContext } from "./tell-context.ts";
import { addUsage, tellAttempt } from "./tell-attempt.ts";

const CHILDREN_KEPT_MAX = 100;

/** Changes the story; an event that it has had already changes nothing. */
export function tellStory(story: Story, event: Event): void {
  if (event.seq <= story.seq) return;
  story.seq = event.seq;
  story.position = event.position;
  story.counts.events++;
  if (event.path !== undefined) story.queued = null;
  switch (event.kind) {
    case "attempt-started":
    case "step-completed":
    case "attempt-failed":
    case "attempt-lost":
    case "step-progressed":
      tellAttempt(story, event);
      return;
    case "wait-started": {
      const step = stepAt(story, event.path, event.until === "signal" ? "approval" : "delay", event);
      step.state = "waiting";
      step.waitsFor = event.until;
      return;
    }
    case "signal-received":
      end(story, event.path, event, true);
      return;
    case "timer-fired":
      // A timer of its own ends a delay; that of an approval says that nobody answered.
      if (event.path.endsWith("/!timeout"))
        end(story, event.path.slice(0, -"/!timeout".length), event, false);
      else end(story, event.path, event, true);
      return;
    case "phase-started":
      stepAt(story, event.path, "phase", event);
      return;
    case "phase-ended":
      end(story, event.path, event, event.ok);
      return;
    case "context-changed":
      tellContext(story.contextChanges, event);
      return;
    case "child-started":
    case "child-ended":
      tellChild(story, event);
      return;
    default:
      tellOfRun(story, event);
  }
}

function end(story: Story, path: string, event: Event, ok: boolean): void {
  const step = story.byPath.get(path);
  if (!step || step.endedAt !== null) return;
  step.endedAt = event.at;
  step.state = ok ? "completed" : "failed";
  step.waitsFor = null;
  step.changedAt = event.position;
}

type ChildEvent = Extract<Event, { readonly kind: "child-started" | "child-ended" }>;

function tellChild(story: Story, event: ChildEvent): void {
  const { path, child } = event;
  const isUndo = path.endsWith("/undo");
  const step = stepAt(story, path, isUndo ? "undo" : "child", event);
  step.child = child;
  const outcome = event.kind === "child-ended" ? event.outcome.status : null;
  story.children.delete(child);
  story.children.set(child, { run: child, path, outcome });
  if (story.children.size > CHILDREN_KEPT_MAX) {
    for (const key of story.children.keys()) {
      story.children.delete(key);
      break;
    }
  }
  if (event.kind === "child-ended") addUsage(story, event);
  if (outcome === null) return;
  // A run that undoes ends as cancelled when it has.
  const ok = outcome === (isUndo ? "cancelled" : "completed");
  end(story, path, event, ok);
  if (!isUndo) story.counts[ok ? "completed" : "failed"]++;
}

function tellOfRun(story: Story, event: Event): void {
  const { at, position } = event;
  switch (event.kind) {
    case "run-started":
      if (event.queued) story.queued = { since: at, notBefore: event.admission?.notBefore ?? null };
      return;
    case "run-admitted":
      story.queued = null;
      return;
    case "run-paused":
      story.paused = { reason: event.reason, by: event.by, at };
      return;
    case "run-resumed":
      story.paused = null;
      return;
    case "cancel-requested":
      story.cancelRequested ??= { reason: event.reason, by: event.by, at };
      return;
    case "run-stranded":
      story.stranded = { reason: event.reason, hint: event.hint, at };
      return;
    case "run-unstranded":
      story.stranded = null;
      return;
    case "run-ended":
      story.queued = null;
      story.stranded = null;
      story.end = event.outcome;
      story.kept = event.trace ?? null;
      for (const step of story.steps) {
        if (step.endedAt !== null) continue;
        step.endedAt = at;
        step.state = event.outcome.status === "completed" ? "completed" : "stopped";
        step.waitsFor = null;
        step.changedAt = position;
      }
      return;
    default:
      return;
  }
}
