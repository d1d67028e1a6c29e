/**
 * Branches that go on side by side: which one starts when, how many may fail, when enough have succeeded, and what is
 * undone when not.
 */
import type { StepError } from "../../delegation/outcome.ts";
import type { Tolerance } from "../../delegation/pattern.ts";
import type { Path } from "../../delegation/path.ts";
import { Mailbox, type Walk } from "./fiber.ts";
import {
  failed,
  stepError,
  stopped,
  type BranchEffect,
  type Effect,
  type Failed,
  type Needs,
  type Result,
} from "./result.ts";
import { Scope } from "./scope.ts";
import { undo } from "./undo.ts";
import type { Place, Walker } from "./walker.ts";

export interface Branches {
  readonly count: number;
  readonly concurrencyMax: number | undefined;
  readonly tolerate: Tolerance | undefined;
  /** How many items the branch stands for; 1 but for batches. */
  weight(index: number): number;
  /** How many leaf steps the branch has, were it to be walked. */
  leaves(index: number): number;
  name(index: number): string;
  path(index: number): Path;
  /** Names of the branches that must have succeeded before. */
  readonly needs: Needs;
  walk(index: number, scope: Scope): Walk<Result>;
}

export type BranchesResult =
  | { readonly ok: true; readonly results: readonly Result[]; readonly effect: Effect | undefined }
  | Failed;

interface Ended {
  readonly index: number;
  readonly result: Result;
}

/** Walks all branches, as far as tolerance and the scope allow. */
export function* walkBranches(walker: Walker, place: Place, branches: Branches): Walk<BranchesResult> {
  const progress = new Progress(branches, place.path);
  const scope = new Scope(place.scope);
  const mailbox = new Mailbox<Ended>();
  let running = 0;
  if (progress.failure) scope.stop({ kind: "sibling-failed", path: place.path });
  for (;;) {
    while (running < (branches.concurrencyMax ?? Infinity) && !scope.stopped) {
      const index = progress.takeStartable();
      if (index === undefined) break;
      running++;
      walker.fibers.spawn(branches.walk(index, scope), (result) => mailbox.put({ index, result }));
    }
    if (running === 0) break;
    const ended = yield* mailbox.take();
    running--;
    progress.end(ended.index, ended.result, scope.stopped !== undefined);
    const { failure } = progress;
    if (failure) scope.stop({ kind: "sibling-failed", path: failure.error.path });
    else if (progress.enough) scope.stop({ kind: "quorum-reached" });
  }
  scope.close();
  return yield* conclude(walker, place, branches, progress);
}

function* conclude(
  walker: Walker,
  place: Place,
  branches: Branches,
  progress: Progress,
): Walk<BranchesResult> {
  const cause = place.scope.stopped;
  const { failure } = progress;
  place.tally.countUnreached(progress.leavesNotStarted());
  const failedWhole = failure !== undefined || cause !== undefined;
  yield* undo(
    walker,
    progress.effect((index) => failedWhole || progress.isSurplus(index)),
  );
  if (failure) return failed(progress.explain(failure));
  if (cause) return stopped(cause, place.path);
  const { undoFailure } = walker;
  if (undoFailure)
    walker.undoFailure = {
      ...undoFailure,
      error: progress.errorAround(undoFailure.path) ?? undoFailure.error,
    };
  const results = Array.from({ length: branches.count }, (_, index) => progress.resultOf(index));
  return { ok: true, results, effect: progress.effect((index) => !progress.isSurplus(index)) };
}

/** What has started and ended so far. */
class Progress {
  readonly #branches: Branches;
  readonly #results = new Map<number, Result>();
  readonly #path: Path;
  readonly #surplus = new Set<number>();
  readonly #waiting: Set<number> | undefined;
  readonly #succeeded = new Set<string>();
  readonly #lost = new Set<string>();
  readonly #items: number;
  #next = 0;
  #failures = 0;
  /** Leaves of branches that can't start, since one they needed failed. */
  #leavesLost = 0;
  #successes = 0;
  /** The failure that was one too many. */
  failure: Failed | undefined;

