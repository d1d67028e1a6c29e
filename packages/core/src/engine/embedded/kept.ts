/**
 * What a forked run takes over of another run: results that were neither undone nor are to be made anew.
 *
 * They are handed out in the order in which they came about there, as the new walk asks for them. Whatever it can reach
 * by these results alone is taken over; from there on it executes, so that nothing is taken over that came of a step
 * which is made anew. What happened before the step at `from` began is taken over as it was, failures and undos too.
 *
 * Invariant: it depends on nothing but the log, so that it is the same whenever the run is read again.
 */
import type { Event, Fact, Fork } from "../../delegation/event.ts";
import type { StepError } from "../../delegation/outcome.ts";
import { innerPath, isUndo, stepOfTry, type Path } from "../../delegation/path.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import type { Completion } from "../engine.ts";
import type { RunRow, Store } from "../store.ts";
import { isCompletion } from "./run-memory.ts";

const PAGE_EVENTS = 1_000;
/** Said by a node of what is inside it, which all has to be made anew for it to fare better. */
const ABOUT_INSIDE: ReadonlySet<string> = new Set([
  "repeat-exhausted",
  "coverage-too-low",
  "rollback-triggered",
  "output-invalid",
]);

/** How the path of a question about a level ends. */
const LEVEL_ASKED = `/${innerPath("", "level")}`;

/** A completion that is about a step. */
export type Result = Extract<Completion, { readonly path: Path }>;

/** A child run that did not complete, or was undone. */
interface Child {
  readonly run: string;
  /** Where the plan is kept that it was started by. */
  readonly plan: PayloadId | undefined;
}

export class Kept {
  /** In the order of the source. */
  readonly #inOrder: readonly Result[];
  readonly #results: ReadonlyMap<Path, Result>;
  readonly #left: Set<Path>;
  readonly #children: ReadonlyMap<Path, Child>;
  /** All before it were handed out. */
  #first = 0;

  constructor(results: ReadonlyMap<Path, Result>, children: ReadonlyMap<Path, Child>) {
    this.#results = results;
    this.#inOrder = Array.from(results.values()).toSorted((left, right) => left.position - right.position);
    this.#left = new Set(results.keys());
    this.#children = children;
  }

  get size(): number {
    return this.#left.size;
  }

  /** Whether it was handed out or not. */
  at(path: Path): Result | undefined {
    return this.#results.get(path);
  }

  /** Hands out the earliest result for which the walk asks. */
  take(asksFor: (path: Path) => boolean): Fact | undefined {
    for (let index = this.#first; index < this.#inOrder.length; index++) {
      const result = this.#inOrder[index];
      const isLeft = result !== undefined && this.#left.has(result.path);
      if (isLeft && asksFor(result.path)) {
        this.#left.delete(result.path);
        return factOf(result);
      }
      if (!isLeft && index === this.#first) this.#first++;
    }
    return undefined;
  }

  /** The run from which the child at `path` goes on, where it is started by the same plan. */
  childAt(path: Path, plan: PayloadId): string | undefined {
    const child = this.#children.get(path);
    return child?.plan === plan ? child.run : undefined;
  }

  /** From now on the run executes. */
  end(): void {
    this.#left.clear();
    this.#first = this.#inOrder.length;
  }
}

/** Reads what `fork` takes over from `source`. */
export function readKept(store: Store, source: RunRow, fork: Fork): Kept {
  const reading = new Reading(fork);
  if (fork.from !== "") for (const run of storyOf(store, source)) read(store, run, fork.upTo, reading);
  reading.askAgain();
  return new Kept(reading.results, reading.children);
}

/** A run that undoes another one tells only what it undid; the other one tells the rest. */
function storyOf(store: Store, source: RunRow): readonly RunRow[] {
  const fork = source.origin?.forkedFrom;
  const undone = fork?.undoes ? store.runById(fork.run) : undefined;
  return undone ? [...storyOf(store, undone), source] : [source];
}

function read(store: Store, { key }: RunRow, upTo: number | undefined, reading: Reading): void {
  for (let seq = 0; ;) {
    const page = store.history(key, seq, PAGE_EVENTS);
    for (const event of page) if (event.seq <= (upTo ?? Infinity)) reading.see(event);
    seq = page.at(-1)?.seq ?? seq;
    if (page.length < PAGE_EVENTS || seq >= (upTo ?? Infinity)) return;
  }
}

class Reading {
  readonly results = new Map<Path, Result>();
  readonly children = new Map<Path, Child>();
  readonly #from: Path | undefined;
  /** By step, the failed tries of those that went on to another one. */
  readonly #failedTries = new Map<Path, Result[]>();
  /** Paths of degradation chains that a level has completed. */
  readonly #chains = new Set<Path>();
  /** The step at `from` has not begun yet. */
  #isBefore: boolean;

