/** Walks a `meta`: phases in order, each measured when its patterns are done, and rolled back when it falls short. */
import type { StepError } from "../../delegation/outcome.ts";
import type { MetaNode, PatternNode, PhaseNode } from "../../delegation/pattern.ts";
import { join, segment, type Path } from "../../delegation/path.ts";
import { describeRefused } from "../../delegation/promise-like.ts";
import type { Reference } from "../../delegation/reference.ts";
import { ask } from "./ask.ts";
import { walkBranches } from "./branches.ts";
import type { Walk } from "./fiber.ts";
import { leafCount } from "./leaf-count.ts";
import {
  addScores,
  failed,
  NO_NEEDS,
  pathsOf,
  scoresOf,
  sequence,
  stepError,
  stopped,
  succeeded,
  type Effect,
  type Failed,
  type Result,
  type Scores,
} from "./result.ts";
import { undo } from "./undo.ts";
import { Tally, type Place, type Walker } from "./walker.ts";

type PhaseResult =
  | {
      readonly ok: true;
      readonly output: Reference;
      readonly effect: Effect | undefined;
      readonly scores: Scores | undefined;
    }
  /** `effect` is what the phase has done and not undone. */
  | { readonly ok: false; readonly failure: Failed; readonly effect: Effect | undefined };

export function* walkMeta(walker: Walker, node: MetaNode, place: Place): Walk<Result> {
  const effects: Effect[] = [];
  let input = place.input;
  let scores: Scores | undefined;
  for (const [index, phase] of node.phases.entries()) {
    const path = join(place.path, segment(phase.name));
    const walked = yield* walkPhase(walker, phase, { ...place, path, input });
    if (!walked.ok) {
      const notReached = node.phases.slice(index + 1).flatMap((later) => later.patterns);
      place.tally.countUnreached(leafCount(...notReached));
      yield* rollBack(walker, node, walked, effects);
      return walked.failure;
    }
    if (walked.effect) effects.push(walked.effect);
    input = walked.output;
    scores = addScores(scores, walked.scores);
  }
  return succeeded(input, sequence(effects), scores);
}

function* rollBack(
  walker: Walker,
  node: MetaNode,
  walked: Extract<PhaseResult, { ok: false }>,
  before: readonly Effect[],
): Walk<void> {
  // What stops the whole run undoes all of it; the setting is about phases that fail.
  const rollback = walked.failure.stopped ? "all" : node.rollback;
  const keep = (effect: Effect | undefined): void => void walker.aftermath.kept.push(...pathsOf(effect));
  if (rollback === "none") keep(walked.effect);
  else yield* undo(walker, walked.effect);
  if (rollback === "all") yield* undo(walker, sequence(before));
  else for (const effect of before) keep(effect);
}

function* walkPhase(walker: Walker, phase: PhaseNode, place: Place): Walk<PhaseResult> {
  const { path } = place;
  const startedAt = walker.now;
  const tally = new Tally(place.tally);
  walker.journal.note({ kind: "phase-started", path });
  const walked = yield* walkPatterns(walker, phase, { ...place, tally });
  const durationMs = walker.now - startedAt;
  const result = walked.ok ? yield* measure(walker, phase, place, walked, tally, durationMs) : walked;
  const { pattern } = walker.journal.run;
  walker.journal.note({ kind: "phase-ended", pattern, path, ok: result.ok, durationMs });
  return result;
}

