/** The two sides of the table of what was crashed where: features of programs, and kinds of crash points. */
import type { Event } from "../delegation/event.ts";
import { isUndo } from "../delegation/path.ts";

export const FEATURES = [
  "sequential",
  "parallel",
  "needs",
  "tolerates failures",
  "quorum",
  "concurrencyMax",
  "forEach",
  "batch",
  "failureRate",
  "meta",
  "parallel phase",
  "rollback phase",
  "rollback all",
  "rollback none",
  "coverageMin",
  "errorRate",
  "degrade",
  "fallback",
  "level resources",
  "when",
  "repeat",
  "delegate",
  "another try",
  "step input",
  "approval",
  "approval timeout",
  "delay",
  "retry",
  "undo",
  "failing undo",
  "undoUnsure",
  "run deadline",
  "pattern deadline",
  "attempt timeout",
  "refused output",
  "fails for good",
  "not idempotent",
  "sub-steps",
  "agent concurrency",
  "context changed",
  "cancel",
] as const;

export type Feature = (typeof FEATURES)[number];

export const CRASH_POINTS = [
  "start",
  "first attempt announced",
  "later attempt announced",
  "step completed",
  "attempt failed, backoff begins",
  "step failed",
  "answer recorded",
  "delay or backoff over",
  "deadline or timeout passed",
  "approval wait begins",
  "signal",
  "cancel",
  "sub-step",
  "phase begins",
  "phase ends",
  "level ends",
  "child begins",
  "child ends",
  "child's undo begins",
  "child's undo ends",
  "undo announced",
  "undo completed",
  "undo attempt failed",
  "attempt lost",
  "end",
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];

/** What kind of point a commit of these events is. */
export function crashPointsOf(events: readonly Event[]): ReadonlySet<CrashPoint> {
  const points = new Set<CrashPoint>();
  for (const event of events) {
    const point = crashPointOf(event);
    if (point) points.add(point);
  }
  return points;
}

function crashPointOf(event: Event): CrashPoint | undefined {
  switch (event.kind) {
    case "run-started":
      return "start";
    case "attempt-started":
      if (isUndo(event.path)) return "undo announced";
      return event.attempt === 1 ? "first attempt announced" : "later attempt announced";
    case "step-completed":
      return isUndo(event.path) ? "undo completed" : "step completed";
    case "attempt-failed":
      if (isUndo(event.path)) return "undo attempt failed";
      return event.retryInMs === undefined ? "step failed" : "attempt failed, backoff begins";
    case "attempt-lost":
      return "attempt lost";
    case "value-recorded":
    case "value-failed":
      return "answer recorded";
    case "timer-fired":
      return /!(deadline|timeout)$/.test(event.path) ? "deadline or timeout passed" : "delay or backoff over";
    case "wait-started":
      return event.until === "signal" ? "approval wait begins" : undefined;
    case "signal-sent":
    case "signal-received":
      return "signal";
    case "cancel-requested":
      return "cancel";
    case "substep-completed":
      return "sub-step";
    case "phase-started":
      return "phase begins";
    case "phase-ended":
      return "phase ends";
    case "level-ended":
      return "level ends";
    case "child-started":
      return isUndo(event.path) ? "child's undo begins" : "child begins";
    case "child-ended":
      return isUndo(event.path) ? "child's undo ends" : "child ends";
    case "run-ended":
      return "end";
    default:
      return undefined;
  }
}
