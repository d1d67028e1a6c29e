/**
 * One walk of one run: its fibers, what they wait for, and what the whole run adds up to.
 *
 * Owns the way from a command to the fiber that awaits its completion. Does not know the kinds of nodes.
 *
 * Invariant: between two completions the walk is a function of the completions so far, so that a repetition issues
 * the same commands; `now` is the time of the last completion, never the clock's.
 */
import assert from "node:assert/strict";
import type { StepError } from "../../delegation/outcome.ts";
import type { Path } from "../../delegation/path.ts";
import type { Pattern, PatternNode } from "../../delegation/pattern.ts";
import type { Preserved } from "../../delegation/preserved.ts";
import type { Reference } from "../../delegation/reference.ts";
import type { Completion, Journal } from "../../engine/engine.ts";
import { FewMap } from "../../few-map.ts";
import { Fibers, type Walk } from "./fiber.ts";
import { Outputs } from "./outputs.ts";
import type { Result } from "./result.ts";
import { describeStop, Scope } from "./scope.ts";
import type { WalkHost } from "./walk-host.ts";

/** Counts of what happened below a place, for the measures of a meta's phases. */
export class Tally {
  readonly #parent: Tally | undefined;
  leaves: number = 0;
  leavesCompleted: number = 0;
  attempts: number = 0;
  attemptsFailed: number = 0;

  constructor(parent?: Tally) {
    this.#parent = parent;
  }

  countLeaf(completed: boolean): void {
    this.leaves++;
    if (completed) this.leavesCompleted++;
    this.#parent?.countLeaf(completed);
  }

  /** Leaves of what ended before it got to them, or never started. */
  countUnreached(leaves: number): void {
    this.leaves += leaves;
    this.#parent?.countUnreached(leaves);
  }

  /** Adds what was counted elsewhere. */
  add(counts: Pick<Tally, "leaves" | "leavesCompleted" | "attempts" | "attemptsFailed">): void {
    this.leaves += counts.leaves;
    this.leavesCompleted += counts.leavesCompleted;
    this.attempts += counts.attempts;
    this.attemptsFailed += counts.attemptsFailed;
    this.#parent?.add(counts);
  }

  countAttempt(ok: boolean): void {
    this.attempts++;
    if (!ok) this.attemptsFailed++;
    this.#parent?.countAttempt(ok);
  }
}

/** Where in the pattern a node is walked. */
export interface Place {
  readonly path: Path;
  readonly scope: Scope;
  readonly tally: Tally;
  readonly input: Reference;
  /** The input of the pattern around the node. */
  readonly patternInput: Reference;
  /** The context in force; undefined: the run's own. */
  readonly context: Reference | undefined;
  /** What the patterns around the node say must survive. */
  readonly preserved: readonly Preserved[];
}

/** What the run leaves behind, in the order it happened. */
export interface AftermathLists {
  readonly undone: Path[];
  readonly notUndone: Path[];
  readonly unsure: Path[];
  readonly kept: Path[];
}

/** Walks a node of any kind. */
export type WalkNode = (walker: Walker, node: PatternNode, place: Place) => Walk<Result>;

export class Walker {
  /** How composite nodes walk what is inside them. */
  readonly walkNode: WalkNode;
  readonly journal: Journal;
  readonly host: WalkHost;
  readonly fibers: Fibers = new Fibers();
  readonly outputs: Outputs = new Outputs();
  #aftermath: AftermathLists | undefined;
  readonly root: Scope = new Scope();
  /** The first undo that failed for good, or the failure of the tolerated branch around it. */
  undoFailure: { readonly path: Path; readonly error: StepError } | undefined;
  /** Patterns that declare what must survive, and whether it did. */
  readonly preservation: Map<string, boolean> = new Map();
  readonly #waits = new FewMap<Path, (completion: Completion) => void>();
  now: number;

  constructor(journal: Journal, host: WalkHost, walkNode: WalkNode) {
    this.walkNode = walkNode;
    this.journal = journal;
    this.host = host;
    this.now = journal.beginsAt;
  }

  /** Made when it is asked for: most runs leave nothing behind. */
  get aftermath(): AftermathLists {
    return (this.#aftermath ??= { undone: [], notUndone: [], unsure: [], kept: [] });
  }

  /** Notes how the undo of the step at `path` ended; `error` is that of one that failed for good. */
  noteUndo(path: Path, error: StepError | undefined): void {
    this.aftermath[error ? "notUndone" : "undone"].push(path);
    if (error) this.undoFailure ??= { path, error };
  }

  /** What a pattern declares to preserve, beside what those around it do. */
  preserving({ name: pattern, preserve: keys }: Pattern, around: readonly Preserved[]): readonly Preserved[] {
    if (keys.length === 0) return around;
    if (!this.preservation.has(pattern)) this.preservation.set(pattern, true);
    return [...around, { pattern, keys }];
  }

  /** Hands a completion to the fiber that awaits it; one for a wait that was given up is nobody's. */
  take(completion: Completion): void {
    this.now = completion.at;
    if (completion.kind === "cancel-requested") {
      this.root.stop({ kind: "cancelled", reason: completion.reason });
      return;
    }
    if (
      (completion.kind === "attempt-failed" || completion.kind === "value-failed") &&
      completion.error.breach
    )
      this.preservation.set(completion.error.breach.pattern, false);
    this.#waits.get(completion.path)?.(completion);
  }

  /** Awaits an attempt or a child just commanded; stopping the scope aborts it, and it still completes. */
  *awaitCompletion(path: Path, scope: Scope): Walk<Completion> {
    let result: Completion | undefined;
    scope.enter(path, (cause) => this.journal.abort(path, describeStop(cause)));
    yield (wake) => {
      this.#waits.set(path, (completion) => {
        result = completion;
        wake();
      });
    };
    this.#waits.delete(path);
    scope.leave(path);
    assert(result, `what was commanded at '${path}' ended without a completion`);
    return result;
  }

  /**
   * Awaits the first of some commands just issued (timers, signals, records) and forgets the others; undefined when
   * the scope was stopped first.
   */
  *awaitFirst(paths: readonly Path[], scope: Scope): Walk<Completion | undefined> {
    if (scope.stopped) {
      for (const path of paths) this.journal.drop(path);
      return undefined;
    }
    let result: Completion | undefined;
    yield (wake) => {
      let woken = false;
      const settle = (completion: Completion | undefined): void => {
        if (woken) return;
        woken = true;
        result = completion;
        for (const path of paths) {
          this.#waits.delete(path);
          scope.leave(path);
          if (path !== completion?.path) this.journal.drop(path);
        }
        wake();
      };
      for (const path of paths) {
        this.#waits.set(path, settle);
        scope.enter(path, () => settle(undefined));
      }
    };
    return result;
  }

  /** Calls `fire` when the timer at `path` fires; the function returned forgets it. */
  onTimer(path: Path, dueAt: number, fire: () => void): () => void {
    const forget = (): void => {
      if (this.#waits.delete(path)) this.journal.drop(path);
    };
    this.journal.timer(path, dueAt);
    this.#waits.set(path, () => {
      this.#waits.delete(path);
      fire();
    });
    return forget;
  }
}
