/**
 * Branches that go on side by side: which one starts when, how many may fail, when enough have succeeded, and what is
 * undone when not.
 */
import type { StepError } from "../../delegation/outcome.ts";
import type { PatternNode, PhaseResources, Tolerance } from "../../delegation/pattern.ts";
import { innerPath, type Path } from "../../delegation/path.ts";
import { ask } from "./ask.ts";
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
import { isTakenOver } from "./taken-over.ts";
import { undo } from "./undo.ts";
import type { Place, Walker } from "./walker.ts";

export interface Branches {
  readonly count: number;
  readonly concurrencyMax: number | undefined;
  readonly tolerate: Tolerance | undefined;
  /** No further branch starts while the machine is busier. */
  readonly resources: PhaseResources | undefined;
  /** How many items the branch stands for; 1 but for batches. */
  weight(index: number): number;
  /** How many leaf steps the branch has, were it to be walked. */
  leaves(index: number): number;
  name(index: number): string;
  path(index: number): Path;
  node(index: number): PatternNode;
  /** Names of the branches that must have succeeded before. */
  readonly needs: Needs;
  walk(index: number, scope: Scope): Walk<Result>;
}

export type BranchesResult =
  | { readonly ok: true; readonly results: readonly Result[]; readonly effect: Effect | undefined }
  | Failed;

/** A branch has ended; without a result, the machine has room for it and it begins. */
interface Told {
  readonly index: number;
  readonly result: Result | undefined;
}

/** Walks all branches, as far as tolerance and the scope allow. */
export function* walkBranches(walker: Walker, place: Place, branches: Branches): Walk<BranchesResult> {
  const progress = new Progress(branches, place.path);
  const scope = new Scope(place.scope);
  const mailbox = new Mailbox<Told>();
  let running = 0;
  /** A branch that waits for room on the machine; one at a time, so that each is asked about after the last began. */
  const held: { back: Scope | undefined } = { back: undefined };
  const isLimited = branches.concurrencyMax !== undefined || branches.resources !== undefined;
  const isWhole = (index: number): boolean =>
    isTakenOver(walker.journal, branches.node(index), branches.path(index));
  const walk = (index: number): Walk<Result> => {
    if (!branches.resources || running === 1 || isWhole(index)) return branches.walk(index, scope);
    const waiting = (held.back = new Scope(scope));
    const begins = (): void => mailbox.put({ index, result: undefined });
    return walkWithRoom(walker, place, branches, index, {
      scope,
      waiting,
      isOnly: () => running === 1,
      begins,
    });
  };
  if (progress.failure) scope.stop({ kind: "sibling-failed", path: place.path });
  const start = (index: number): void => {
    running++;
    walker.fibers.spawn(walk(index), (result) => mailbox.put({ index, result }));
  };
  for (;;) {
    // What is taken over from another run takes up no room, and need not wait behind what is made anew.
    if (isLimited && !scope.stopped) for (const index of progress.takeStartableIf(isWhole)) start(index);
    while (!held.back && running < (branches.concurrencyMax ?? Infinity) && !scope.stopped) {
      const index = progress.takeStartable();
      if (index === undefined) break;
      start(index);
    }
    if (running === 0) break;
    const { index, result } = yield* mailbox.take();
    if (!result) {
      held.back = undefined;
      continue;
    }
    running--;
    if (running === 1) held.back?.stop({ kind: "only-one-left" });
    progress.end(index, result, scope.stopped !== undefined);
    const { failure } = progress;
    if (failure) scope.stop({ kind: "sibling-failed", path: failure.error.path });
    else if (progress.enough) scope.stop({ kind: "quorum-reached" });
  }
  scope.close();
  return yield* conclude(walker, place, branches, progress);
}

/** One threshold for all that is measured. */
export function limitsOf(threshold: number | undefined): PhaseResources | undefined {
  return threshold === undefined ? undefined : { cpu: threshold, memory: threshold };
}

/** What a branch that may be held back needs of the others. */
interface Turn {
  readonly scope: Scope;
  /** Stopped when no other branch runs any more. */
  readonly waiting: Scope;
  isOnly(): boolean;
  /** The next branch may be asked about. */
  begins(): void;
}

/** Waits until the machine has room for the branch, or no other one runs. */
function* walkWithRoom(
  walker: Walker,
  place: Place,
  branches: Branches,
  index: number,
  turn: Turn,
): Walk<Result> {
  const { scope } = turn;
  const path = branches.path(index);
  const limits = branches.resources ?? { cpu: undefined, memory: undefined };
  const timer = innerPath(path, "room-wait");
  for (let heldBack = 0; !turn.isOnly() && !scope.stopped; heldBack++) {
    const room = yield* ask(walker, { ...place, scope, path }, "room", () => ({
      decision: walker.host.hasRoom(limits),
    }));
    if (!room.ok || room.decision === true) break;
    walker.journal.timer(timer, walker.now + walker.host.askAgainMs(heldBack));
    yield* walker.awaitFirst([timer], turn.waiting);
  }
  turn.waiting.close();
  turn.begins();
  return yield* branches.walk(index, scope);
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
  /** Those after `#next` that started before their turn. */
  readonly #early = new Set<number>();
  /** Whether those before it can start before their turn is known. */
  #seen = 0;
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
    if (this.#waiting) return this.#takeWaiting(() => true);
    while (this.#early.delete(this.#next)) this.#next++;
    return this.#next < this.#branches.count ? this.#next++ : undefined;
  }

  /** Each is looked at once, or, where it has needs, until it starts. */
  *takeStartableIf(fits: (index: number) => boolean): Generator<number, void> {
    if (!this.#waiting) {
      for (; this.#seen < this.#branches.count; this.#seen++) {
        if (this.#seen < this.#next || !fits(this.#seen)) continue;
        this.#early.add(this.#seen);
        yield this.#seen;
      }
      return;
    }
    for (;;) {
      const index = this.#takeWaiting(fits);
      if (index === undefined) return;
      yield index;
    }
  }

  #takeWaiting(fits: (index: number) => boolean): number | undefined {
    for (const index of this.#waiting ?? []) {
      const needs = this.#branches.needs.get(this.#branches.name(index)) ?? [];
      if (!needs.every((name) => this.#succeeded.has(name)) || !fits(index)) continue;
      this.#waiting?.delete(index);
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
    for (let index = this.#next; index < this.#branches.count; index++)
      if (!this.#early.has(index)) count += this.#branches.leaves(index);
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
