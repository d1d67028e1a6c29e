/** Walks a whole run: the root pattern, its deadline, and the outcome it all adds up to. */
import type { StoredOutcome } from "../../delegation/event.ts";
import type { Aftermath, StepError } from "../../delegation/outcome.ts";
import type { Pattern } from "../../delegation/pattern.ts";
import { innerPath, type Path } from "../../delegation/path.ts";
import type { Preserved } from "../../delegation/preserved.ts";
import { NOTHING, type Reference } from "../../delegation/reference.ts";
import type { Walk } from "./fiber.ts";
import { meanOf, stepError } from "./result.ts";
import { describeStop, type Scope, type StopCause } from "./scope.ts";
import { undo } from "./undo.ts";
import { walkPattern } from "./walk-node.ts";
import { Tally, type Place, type Walker } from "./walker.ts";

export interface RunEnd {
  readonly outcome: StoredOutcome;
  /** Of a completed run; undefined where no step has one. */
  readonly score: number | undefined;
}

/**
 * A run is `completed` only when every undo it made succeeded: one that failed for good, even in a branch that may fail
 * or one that came too late, leaves an effect that nobody wanted. Then the rest is undone too, and the run ends as
 * `rollback-failed` with the error of that branch, or else the undo's own.
 */
export function* walkRun(walker: Walker, pattern: Pattern): Walk<RunEnd> {
  const { run } = walker.journal;
  const input: Reference = run.input === undefined ? NOTHING : { of: "payload", id: run.input };
  const scope = walker.root;
  const { timeoutMs } = pattern;
  if (timeoutMs !== undefined) {
    walker.onTimer(innerPath("", "deadline"), walker.journal.beginsAt + timeoutMs, () =>
      scope.stop({ kind: "timed-out", path: "", afterMs: timeoutMs }),
    );
  }
  const preserved = walker.preserving(pattern, []);
  const result = yield* walkPattern(walker, pattern, new RootPlace(scope, input, preserved));
  if (!result.ok) return endOf(walker, result.error, result.stopped ? scope.stopped : undefined);
  const cause = scope.stopped;
  const undoes = run.origin?.forkedFrom?.undoes;
  if (undoes && !cause) {
    yield* undo(walker, result.effect);
    return endOf(walker, undefined, { kind: "cancelled", reason: "what it did was not wanted any more" });
  }
  const { undoFailure } = walker;
  if (!cause && !undoFailure) {
    const { output, level, scores } = result;
    const outcome = { status: "completed", output, ...(level !== undefined && { level }) } as const;
    return { outcome, score: meanOf(scores) };
  }
  yield* undo(walker, result.effect);
  return endOf(walker, cause ? undefined : undoFailure?.error, cause);
}

/** A class, as is all that leads to a run's walk (docs/algorithms/memory-of-a-run.md). */
class RootPlace implements Place {
  readonly path: Path = "";
  readonly scope: Scope;
  readonly tally: Tally = new Tally();
  readonly input: Reference;
  readonly patternInput: Reference;
  readonly context: undefined = undefined;
  readonly preserved: readonly Preserved[];

  constructor(scope: Scope, input: Reference, preserved: readonly Preserved[]) {
    this.scope = scope;
    this.input = input;
    this.patternInput = input;
    this.preserved = preserved;
  }
}

/** The outcome of a run that did not complete. */
function endOf(walker: Walker, failure: StepError | undefined, cause: StopCause | undefined): RunEnd {
  return { outcome: outcomeOf(walker, failure, cause), score: undefined };
}

function outcomeOf(
  walker: Walker,
  failure: StepError | undefined,
  cause: StopCause | undefined,
): StoredOutcome {
  const { undone, notUndone, unsure, kept } = walker.aftermath;
  const aftermath: Aftermath = { undone, notUndone, unsure, kept };
  const error = failure ?? stepError("attempt-cancelled", cause ? describeStop(cause) : "stopped", "");
  const status = cause?.kind === "cancelled" || cause?.kind === "timed-out" ? cause.kind : "failed";
  if (notUndone.length > 0) return { status: "rollback-failed", because: status, error, ...aftermath };
  if (cause?.kind === "cancelled") return { status: "cancelled", reason: cause.reason, ...aftermath };
  if (cause?.kind === "timed-out") return { status: "timed-out", afterMs: cause.afterMs, ...aftermath };
  return { status: undone.length > 0 ? "rolled-back" : "failed", error, ...aftermath };
}