  constructor({ from }: Fork) {
    this.#from = from;
    this.#isBefore = from !== undefined;
  }

  see(event: Event): void {
    if (event.path !== undefined && this.#isFrom(event.path)) this.#isBefore = false;
    else if (event.kind === "run-ended") {
      if (event.outcome.status !== "completed" && "error" in event.outcome)
        this.#dropFailed(event.outcome.error);
    } else if (event.kind === "level-ended") {
      if (event.ok) this.#chains.add(chainOf(event.path));
    } else if (isResult(event)) this.#take(event);
  }

  /** Whether a level may run is asked anew where what came of passing it over did not complete. */
  askAgain(): void {
    if (this.#from !== undefined) return;
    for (const [path, { kind }] of this.results) {
      if (kind !== "value-recorded" || !path.endsWith(LEVEL_ASKED)) continue;
      if (!this.#chains.has(chainOf(path.slice(0, -LEVEL_ASKED.length)))) this.results.delete(path);
    }
  }

  #take(event: Result): void {
    const { path } = event;
    if (event.kind === "child-ended") this.#takeChild(event);
    else if (this.#isBefore) {
      if (isSuccess(event) || isLastWord(event)) this.results.set(path, event);
    } else if (!isUndo(path)) {
      if (isSuccess(event)) this.results.set(path, event);
    } else if (event.kind === "step-completed") this.#forget(stepOf(path));
  }

  #takeChild(event: Extract<Result, { readonly kind: "child-ended" }>): void {
    const { path, child, outcome } = event;
    if (this.#isBefore) {
      this.results.set(path, event);
      return;
    }
    if (outcome.status === "completed" && !isUndo(path)) {
      // So are the tries that came before: the step as a whole has completed.
      for (const each of [...(this.#failedTries.get(stepOfTry(path)) ?? []), event])
        this.results.set(each.path, each);
      return;
    }
    // It had nothing to undo, so that its result stands.
    if (isUndo(path) && outcome.status === "cancelled" && outcome.undone.length === 0) return;
    // Undone or failed, in part or whole: the next one takes over what is left of it.
    const step = isUndo(path) ? stepOf(path) : path;
    const tries = this.#failedTries.get(stepOfTry(step)) ?? [];
    for (const each of tries) this.#forget(each.path);
    this.#forget(step);
    if (!isUndo(path)) this.#failedTries.set(stepOfTry(step), [...tries, event]);
    const plan = this.results.get(innerPath(step, "plan"));
    this.children.set(step, { run: child, plan: plan?.kind === "value-recorded" ? plan.payload : undefined });
  }

  #forget(step: Path): void {
    this.results.delete(step);
    this.results.delete(`${step}/undo`);
  }

  /** What made the run fail is made anew: where a node said it of what is inside, all of that. */
  #dropFailed(error: StepError | undefined): void {
    if (this.#from !== undefined || !error) return;
    if (ABOUT_INSIDE.has(error.code)) {
      const isInside = isAtOrBelow(error.path);
      for (const path of this.results.keys()) if (isInside(path)) this.results.delete(path);
    }
    this.#dropFailed(error.cause);
  }

  #isFrom(path: Path): boolean {
    return this.#from !== undefined && isAtOrBelow(this.#from)(path);
  }
}

function isAtOrBelow(above: Path): (path: Path) => boolean {
  return (path) => above === "" || path === above || path.startsWith(`${above}/`);
}

function stepOf(undo: Path): Path {
  return undo.slice(0, -"/undo".length);
}

/** Of a level. */
function chainOf(level: Path): Path {
  return level.slice(0, Math.max(0, level.lastIndexOf("/")));
}

function isResult(event: Event): event is Result {
  return isCompletion(event) && event.kind !== "cancel-requested" && event.kind !== "attempt-lost";
}

function isSuccess(event: Result): boolean {
  if (event.kind === "timer-fired") return !isInner(event.path);
  return (
    event.kind === "step-completed" || event.kind === "value-recorded" || event.kind === "signal-received"
  );
}

/** Whether it decided how the step ended, though not well. */
function isLastWord(event: Result): boolean {
  if (event.kind === "attempt-failed") return event.retryInMs === undefined;
  if (event.kind === "timer-fired") return /\/!(deadline|timeout)$/.test(event.path);
  return event.kind === "value-failed";
}

/** Whether a path is one of the walk's own bookkeeping, such as a retry's backoff. */
function isInner(path: Path): boolean {
  return path.slice(path.lastIndexOf("/") + 1).startsWith("!");
}

function factOf(event: Result): Fact {
  const { version: _1, run: _2, seq: _3, position: _4, at: _5, ...fact } = event;
  return Object.assign(fact, { copied: true });
}
