/** Walks an agent's step: attempts, retries, recoveries, and what becomes of an attempt with unknown effect. */
import type { AgentNode } from "../../delegation/agent.ts";
import { innerPath, undoPath, type Path } from "../../delegation/path.ts";
import type { Preserved } from "../../delegation/preserved.ts";
import { NOTHING, type Reference } from "../../delegation/reference.ts";
import type { Completion } from "../../engine/engine.ts";
import type { StepError } from "../../delegation/outcome.ts";
import type { Walk } from "./fiber.ts";
import { failed, stepError, stopped, succeeded, type Effect, type Result } from "./result.ts";
import { Scope } from "./scope.ts";
import type { Call } from "./walk-host.ts";
import { Tally, type Place, type Walker } from "./walker.ts";

export function* walkStep(walker: Walker, node: AgentNode, place: Place): Walk<Result> {
  const { path, input, scope, tally } = place;
  const call: Call = { of: "run", input };
  const tried = yield* tryUntilSettled(walker, { ...place, node, stepPath: path, call });
  tally.countLeaf(tried.ok);
  if (tried.ok) {
    const { output, score } = tried;
    const scores = score === undefined ? undefined : { sum: score, count: 1 };
    return succeeded(output, effectOf(node, place, output), scores, tried.context);
  }
  // Asked before anything else happens: a cancel during `undoUnsure` comes second.
  const cause = scope.stopped;
  if (tried.unsure) yield* settleUnsure(walker, node, place, tried.refused);
  return cause ? stopped(cause, path, tried.error) : failed(tried.error);
}

/** Undoes one completed step. */
export function* undoStep(walker: Walker, effect: Extract<Effect, { kind: "step" }>): Walk<void> {
  const tried = yield* tryUntilSettled(walker, {
    node: effect.node,
    stepPath: effect.path,
    path: undoPath(effect.path),
    call: { of: "undo", output: effect.output },
    scope: new Scope(),
    tally: new Tally(),
    context: effect.context,
    preserved: [],
  });
  walker.noteUndo(effect.path, tried.ok ? undefined : tried.error);
}

function effectOf(node: AgentNode, { path, context }: Place, output: Reference): Effect | undefined {
  return node.undo ? { kind: "step", node, path, output, context } : undefined;
}

/** Takes back what an attempt may have done, or names the step as one a person must look at. */
function* settleUnsure(
  walker: Walker,
  node: AgentNode,
  place: Place,
  refused: Reference | undefined,
): Walk<void> {
  const { path, input, context } = place;
  if (!node.undoUnsure) {
    if (node.undo) walker.aftermath.unsure.push(path);
    return;
  }
  const tried = yield* tryUntilSettled(walker, {
    node,
    stepPath: path,
    path: undoPath(path),
    call: { of: "undoUnsure", input, refused },
    scope: new Scope(),
    tally: new Tally(),
    context,
    preserved: [],
  });
  walker.noteUndo(path, tried.ok ? undefined : tried.error);
}

interface Trial {
  readonly node: AgentNode;
  readonly stepPath: Path;
  readonly path: Path;
  readonly call: Call;
  readonly scope: Scope;
  readonly tally: Tally;
  readonly context: Reference | undefined;
  readonly preserved: readonly Preserved[];
}

type Tried =
  | {
      readonly ok: true;
      readonly output: Reference;
      readonly score: number | undefined;
      readonly context: Reference | undefined;
    }
  | {
      readonly ok: false;
      readonly error: StepError;
      /** An attempt began and left no accepted result. */
      readonly unsure: boolean;
      readonly refused: Reference | undefined;
    };

function* tryUntilSettled(walker: Walker, trial: Trial): Walk<Tried> {
  const { path, call, node, scope } = trial;
  let attempt = 1;
  let recovery = 0;
  let unsure = false;
  let refused: Reference | undefined;
  for (;;) {
    issueAttempt(walker, trial, attempt, recovery);
    const completion = yield* walker.awaitCompletion(path, scope);
    countAttempt(trial, completion);
    if (completion.kind === "step-completed") return accepted(completion);
    let error: StepError;
    if (completion.kind === "attempt-failed") {
      unsure ||= completion.unsure;
      if (completion.refused !== undefined) refused = { of: "payload", id: completion.refused };
      error = completion.error;
      if (completion.retryInMs === undefined || scope.stopped) return { ok: false, error, unsure, refused };
      const retryPath = innerPath(path, "retry");
      walker.journal.timer(retryPath, completion.at + completion.retryInMs);
      yield* walker.awaitFirst([retryPath], scope);
      attempt++;
    } else {
      unsure = true;
      recovery++;
      // An undo may always be made again; its agent said how by declaring it.
      const repeatable = node.idempotent || call.of !== "run";
      error = lostError(trial, repeatable, attempt, recovery, walker.host.recoveriesMax);
      if (!repeatable || recovery > walker.host.recoveriesMax) return { ok: false, error, unsure, refused };
    }
    if (scope.stopped) return { ok: false, error, unsure, refused };
  }
}

function issueAttempt(walker: Walker, trial: Trial, attempt: number, recovery: number): void {
  const { journal, outputs } = walker;
  journal.attempt(walker.host.attempt({ ...trial, journal, outputs, attempt, recovery }));
}

function countAttempt({ scope, tally }: Trial, completion: Completion): void {
  // Neither a lost attempt nor one that was told to stop has failed by itself.
  const counts =
    completion.kind !== "attempt-lost" && !(completion.kind === "attempt-failed" && scope.stopped);
  if (counts) tally.countAttempt(completion.kind === "step-completed");
}

function accepted({
  output,
  score,
  contextAfter,
}: Extract<Completion, { kind: "step-completed" }>): Extract<Tried, { ok: true }> {
  return {
    ok: true,
    output: output === undefined ? NOTHING : { of: "payload", id: output },
    score,
    context: contextAfter === undefined ? undefined : { of: "payload", id: contextAfter },
  };
}

function lostError(
  trial: Trial,
  repeatable: boolean,
  attempt: number,
  recovery: number,
  recoveriesMax: number,
): StepError {
  const { node, path } = trial;
  const message = repeatable
    ? `the process ended during this step ${recovery} times; ${recoveriesMax} recoveries are allowed`
    : "the process ended during this step, and its agent must not run again (idempotent: false)";
  const hint = repeatable
    ? "find out why the step ends its process, or raise recoveriesMax"
    : "find out whether the step had its effect, and start a new run if not";
  return stepError("attempt-lost", message, path, { attempt, agent: node.name, hint });
}
