/** An outcome as a short text, so that what was told to a caller can be compared with what the log says. */
import type { Outcome } from "reeve";

export function outcomeText(outcome: Outcome): string {
  switch (outcome.status) {
    case "completed":
      return `completed ${JSON.stringify(outcome.output)}`;
    case "cancelled":
      return `cancelled ${outcome.reason} ${outcome.undone.join(",")}`;
    case "timed-out":
      return `timed-out ${outcome.afterMs}`;
    case "failed":
    case "rolled-back":
    case "rollback-failed":
    case "rejected":
      return `${outcome.status} ${outcome.error.code} ${outcome.error.path} ${outcome.undone.join(",")}`;
  }
}
