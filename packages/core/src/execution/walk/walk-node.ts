/** Walks any node of a pattern: one case per kind, and what all patterns share (input schema, deadline). */
import assert from "node:assert/strict";
import type {
  ApprovalNode,
  DelayNode,
  Pattern,
  PatternNode,
  SequentialNode,
  StepNode,
  WhenNode,
} from "../../delegation/pattern.ts";
import { innerPath, join, segment } from "../../delegation/path.ts";
import { describeRefused } from "../../delegation/promise-like.ts";
import { NOTHING, type Reference } from "../../delegation/reference.ts";
import { ReeveError } from "../../errors.ts";
import type { Walk } from "./fiber.ts";
import {
  addScores,
  failed,
  sequence,
  stepError,
  stopped,
  succeeded,
  type Effect,
  type Failed,
  type Result,
  type Scores,
} from "./result.ts";
import type { Scope } from "./scope.ts";
import { undo } from "./undo.ts";
import { ask, type Answered } from "./ask.ts";
import { leafCount } from "./leaf-count.ts";
import { validateInput } from "./validate-input.ts";
import { walkDegrade } from "./walk-degrade.ts";
import { walkDelegate } from "./walk-delegate.ts";
import { walkForEach } from "./walk-for-each.ts";
import { walkMeta } from "./walk-meta.ts";
import { walkParallel } from "./walk-parallel.ts";
import { walkRepeat } from "./walk-repeat.ts";
import { walkStep } from "./walk-step.ts";
import type { Place, Walker } from "./walker.ts";
import { within } from "./within.ts";

export function* walkNode(walker: Walker, node: PatternNode, place: Place): Walk<Result> {
  if (place.scope.stopped) {
    place.tally.countUnreached(leafCount(node));
    return stopped(place.scope.stopped, place.path);
  }
  const edited = walker.journal.editedInput(place.path);
  const result = yield* walkKind(walker, node, edited ? { ...place, input: edited } : place);
  // An agent's step counts itself, before what comes of it.
  if (node.kind === "approval" || node.kind === "delay" || node.kind === "delegate")
    place.tally.countLeaf(result.ok);
  if (result.ok) walker.outputs.completed(node, place.path, result.output);
  return result;
}

function walkKind(walker: Walker, node: PatternNode, place: Place): Walk<Result> {
  switch (node.kind) {
    case "agent":
      return walkStep(walker, node, place);
    case "step":
      return walkRenamed(walker, node, place);
    case "when":
      return walkWhen(walker, node, place);
    case "repeat":
      return walkRepeat(walker, node, place);
    case "delegate":
      return walkDelegate(walker, node, place);
    case "approval":
      return walkApproval(walker, node, place);
    case "delay":
      return walkDelay(walker, node, place);
    case "sequential":
    case "parallel":
    case "for-each":
    case "meta":
    case "degrade":
      return walkInner(walker, node, place);
  }
}

/** A pattern's own walk, its input checked already. */
export function walkPattern(walker: Walker, node: Pattern, place: Place): Walk<Result> {
  switch (node.kind) {
    case "sequential":
      return walkSequential(walker, node, place);
    case "parallel":
      return walkParallel(walker, node, place);
    case "for-each":
      return walkForEach(walker, node, place);
    case "meta":
      return walkMeta(walker, node, place);
    case "degrade":
      return walkDegrade(walker, node, place);
  }
}

/** A pattern inside another one. */
function* walkInner(walker: Walker, node: Pattern, place: Place): Walk<Result> {
  const input = node.input
    ? yield* validateInput(walker, node.name, node.input, place)
    : answered(place.input);
  if (!input.ok) return notReached(input.failure, node, place);
  const preserved = walker.preserving(node, place.preserved);
  const inner: Place = { ...place, input: input.value, patternInput: input.value, preserved };
  return node.timeoutMs === undefined
    ? yield* walkPattern(walker, node, inner)
    : yield* within(walker, node.name, inner, node.timeoutMs, (limited) =>
        walkPattern(walker, node, limited),
      );
}