/** Each pattern gets the phase's input; the output is keyed by pattern. */
function* walkPatterns(walker: Walker, phase: PhaseNode, place: Place): Walk<PhaseResult> {
  const pathOf = (pattern: PatternNode): Path => join(place.path, segment(pattern.name));
  if (phase.coordination === "parallel") {
    const { patterns } = phase;
    const at = (index: number): PatternNode => {
      const pattern = patterns[index];
      if (!pattern) throw new RangeError(`there is no pattern ${index} in '${place.path}'`);
      return pattern;
    };
    const walked = yield* walkBranches(walker, place, {
      count: patterns.length,
      concurrencyMax: undefined,
      tolerate: undefined,
      resources: phase.resources,
      weight: () => 1,
      leaves: (index) => leafCount(at(index)),
      name: (index) => at(index).name,
      path: (index) => pathOf(at(index)),
      node: at,
      needs: NO_NEEDS,
      walk: (index, scope) =>
        walker.walkNode(walker, at(index), { ...place, scope, path: pathOf(at(index)) }),
    });
    if (!walked.ok) return { ok: false, failure: walked, effect: undefined };
    const { results, effect } = walked;
    return { ok: true, output: keyed(patterns, results), effect, scores: scoresOf(results) };
  }
  const results: Result[] = [];
  const effects: Effect[] = [];
  let { context } = place;
  for (const [index, pattern] of phase.patterns.entries()) {
    const result = yield* walker.walkNode(walker, pattern, { ...place, path: pathOf(pattern), context });
    if (!result.ok) {
      place.tally.countUnreached(leafCount(...phase.patterns.slice(index + 1)));
      return { ok: false, failure: result, effect: sequence(effects) };
    }
    if (result.effect) effects.push(result.effect);
    results.push(result);
    context = result.context ?? context;
  }
  const output = keyed(phase.patterns, results);
  return { ok: true, output, effect: sequence(effects), scores: scoresOf(results) };
}

function keyed(patterns: readonly PatternNode[], results: readonly Result[]): Reference {
  const entries: [string, Reference][] = [];
  patterns.forEach((pattern, index) => {
    const result = results[index];
    if (result?.ok) entries.push([pattern.name, result.output]);
  });
  return { of: "object", entries };
}

/** Holds the phase against its own limits. */
function* measure(
  walker: Walker,
  phase: PhaseNode,
  place: Place,
  walked: Extract<PhaseResult, { ok: true }>,
  tally: Tally,
  durationMs: number,
): Walk<PhaseResult> {
  const fall = (failure: Failed): PhaseResult => ({ ok: false, failure, effect: walked.effect });
  if (place.scope.stopped) return fall(stopped(place.scope.stopped, place.path));
  const errorRate = tally.attempts === 0 ? 0 : tally.attemptsFailed / tally.attempts;
  if (phase.errorRateMax !== undefined && errorRate > phase.errorRateMax) {
    return fall(failed(rolledBack(place.path, phase, "error rate", errorRate, phase.errorRateMax)));
  }
  if (phase.coverageMin !== undefined) {
    const coverage = yield* measureCoverage(walker, phase, place, walked.output, tally);
    if (!coverage.ok) return fall(coverage.failure);
    if (coverage.value < phase.coverageMin) {
      const message = `phase '${phase.name}' covered ${percent(coverage.value)}, less than ${percent(phase.coverageMin)}`;
      return fall(failed(stepError("coverage-too-low", message, place.path)));
    }
  }
  if (phase.slowdownMax !== undefined) {
    const usual = yield* ask(walker, place, "usual-ms", () => ({
      decision: walker.host.usualPhaseMs(walker.journal.run.pattern, place.path) ?? null,
    }));
    if (!usual.ok) return fall(usual.failure);
    const slowdown =
      typeof usual.decision === "number" && usual.decision > 0 ? durationMs / usual.decision - 1 : 0;
    if (slowdown > phase.slowdownMax) {
      return fall(failed(rolledBack(place.path, phase, "slowdown", slowdown, phase.slowdownMax)));
    }
  }
  return walked;
}

function* measureCoverage(
  walker: Walker,
  phase: PhaseNode,
  place: Place,
  output: Reference,
  tally: Tally,
): Walk<{ readonly ok: true; readonly value: number } | { readonly ok: false; readonly failure: Failed }> {
  const { coverage } = phase;
  if (!coverage) return { ok: true, value: tally.leaves === 0 ? 1 : tally.leavesCompleted / tally.leaves };
  const asked = yield* ask(walker, place, "coverage", () => {
    const measured = coverage(walker.journal.read(output) as { readonly [pattern: string]: unknown });
    if (typeof measured !== "number" || Number.isNaN(measured)) {
      const given = typeof measured === "number" ? "NaN" : describeRefused(measured);
      throw new TypeError(`coverage of phase '${phase.name}' gave ${given}, not a share`);
    }
    return { decision: measured };
  });
  return asked.ok ? { ok: true, value: Number(asked.decision) } : asked;
}

function rolledBack(path: Path, phase: PhaseNode, what: string, value: number, max: number): StepError {
  const message = `phase '${phase.name}' is rolled back: its ${what} is ${percent(value)}, above ${percent(max)}`;
  return stepError("rollback-triggered", message, path);
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}
