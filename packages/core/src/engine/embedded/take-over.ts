/**
 * What a forked run takes over of another one while it is walked for the first time, and what was edited in it.
 *
 * Invariant: what is taken over is on disk as a whole or not at all; a walk that is repeated finds it in its own log.
 */
import type { Fact, Fork } from "../../delegation/event.ts";
import type { Path } from "../../delegation/path.ts";
import type { PayloadId, Reference } from "../../delegation/reference.ts";
import type { Kept, Result } from "./kept.ts";
import type { RunMemory } from "./replay.ts";

export class TakeOver {
  readonly #fork: Fork | undefined;
  readonly #memory: RunMemory;
  readonly #readKept: (() => Kept) | undefined;
  #keptRead: Kept | undefined;
  /** The last of the completions in the log that was taken over; -1: none was. */
  #lastCopied: number | undefined;
  #ended = false;

  /** @param readKept reads what is there to take over, if anything is */
  constructor(fork: Fork | undefined, memory: RunMemory, readKept: (() => Kept) | undefined) {
    this.#fork = fork;
    this.#memory = memory;
    this.#readKept = readKept;
  }

  /** Whether the run is a fork that is walked for the first time, and has not executed anything. */
  get isNew(): boolean {
    return !this.#ended && this.#readKept !== undefined && this.#memory.completions.length === 0;
  }

  /** What the other run has for `path`, as long as the walk is about what is taken over. */
  at(path: Path, replayed: number): Result | undefined {
    return this.isOn(replayed) ? this.#kept?.at(path) : undefined;
  }

  /** The run from which the child at `path` goes on, where it is started by the same plan. */
  childAt(path: Path, plan: PayloadId): string | undefined {
    return this.#kept?.childAt(path, plan);
  }

  /** @param replayed how many completions of its own log the walk was given */
  isOn(replayed: number): boolean {
    if (this.#ended || !this.#readKept) return false;
    const { completions } = this.#memory;
    if (completions.length > 0)
      return replayed <= (this.#lastCopied ??= completions.findLastIndex((it) => it.copied));
    return this.#kept !== undefined && this.#kept.size > 0;
  }

  /** The next result for which the walk asks. */
  take(asksFor: (path: Path) => boolean): Fact | undefined {
    return this.#kept?.take(asksFor);
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

  /** From now on the run executes. */
  end(): void {
    this.#ended = true;
    this.#keptRead?.end();
  }

  get #kept(): Kept | undefined {
    return (this.#keptRead ??= this.#readKept?.());
  }
}
