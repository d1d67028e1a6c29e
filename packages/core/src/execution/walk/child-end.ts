/** How the end of a child run reads to its parent. */
import assert from "node:assert/strict";
import type { StoredOutcome } from "../../delegation/event.ts";
import type { StepError } from "../../delegation/outcome.ts";
import { join, type Path } from "../../delegation/path.ts";
import type { Completion } from "../../engine/engine.ts";
import { stepError } from "./result.ts";
import type { Walker } from "./walker.ts";

export function endOf(completion: Completion): Extract<Completion, { kind: "child-ended" }> {
  assert(completion.kind === "child-ended", `a child completed as ${completion.kind}`);
  return completion;
}

/** However deep the failure lies, the error has one cause: that of the run where it happened. */
export function childError(child: string, path: string, outcome: StoredOutcome): StepError {
  const hint = `see it with \`reeve show ${child}\``;
  if ("error" in outcome) {
    const { error } = outcome;
    const cause = error.code === "child-failed" && error.cause ? error.cause : error;
    const message = `run '${child}' ended as ${outcome.status}: ${cause.message}`;
    return stepError("child-failed", message, path, { cause, hint });
  }
  const why = outcome.status === "cancelled" ? `: ${outcome.reason}` : "";
  return stepError("child-failed", `run '${child}' ended as ${outcome.status}${why}`, path, { hint });
}

/** What a child that did not complete has left behind is the parent's affair too. */
export function noteAftermath(
  walker: Walker,
  path: Path,
  outcome: Exclude<StoredOutcome, { readonly status: "completed" }>,
): void {
  const { undone, notUndone, unsure, kept } = outcome;
  const { aftermath } = walker;
  const inside = (paths: readonly Path[]): Path[] => paths.map((each) => join(path, each));
  aftermath.undone.push(...inside(undone));
  aftermath.unsure.push(...inside(unsure));
  aftermath.kept.push(...inside(kept));
  if (outcome.status !== "rollback-failed") return;
  for (const each of inside(notUndone)) walker.noteUndo(each, outcome.error);
}
