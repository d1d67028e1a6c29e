/** What an ended run teaches of its pattern. One execution teaches once; feedback corrects what it taught. */
import type { OutcomeStatus } from "./outcome.ts";

/**
 * 0 (failed) to 1 (completed without a score); undefined where the run teaches nothing: it was not the pattern's doing
 * that it ended, or what it did is another run's doing too.
 * @param score what `verify`, or whoever judged it before its end, gave it
 */
export function taughtScore(end: {
  readonly status: OutcomeStatus;
  readonly score: number | undefined;
  /** An operator's retry or fork. */
  readonly isForked: boolean;
}): number | undefined {
  if (end.isForked) return undefined;
  switch (end.status) {
    case "completed":
      return end.score ?? 1;
    case "failed":
    case "rolled-back":
    case "rollback-failed":
    case "timed-out":
      return 0;
    case "cancelled":
    case "rejected":
      return undefined;
  }
}