  constructor(branches: Branches, path: Path) {
    this.#branches = branches;
    this.#path = path;
    this.#items = sum(branches.count, branches.weight);
    if (branches.needs.size > 0) {
      this.#waiting = new Set(Array.from({ length: branches.count }, (_, index) => index));
    }
    if (this.#failuresMax() < 0) this.failure = failed(this.#quorumError());
  }

  /** Enough branches succeeded; the rest is not needed. */
  get enough(): boolean {
    const tolerate = this.#branches.tolerate;
    return tolerate !== undefined && "quorum" in tolerate && this.#successes >= tolerate.quorum;
  }

  takeStartable(): number | undefined {
    if (!this.#waiting) return this.#next < this.#branches.count ? this.#next++ : undefined;
    for (const index of this.#waiting) {
      const needs = this.#branches.needs.get(this.#branches.name(index)) ?? [];
      if (!needs.every((name) => this.#succeeded.has(name))) continue;
      this.#waiting.delete(index);
      return index;
    }
    return undefined;
  }

  end(index: number, result: Result, afterStop: boolean): void {
    this.#results.set(index, result);
    const name = this.#branches.name(index);
    if (result.ok) {
      if (afterStop) this.#surplus.add(index);
      this.#succeeded.add(name);
      this.#successes += this.#branches.weight(index);
      return;
    }
    if (result.stopped) return;
    this.#fail(index, result);
    this.#failDependents(name, result);
  }

  /** A branch that finished although it was not needed any more. */
  isSurplus(index: number): boolean {
    return this.#surplus.has(index);
  }

  resultOf(index: number): Result {
    const result = this.#results.get(index);
    const path = this.#branches.path(index);
    if (!result || this.#surplus.has(index)) return stopped({ kind: "quorum-reached" }, path);
    return result;
  }

  effect(include: (index: number) => boolean): Effect | undefined {
    const { needs } = this.#branches;
    const parts: BranchEffect[] = [];
    let effects = 0;
    for (const [index, result] of this.#results) {
      if (!result.ok || !include(index)) continue;
      if (result.effect) effects++;
      // Without an effect of its own it still stands between those that needed it and those it needed.
      if (result.effect || needs.size > 0)
        parts.push({ name: this.#branches.name(index), effect: result.effect });
    }
    return effects === 0 ? undefined : { kind: "branches", parts, needs };
  }

  /** Leaf steps of the branches that never started. */
  leavesNotStarted(): number {
    let count = this.#leavesLost;
    for (const index of this.#waiting ?? []) count += this.#branches.leaves(index);
    if (this.#waiting) return count;
    for (let index = this.#next; index < this.#branches.count; index++) count += this.#branches.leaves(index);
    return count;
  }

  /** Why the branch around `path` failed, if it did so by itself. */
  errorAround(path: Path): StepError | undefined {
    for (const [index, result] of this.#results) {
      const branch = this.#branches.path(index);
      if (!result.ok && !result.stopped && (path === branch || path.startsWith(`${branch}/`)))
        return result.error;
    }
    return undefined;
  }

  /** The error of the whole: the branch's own where none may fail. */
  explain(failure: Failed): StepError {
    if (!this.#branches.tolerate || this.#failures === 0) return failure.error;
    const message = `${this.#failures} of ${this.#items} failed; at most ${this.#failuresMax()} may`;
    return stepError("too-many-failures", message, this.#path, { cause: failure.error });
  }

  #fail(index: number, failure: Failed): void {
    this.#failures += this.#branches.weight(index);
    if (this.#failures > this.#failuresMax()) this.failure ??= failure;
  }

  /** Branches that needed the failed one can't start, and count as failed. */
  #failDependents(name: string, cause: Failed): void {
    if (!this.#waiting) return;
    this.#lost.add(name);
    for (const index of this.#waiting) {
      const dependent = this.#branches.name(index);
      if (!this.#branches.needs.get(dependent)?.some((needed) => this.#lost.has(needed))) continue;
      this.#waiting.delete(index);
      const message = `'${dependent}' needs '${name}', which failed`;
      const failure = failed(
        stepError("need-failed", message, this.#branches.path(index), { cause: cause.error }),
      );
      this.#results.set(index, failure);
      this.#leavesLost += this.#branches.leaves(index);
      this.#fail(index, failure);
      this.#failDependents(dependent, failure);
    }
  }

  #failuresMax(): number {
    const tolerate = this.#branches.tolerate;
    if (!tolerate) return 0;
    if ("failures" in tolerate) return tolerate.failures;
    if ("quorum" in tolerate) return this.#items - tolerate.quorum;
    // The product is off by a rounding of binary fractions (0.29 × 100 is 28.999…); twelve digits are free of it.
    return Math.floor(Number((tolerate.failureRate * this.#items).toPrecision(12)));
  }

  #quorumError(): StepError {
    const { tolerate } = this.#branches;
    const quorum = tolerate && "quorum" in tolerate ? tolerate.quorum : 0;
    const message = `a quorum of ${quorum} can't be reached: there are only ${this.#items}`;
    return stepError("too-many-failures", message, this.#path);
  }
}

function sum(count: number, weight: (index: number) => number): number {
  let total = 0;
  for (let index = 0; index < count; index++) total += weight(index);
  return total;
}
