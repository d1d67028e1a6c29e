/** What a node's walk gives: its output and what there is to undo, or why it failed. */
import type { AgentNode } from "../../delegation/agent.ts";
import type { StepError } from "../../delegation/outcome.ts";
import type { Path } from "../../delegation/path.ts";
import type { Reference } from "../../delegation/reference.ts";
import type { ErrorCode } from "../../errors.ts";
import { describeStop, type StopCause } from "./scope.ts";

export type Result = Succeeded | Failed;

export interface Succeeded {
  readonly ok: true;
  readonly output: Reference;
  readonly effect: Effect | undefined;
  /** Those that `verify` gave to the steps whose output went into this one; undefined: to none. */
  readonly scores: Scores | undefined;
  /** Of a degradation chain: the name of the level that gave the output. */
  readonly level?: string;
  /** For the siblings after it, where the node has changed it. */
  readonly context?: Reference;
}

/** Of steps: their sum, and how many. */
export interface Scores {
  readonly sum: number;
  readonly count: number;
}

/** A node that failed has undone its own subtree already. */
export interface Failed {
  readonly ok: false;
  readonly error: StepError;
  /** Set when the node did not fail by itself. */
  readonly stopped: StopCause | undefined;
}

/** What completed steps left behind, in the shape in which it is undone. */
export type Effect =
  | {
      readonly kind: "step";
      readonly node: AgentNode;
      readonly path: Path;
      readonly output: Reference;
      /** The context that the step saw. */
      readonly context: Reference | undefined;
    }
  /** A run of its own. */
  | { readonly kind: "child"; readonly path: Path; readonly child: string }
  /** Undone last first. */
  | { readonly kind: "sequence"; readonly parts: readonly Effect[] }
  /** Undone at once; a branch after those that needed it. */
  | {
      readonly kind: "branches";
      readonly parts: readonly BranchEffect[];
      readonly needs: Needs;
    };

/** Per branch the names of those that must have succeeded before. A map: a branch may be called `constructor`. */
export type Needs = ReadonlyMap<string, readonly string[]>;

export const NO_NEEDS: Needs = new Map();

export interface BranchEffect {
  readonly name: string;
  readonly effect: Effect | undefined;
}

export function succeeded(
  output: Reference,
  effect?: Effect,
  scores?: Scores,
  context?: Reference,
): Succeeded {
  return context ? { ok: true, output, effect, scores, context } : { ok: true, output, effect, scores };
}

export function failed(error: StepError): Failed {
  return { ok: false, error, stopped: undefined };
}

/** The node was stopped; `error` is the failure that came with it, if any. */
export function stopped(cause: StopCause, path: Path, error?: StepError): Failed {
  return {
    ok: false,
    stopped: cause,
    error: error ?? stepError("attempt-cancelled", describeStop(cause), path),
  };
}

/** An error Reeve itself states, without a stack. */
export function stepError(
  code: ErrorCode,
  message: string,
  path: Path,
  more: Partial<StepError> = {},
): StepError {
  return { name: "ReeveError", code, message, path, ...more };
}

/** Joins effects in order; undefined where there is nothing to undo. */
export function sequence(parts: readonly Effect[]): Effect | undefined {
  return parts.length > 1 ? { kind: "sequence", parts } : parts[0];
}

export function addScores(one: Scores | undefined, other: Scores | undefined): Scores | undefined {
  if (!one || !other) return one ?? other;
  return { sum: one.sum + other.sum, count: one.count + other.count };
}

/** The scores of several nodes together; those that failed, or are undone, have none. */
export function scoresOf(results: readonly Result[]): Scores | undefined {
  return results.reduce<Scores | undefined>(
    (total, result) => addScores(total, result.ok ? result.scores : undefined),
    undefined,
  );
}

export function meanOf(scores: Scores | undefined): number | undefined {
  return scores && Math.round((scores.sum / scores.count) * 1e4) / 1e4;
}

/** The steps of an effect that have an undo. */
export function pathsOf(effect: Effect | undefined): readonly Path[] {
  if (!effect) return [];
  switch (effect.kind) {
    case "step":
    case "child":
      return [effect.path];
    case "sequence":
      return effect.parts.flatMap(pathsOf);
    case "branches":
      return effect.parts.flatMap((part) => pathsOf(part.effect));
  }
}
