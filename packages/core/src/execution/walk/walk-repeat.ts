/** Walks a `repeat`: iteration after iteration, each handed the output of the one before, until `until` is true. */
import type { RepeatNode } from "../../delegation/pattern.ts";
import { nodesOf } from "../../patterns/node-at.ts";
import { itemSegment, join } from "../../delegation/path.ts";
import { describeRefused } from "../../delegation/promise-like.ts";
import type { Reference } from "../../delegation/reference.ts";
import { ReeveError } from "../../errors.ts";
import { ask } from "./ask.ts";
import type { Walk } from "./fiber.ts";
import {
  failed,
  sequence,
  stepError,
  succeeded,
  type Effect,
  type Failed,
  type Result,
  type Scores,
} from "./result.ts";
import { undo } from "./undo.ts";
import type { Place, Walker } from "./walker.ts";

/** Where a loop stands between two iterations: all that those before it left behind. */
interface LoopState {
  /** The next one, counted from 0. */
  readonly iteration: number;
  /** What it is handed. */
  readonly value: Reference;
  /** The context it sees. */
  readonly context: Reference | undefined;
  /** Of the iterations so far; those with nothing to undo leave nothing here. */
  readonly effects: Effect[];
  /** Of the last iteration alone: what those before it made was only its input. */
  readonly scores: Scores | undefined;
}

type Iterated =
  | { readonly ok: true; readonly done: boolean; readonly state: LoopState }
  /** The iteration has undone itself; `state` is that before it, with what is left to undo. */
  | { readonly ok: false; readonly failure: Failed; readonly state: LoopState };

export function* walkRepeat(walker: Walker, node: RepeatNode, place: Place): Walk<Result> {
  let state = goOn(walker, node, place);
  const before = aftermathCount(walker);
  while (state.iteration < node.max) {
    const iterated: Iterated = yield* iterate(walker, node, place, state);
    if (!iterated.ok) {
      yield* undo(walker, sequence(iterated.state.effects));
      return iterated.failure;
    }
    state = iterated.state;
    if (!iterated.done) notePoint(walker, node, place, state, before);
    if (iterated.done) return succeeded(state.value, sequence(state.effects), state.scores, state.context);
  }
  yield* undo(walker, sequence(state.effects));
  const message = `'${node.name}' was not done after ${node.max} iterations`;
  return failed(
    stepError("repeat-exhausted", message, place.path, {
      hint: "raise max, or find out why until stays false",
    }),
  );
}

function* iterate(walker: Walker, node: RepeatNode, place: Place, state: LoopState): Walk<Iterated> {
  const { iteration, effects, context } = state;
  const path = join(place.path, itemSegment(iteration));
  const inner: Place = { ...place, path, input: state.value, context };
  const result = yield* walker.walkNode(walker, node.step, inner);
  if (!result.ok) return { ok: false, failure: result, state };
  // Only its undos could still ask for what is known inside the iteration alone.
  if (result.effect) effects.push(result.effect);
  else walker.outputs.forget(path);
  const { output, scores } = result;
  const next: LoopState = {
    iteration: iteration + 1,
    value: output,
    context: result.context ?? context,
    effects,
    scores,
  };
  const answer = yield* ask(walker, { ...inner, context: next.context }, "until", (ctx) => {
    // Assigned to the context itself, whose getters a copy would call.
    const asked = Object.assign(ctx, { iteration });
    const done = node.until(walker.journal.read(result.output), asked);
    if (typeof done === "boolean") return { decision: done };
    const message = `until of '${node.name}' gave ${describeRefused(done)}, not true or false`;
    throw new ReeveError("decision-failed", message, {
      hint: "return a boolean, without waiting; work that takes time belongs into an agent",
    });
  });
  if (!answer.ok) return { ok: false, failure: answer.failure, state: next };
  return { ok: true, done: answer.decision === true, state: next };
}

/** So many iterations are read again when the run wakes, at most. */
const POINT_ITERATIONS = 8;
/** A point that takes more characters is not worth its place in the log. */
const POINT_CHARACTERS_MAX = 4_000;

/** Where the loop stood when it last noted so; else its beginning. */
function goOn(walker: Walker, node: RepeatNode, place: Place): LoopState {
  const point = walker.journal.loopPoint(place.path);
  if (!point)
    return { iteration: 0, value: place.input, context: place.context, effects: [], scores: undefined };
  walker.now = point.now;
  const [leaves, leavesCompleted, attempts, attemptsFailed] = point.counts;
  place.tally.add({ leaves, leavesCompleted, attempts, attemptsFailed });
  const inside = join(place.path, itemSegment(point.iteration));
  for (const [index, body] of nodesOf(node.step).entries()) {
    const output = point.outputs[index];
    if (output) walker.outputs.completed(body, inside, output);
  }
  for (const pattern of point.preserved ?? []) walker.preservation.set(pattern, true);
  const context = point.contextAfter ?? place.context;
  // It has not ended with that iteration, so its score is of no account.
  return { iteration: point.iteration + 1, value: point.value, context, effects: [], scores: undefined };
}

/**
 * Notes where the loop stands, so that a walk that is repeated begins there. Only where nothing of its iterations can
 * have to be undone, or is told in the outcome.
 */
function notePoint(walker: Walker, node: RepeatNode, place: Place, state: LoopState, before: number): void {
  const iteration = state.iteration - 1;
  const isTime = iteration % POINT_ITERATIONS === POINT_ITERATIONS - 1;
  // What broke the context's preservation is told at the run's end, too.
  if (Array.from(walker.preservation.values()).includes(false)) return;
  if (!isTime || state.effects.length > 0 || aftermathCount(walker) !== before) return;
  const { leaves, leavesCompleted, attempts, attemptsFailed } = place.tally;
  const path = join(place.path, itemSegment(iteration));
  const point = {
    loop: place.path,
    iteration,
    value: state.value,
    ...(state.context && { contextAfter: state.context }),
    outputs: nodesOf(node.step).map((body) => walker.outputs.nearest(body, join(path, "x")) ?? null),
    counts: [leaves, leavesCompleted, attempts, attemptsFailed] as const,
    now: walker.now,
    ...(walker.preservation.size > 0 && { preserved: [...walker.preservation.keys()] }),
  };
  if (JSON.stringify(point).length > POINT_CHARACTERS_MAX) return;
  walker.journal.note({ kind: "loop-advanced", path, ...point });
}

function aftermathCount({ aftermath }: Walker): number {
  const { undone, notUndone, unsure, kept } = aftermath;
  return undone.length + notUndone.length + unsure.length + kept.length;
}
