/**
 * Which runs have the places that their limits ask for. A run that waits gives them back, and gets them again before it
 * goes on.
 *
 * Invariants: (P1) a run has its places at most once; (P2) a run that wants them again stays in memory until it has
 * them, since nothing else would make it go on.
 */
import type { RunKey } from "../store.ts";
import { PassingMap } from "./passing-map.ts";
import type { Queue } from "./queue.ts";
import type { RunTask } from "./run-task.ts";

export interface RunPlacesHost {
  readonly queue: Queue;
  /** False once the run has ended or was dropped. */
  isInMemory(task: RunTask): boolean;
  /** The run has its places again and went on, or had nothing to go on with any more. */
  returned(task: RunTask): void;
}

export class RunPlaces {
  readonly #host: RunPlacesHost;
  readonly #placed = new PassingMap<RunKey, RunTask>();
  /** Runs that want their places again, with all that is to go on then. */
  readonly #returning = new PassingMap<RunKey, (() => void)[]>();

  constructor(host: RunPlacesHost) {
    this.#host = host;
  }

  isReturning(task: RunTask): boolean {
    return this.#returning.has(task.run.key);
  }

  /** The queue gave the run its places. */
  took(task: RunTask): void {
    if (task.places.length > 0) this.#placed.set(task.run.key, task);
  }

  /** The run works: it takes up its places even if there is no room. */
  work(task: RunTask): void {
    if (task.places.length === 0 || this.#placed.has(task.run.key)) return;
    this.#host.queue.work(task.places);
    this.#placed.set(task.run.key, task);
  }

  leave(task: RunTask): void {
    if (this.#placed.delete(task.run.key)) this.#host.queue.leave(task.places);
  }

  /** Calls `go` when the run has its places: at once, or when there is room for them again. */
  whenPlaced(task: RunTask, go: () => void): void {
    const waiting = this.#returning.get(task.run.key);
    if (task.places.length === 0 || this.#placed.has(task.run.key)) go();
    else if (waiting) waiting.push(go);
    else {
      const all = [go];
      this.#returning.set(task.run.key, all);
      this.#host.queue.reenter(task.places, () => this.#returned(task, all));
    }
  }

  #returned(task: RunTask, all: readonly (() => void)[]): void {
    this.#returning.delete(task.run.key);
    // It ended meanwhile, or began to work without asking.
    if (!this.#host.isInMemory(task) || this.#placed.has(task.run.key)) this.#host.queue.leave(task.places);
    else this.#placed.set(task.run.key, task);
    for (const go of all) go();
    if (task.detached) this.leave(task);
    else this.#host.returned(task);
  }
}
