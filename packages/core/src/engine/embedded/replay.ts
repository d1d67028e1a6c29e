/**
 * What a walk is told before its run goes live: the completions in the run's log, then, in a fork that is walked for the
 * first time, what it takes over of the other run. Also what of that run was edited, which holds ever after.
 *
 * Invariants: (R1) completions are told in the order of the log, each once; (R2) what is taken over is on disk as a
 * whole or not at all: a walk that is repeated finds it in its own log; (R3) once the replay is over it tells nothing.
 */
import type { Fact, Fork } from "../../delegation/event.ts";
import type { Path } from "../../delegation/path.ts";
import type { PayloadId, Reference } from "../../delegation/reference.ts";
import type { Completion } from "../engine.ts";
import { findDivergence, findUnfinished, type OpenCommands } from "./divergence.ts";
import type { Kept, Result } from "./kept.ts";
import type { RunMemory } from "./run-memory.ts";

export class Replay {
  readonly #memory: RunMemory;
  readonly #fork: Fork | undefined;
  readonly #readKept: (() => Kept) | undefined;
  #keptRead: Kept | undefined;
  /** The last of the completions in the log that was taken over; -1: none was. */
  #lastCopied: number | undefined;
  /** How many completions of the log the walk was told. */
  #told = 0;
  #isOver = false;

  /** @param readKept reads what is there to take over, if anything is */
  constructor(memory: RunMemory, fork: Fork | undefined, readKept: (() => Kept) | undefined) {
    this.#memory = memory;
    this.#fork = fork;
    this.#readKept = readKept;
  }

  /** The run is live. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** The next completion in the log. */
  next(): Completion | undefined {
    const completion = this.#memory.completions[this.#told];
    if (completion) this.#told++;
    return completion;
  }

  /** Whether the run is a fork that is walked for the first time, and has not executed anything. */
  get isFirstOfFork(): boolean {
    return !this.#isOver && this.#readKept !== undefined && this.#memory.completions.length === 0;
  }

  /** The next result to take over for which the walk asks. */
  takeOver(asksFor: (path: Path) => boolean): Fact | undefined {
    return this.#kept?.take(asksFor);
  }

  /** Where log and walk part at what comes next; undefined where they agree. */
  divergence(walk: OpenCommands): string | undefined {
    return this.#isOver ? undefined : findDivergence(this.#memory, this.#told, walk);
  }

  /** What the log has beyond the point at which the walk ended; undefined where there is nothing. */
  unfinished(walk: OpenCommands): string | undefined {
    return this.#isOver ? undefined : findUnfinished(this.#memory, this.#told, walk);
  }

  /** Whether what happens in the walk now has happened in the other run. */
  get isTakingOver(): boolean {
    if (this.#isOver || !this.#readKept) return false;
    const { completions } = this.#memory;
    if (completions.length > 0)
      return this.#told <= (this.#lastCopied ??= completions.findLastIndex((it) => it.copied));
    return this.#kept !== undefined && this.#kept.size > 0;
  }

  /** What the other run has for `path`, as long as the walk is about what is taken over. */
  takenOverAt(path: Path): Result | undefined {
    return this.isTakingOver ? this.#kept?.at(path) : undefined;
  }

  /** The run from which the child at `path` goes on, where it is started by the same plan. */
  childAt(path: Path, plan: PayloadId): string | undefined {
    return this.#kept?.childAt(path, plan);
  }

  /** The input that the step at `path` is given instead of its own. */
  editedInput(path: Path): Reference | undefined {
    const { from, input } = this.#fork ?? {};
    return input !== undefined && from === path ? { of: "payload", id: input } : undefined;
  }

  /** The output that the step at `path` has without being executed. */
  editedOutput(path: Path): PayloadId | undefined {
    return this.#fork?.from === path ? this.#fork.output : undefined;
  }

  /** From now on the run executes, and what it was told need not be kept. */
  end(): void {
    this.#isOver = true;
    this.#memory.completions.length = 0;
    this.#keptRead?.end();
  }

  get #kept(): Kept | undefined {
    return (this.#keptRead ??= this.#readKept?.());
  }
}