function* walkSequential(walker: Walker, node: SequentialNode, place: Place): Walk<Result> {
  const effects: Effect[] = [];
  let { input: value, context } = place;
  let scores: Scores | undefined;
  for (const [index, step] of node.steps.entries()) {
    const path = join(place.path, segment(step.name));
    const result = yield* walkNode(walker, step, { ...place, path, input: value, context });
    if (!result.ok) {
      place.tally.countUnreached(leafCount(...node.steps.slice(index + 1)));
      yield* undo(walker, sequence(effects));
      return result;
    }
    if (result.effect) effects.push(result.effect);
    value = result.output;
    scores = addScores(scores, result.scores);
    context = result.context ?? context;
  }
  return succeeded(value, sequence(effects), scores);
}

function* walkRenamed(walker: Walker, node: StepNode, place: Place): Walk<Result> {
  const { input } = node;
  // An input that the run was forked with is the step's own.
  if (!input || walker.journal.editedInput(place.path)) return yield* walkNode(walker, node.step, place);
  const mapped = yield* ask(walker, place, "input", (ctx) => ({
    decision: null,
    value: { name: "input", of: input(walker.journal.read(place.input), ctx) },
  }));
  if (!mapped.ok) return notReached(mapped.failure, node, place);
  return yield* walkNode(walker, node.step, { ...place, input: mapped.value });
}

function* walkWhen(walker: Walker, node: WhenNode, place: Place): Walk<Result> {
  const answer = yield* ask(walker, place, "if", (ctx) => {
    const taken = node.if(walker.journal.read(place.input), ctx);
    if (typeof taken === "boolean") return { decision: taken };
    const message = `if of '${node.name}' gave ${describeRefused(taken)}, not true or false`;
    throw new ReeveError("decision-failed", message, {
      hint: "return a boolean, without waiting; work that takes time belongs into an agent",
    });
  });
  if (!answer.ok) return notReached(answer.failure, node, place);
  if (answer.decision !== true) return succeeded(place.input);
  const path = join(place.path, segment(node.then.name));
  return yield* walkNode(walker, node.then, { ...place, path });
}

function* walkApproval(walker: Walker, node: ApprovalNode, place: Place): Walk<Result> {
  const { path, scope, input } = place;
  const { journal } = walker;
  journal.note({ kind: "wait-started", path, until: "signal" });
  journal.awaitSignal(path);
  const paths = [path];
  if (node.timeoutMs !== undefined) {
    const timeout = innerPath(path, "timeout");
    journal.timer(timeout, walker.now + node.timeoutMs);
    paths.push(timeout);
  }
  const completion = yield* walker.awaitFirst(paths, scope);
  if (!completion) return stoppedAt(scope, path);
  if (completion.kind !== "signal-received") {
    const message = `nobody answered '${node.name}' within ${node.timeoutMs} ms`;
    return failed(
      stepError("approval-timed-out", message, path, { hint: `answer it with \`reeve signal\`` }),
    );
  }
  const { merge } = node;
  if (!merge) return succeeded(input);
  const answer: Reference =
    completion.answer === undefined ? NOTHING : { of: "payload", id: completion.answer };
  const merged = yield* ask(walker, place, "merge", () => ({
    decision: null,
    value: { name: "merge", of: merge(journal.read(input), journal.read(answer)) },
  }));
  return merged.ok ? succeeded(merged.value) : merged.failure;
}

function* walkDelay(walker: Walker, node: DelayNode, place: Place): Walk<Result> {
  const { path, scope, input } = place;
  walker.journal.note({ kind: "wait-started", path, until: "time" });
  walker.journal.timer(path, walker.now + node.ms);
  const completion = yield* walker.awaitFirst([path], scope);
  return completion ? succeeded(input) : stoppedAt(scope, path);
}

/** A wait ends without a completion only because its scope was stopped. */
function stoppedAt(scope: Scope, path: string): Failed {
  assert(scope.stopped, `the wait at '${path}' ended without a cause`);
  return stopped(scope.stopped, path);
}

/** A node that failed before any step of it was begun. */
function notReached(failure: Failed, node: PatternNode, place: Place): Failed {
  place.tally.countUnreached(leafCount(node));
  return failure;
}

function answered(value: Reference): Answered {
  return { ok: true, decision: null, value };
}
