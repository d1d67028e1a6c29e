/**
 * What a run's events add up to: its steps with their attempts, and what was said about the run from outside. The
 * state of a fold; how events change it stands in tell-story.ts and tell-step.ts.
 */
import type { ChildView, ContextChangeView, SaidOfRun } from "../contract/run-detail.ts";
import type { Event, TraceKept } from "@reeve/core";
import type { AttemptView, StepView } from "../contract/run-steps.ts";
import { labelOf } from "../patterns/label-of.ts";
import type { StoredEnd } from "./error-view.ts";

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface StoryStep extends Writable<Omit<StepView, "attempts">> {
  readonly attempts: Writable<AttemptView>[];
  /** Where its output is stored; null: it returned nothing. */
  output?: number | null;
  /** Position of the event that last changed it. */
  changedAt: number;
}

export interface Story {
  /** In the order they began. */
  readonly steps: StoryStep[];
  readonly byPath: Map<string, StoryStep>;
  readonly counts: {
    events: number;
    completed: number;
    failed: number;
    retried: number;
    lost: number;
    undone: number;
  };
  usage: { inputTokens: number; outputTokens: number; costUsd: number } | null;
  /** The oldest first. */
  readonly contextChanges: ContextChangeView[];
  /** The latest by id. */
  readonly children: Map<string, ChildView>;
  queued: { since: number; notBefore: number | null } | null;
  paused: SaidOfRun | null;
  cancelRequested: SaidOfRun | null;
  stranded: { reason: string; hint: string; at: number } | null;
  end: StoredEnd | null;
  /** Why its trace is kept. */
  kept: TraceKept | null;
  /** Of the last event. */
  position: number;
  seq: number;
}

export function newStory(): Story {
  return {
    steps: [],
    byPath: new Map(),
    counts: { events: 0, completed: 0, failed: 0, retried: 0, lost: 0, undone: 0 },
    usage: null,
    contextChanges: [],
    children: new Map(),
    queued: null,
    paused: null,
    cancelRequested: null,
    stranded: null,
    end: null,
    kept: null,
    position: 0,
    seq: 0,
  };
}

/** The step at a path, which this event changes; one that begins with it is added. */
export function stepAt(story: Story, path: string, kind: StepView["kind"], event: Event): StoryStep {
  const known = story.byPath.get(path);
  if (known) {
    known.changedAt = event.position;
    return known;
  }
  const step: StoryStep = {
    path,
    label: labelOf(path),
    kind,
    agent: null,
    state: "running",
    startedAt: event.at,
    endedAt: null,
    attempts: [],
    attemptCount: 0,
    waitsFor: null,
    fraction: null,
    note: null,
    child: null,
    takenOver: event.copied === true,
    hasOutput: false,
    changedAt: event.position,
  };
  story.steps.push(step);
  story.byPath.set(path, step);
  return step;
}
