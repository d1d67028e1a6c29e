/**
 * The fold that learns from the log: which choices were made (`run-started`), how runs ended (`run-ended`), what was
 * said of them since (`feedback-given`). It keeps nothing of runs that go on but what the model itself does; all that
 * it needs stands in those events.
 *
 * What teaches: a completed run its score, or 1; a failed, rolled-back or timed-out one 0, a failed rollback too. One
 * that was cancelled, rejected or is stranded teaches nothing, nor does a retry or a fork, nor a run that nobody started. Runs that were started by
 * name teach their pattern like any other, without features; so does each level of a chain that ran.
 */
import type { RunChoice } from "../delegation/choice.ts";
import { isOfLog } from "../delegation/controls.ts";
import { DELEGATED } from "../delegation/delegated.ts";
import type { Event } from "../delegation/event.ts";
import type { Fold } from "../delegation/fold.ts";
import { taughtScore } from "../delegation/taught-score.ts";
import {
  createConfidence,
  restoreConfidence,
  type Confidence,
  type ConfidenceOptions,
  type ConfidenceState,
} from "./confidence.ts";
import { featuresOf } from "./features-of.ts";
import { RecentFailures, type RecentFailuresState } from "./recent-failures.ts";

/** What is known from the log of whom to trust. */
export interface Learned {
  readonly confidence: Confidence;
  readonly recent: RecentFailures;
}

/** What can be asked of it without changing it. */
export type ConfidenceReader = Pick<Confidence, "patterns" | "domains" | "posterior" | "scale">;

interface LearnedState {
  readonly confidence: ConfidenceState;
  readonly recent: RecentFailuresState;
}

type Of<Kind extends Event["kind"]> = Extract<Event, { readonly kind: Kind }>;
type Teaching = Of<"run-ended" | "run-started" | "level-ended" | "run-stranded" | "feedback-given">;

/** Knows of all runs of a log. Its checkpoint can be gone on from under other options. */
export function confidenceFold(options: ConfidenceOptions = {}): Fold<Learned> {
  return {
    name: "confidence",
    version: 1,
    kinds: ["run-ended", "run-started", "level-ended", "run-stranded", "feedback-given"],
    initial: () => ({ confidence: createConfidence(options), recent: new RecentFailures() }),
    apply: (learned, event) => {
      if (isTeaching(event) && !isOfLog(event.run)) take(learned, event);
      return learned;
    },
    save: ({ confidence, recent }): LearnedState => ({
      confidence: confidence.save(),
      recent: recent.save(),
    }),
    revive: (saved) => {
      if (!isLearnedState(saved)) throw new TypeError("the checkpoint of 'confidence' is not one of its own");
      return {
        confidence: restoreConfidence(saved.confidence, options),
        recent: new RecentFailures(saved.recent),
      };
    },
  };
}

/** Most events teach nothing: they cost a comparison of kinds, and no look at their run. */
function isTeaching(event: Event): event is Teaching {
  switch (event.kind) {
    case "run-ended":
    case "run-started":
    case "level-ended":
    case "run-stranded":
    case "feedback-given":
      return true;
    default:
      return false;
  }
}

function take(learned: Learned, event: Teaching): void {
  if (event.kind === "run-ended") takeEnd(learned, event);
  else if (event.kind === "run-started") takeStart(learned, event);
  else if (event.kind === "level-ended") takeLevel(learned, event);
  else if (event.kind === "run-stranded") takeStranded(learned, event);
  else takeFeedback(learned, event);
}

function takeStart({ confidence }: Learned, event: Of<"run-started">): void {
  const { choice, context, admission, run } = event;
  if (choice?.pattern === undefined) return;
  confidence.meet(featuresOf(context));
  // One that is to begin later is not overdue while it has not begun.
  const isDelayed = admission?.notBefore !== undefined;
  confidence.chose({
    pattern: event.pattern,
    domain: context.domain,
    offered: offeredIn(choice),
    ...(isDelayed ? {} : { id: run, at: event.at }),
  });
}

function takeEnd({ confidence, recent }: Learned, event: Of<"run-ended">): void {
  const { outcome, pattern, domain, run } = event;
  const { status } = outcome;
  // What the task's runs teach, they teach themselves.
  if (pattern === DELEGATED) return;
  const score = taughtScore({ status, score: event.score, isForked: event.teaches === false });
  if (score === undefined) {
    confidence.dismiss(pattern, run);
    return;
  }
  const { features, durationMs, costUsd, principal = "local" } = event;
  confidence.see({
    pattern,
    domain,
    score,
    durationMs,
    principal,
    id: run,
    ...(features && { features }),
    ...(costUsd !== undefined && { cost: costUsd }),
  });
  recent.see(domain, status !== "completed");
}

/** Each level of a chain teaches its own result; one that was stopped by others, or is of a retry or fork, does not. */
function takeLevel({ confidence }: Learned, event: Of<"level-ended">): void {
  const { pattern, domain, ok, stopped, durationMs, principal = "local" } = event;
  if (event.teaches === false || (stopped !== undefined && stopped !== "timed-out")) return;
  confidence.see({ pattern, domain, score: ok ? (event.score ?? 1) : 0, durationMs, principal });
}

/** One execution counts once: feedback corrects what its run has taught. */
function takeFeedback({ confidence }: Learned, event: Of<"feedback-given">): void {
  const { pattern, domain, score, before, by } = event;
  if (before !== undefined) confidence.correct({ pattern, domain, score, before, principal: by });
}

function takeStranded({ confidence }: Learned, { pattern, run }: Of<"run-stranded">): void {
  if (pattern !== undefined) confidence.dismiss(pattern, run);
}

/** Those that could have been chosen. */
function offeredIn({ candidates, alsoNew = [] }: RunChoice): string[] {
  const offered = [...alsoNew];
  for (const { pattern, reason } of candidates)
    if (reason === "chosen" || reason === "allowed") offered.push(pattern);
  return offered;
}

/** Only this fold writes it; another version of it never gets here. */
function isLearnedState(saved: unknown): saved is LearnedState {
  return typeof saved === "object" && saved !== null && "confidence" in saved && "recent" in saved;
}
