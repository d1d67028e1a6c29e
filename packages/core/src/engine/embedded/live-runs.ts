/**
 * Which runs are in memory: their start, recovery, parking, waking and end.
 *
 * Invariants: (N1) an unfinished run is in memory or parked with its wake-up set, never neither, while the engine
 * works; (N2) a run is in memory at most once; (N3) what ended is forgotten once its end is on disk.
 */
import type { CancelTimer, Clock } from "../../clock.ts";
import type { Reference } from "../../delegation/reference.ts";
import type { RunKey, RunRow, Store } from "../store.ts";
import type { Committer } from "./committer.ts";
import { emptyMemory, remember } from "./replay.ts";
import { RunTask, type TaskHost } from "./run-task.ts";

/** A run that waits for time or people only is dropped from memory after so long (E16). */
const IDLE_MS = 2_000;
const RECOVERY_PAGE_RUNS = 500;

export interface LiveRunsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly committer: Committer;
  readonly read: (reference: Reference) => unknown;
  /** Walks the run; called when it starts and whenever it is back in memory. */
  readonly interpret: (task: RunTask) => void;
}

export class LiveRuns implements TaskHost {
  readonly clock: Clock;
  readonly committer: Committer;
  readonly logId: string;
  readonly read: (reference: Reference) => unknown;
  readonly #store: Store;
  readonly #interpret: (task: RunTask) => void;
  readonly #tasks = new Map<RunKey, RunTask>();
  readonly #keys = new Map<string, RunKey>();
  /** Runs dropped from memory, with the timer that wakes them. */
  readonly #parked = new Map<RunKey, CancelTimer | undefined>();
  /** Runs that wait, with when they began to. */
  readonly #idle = new Map<RunTask, number>();
  #cancelSweep: CancelTimer | undefined;
  #attempts = 0;
  #settled: (() => void) | undefined;
  draining: boolean = false;

  constructor(options: LiveRunsOptions) {
    this.#store = options.store;
    this.clock = options.clock;
    this.committer = options.committer;
    this.logId = options.store.logId;
    this.read = options.read;
    this.#interpret = options.interpret;
  }

  /** The run's row as it is in memory, else on disk. */
  row(runId: string): RunRow | undefined {
    const key = this.#keys.get(runId);
    const task = key === undefined ? undefined : this.#tasks.get(key);
    return task?.run ?? this.#store.runById(runId);
  }

  has(key: RunKey): boolean {
    return this.#tasks.has(key);
  }

  /** Takes a run that has just started into memory; the caller walks or ends it. */
  begin(row: RunRow): RunTask {
    const task = new RunTask(this, row, emptyMemory());
    this.#hold(task);
    return task;
  }

  /** The run, back in memory if it was not; undefined when it has ended. */
  wake(row: RunRow): RunTask | undefined {
    const task = this.#tasks.get(row.key);
    if (!task) return row.state === "ended" ? undefined : this.#load(row);
    if (this.#idle.has(task)) this.#idle.set(task, this.clock.now());
    return task.run.state === "ended" ? undefined : task;
  }

  /** Walks every unfinished run again (E9). */
  async recover(): Promise<void> {
    let after: RunKey = 0;
    for (;;) {
      const page = this.#store.unfinished(after, RECOVERY_PAGE_RUNS);
      for (const row of page) if (!this.#tasks.has(row.key)) this.#load(row);
      after = page.at(-1)?.key ?? after;
      if (page.length < RECOVERY_PAGE_RUNS) return;
      // Lets the first runs begin, and commits, while the others are read.
      await this.committer.flushed();
    }
  }

  /** Lets running attempts end for `drainMs`, then stops them and waits until they have. */
  async stop(drainMs: number): Promise<void> {
    this.draining = true;
    this.#cancelSweep?.();
    if (this.#attempts > 0 && !this.committer.blocked) await this.#drained(drainMs);
    for (const task of this.#tasks.values()) task.detach("the runtime closes");
    for (const cancel of this.#parked.values()) cancel?.();
    if (this.#attempts > 0) await new Promise<void>((resolve) => (this.#settled = resolve));
  }

  attemptAnnounced(): void {
    this.#attempts++;
  }

  attemptSettled(): void {
    this.#attempts--;
    if (this.#attempts === 0) this.#settled?.();
  }

  waiting(task: RunTask): void {
    if (!task.droppable) return;
    this.#idle.set(task, this.clock.now());
    this.#sweepLater();
  }

  ended(task: RunTask): void {
    this.committer.afterCommit(() => this.#forget(task));
  }

  stranded(task: RunTask): void {
    this.committer.afterCommit(() => {
      task.detach("the run is stranded");
      this.#forget(task);
    });
  }

  /** Brings a run into memory and walks it again. */
  #load(row: RunRow): RunTask {
    const task = new RunTask(this, row, remember(this.#store, row.key));
    this.#parked.get(row.key)?.();
    this.#parked.delete(row.key);
    this.#hold(task);
    this.#interpret(task);
    return task;
  }

  #hold(task: RunTask): void {
    this.#tasks.set(task.run.key, task);
    this.#keys.set(task.run.id, task.run.key);
  }

  #forget(task: RunTask): void {
    this.#tasks.delete(task.run.key);
    this.#keys.delete(task.run.id);
    this.#idle.delete(task);
  }

  #sweepLater(): void {
    if (this.#cancelSweep || this.draining) return;
    const sweep = (): void => {
      this.#cancelSweep = undefined;
      this.#sweep();
    };
    this.#cancelSweep = this.clock.timer(IDLE_MS, sweep, { keepAlive: false });
  }

  /** Parks the runs that have waited long enough. */
  #sweep(): void {
    const before = this.clock.now() - IDLE_MS;
    for (const [task, since] of this.#idle) {
      if (since > before) continue;
      this.#idle.delete(task);
      // What it has written since may not be on disk; then it waits for the next sweep.
      if (!task.droppable || task.detached) continue;
      this.committer.afterCommit(() => this.#park(task));
    }
    if (this.#idle.size > 0) this.#sweepLater();
  }

  #park(task: RunTask): void {
    if (!task.droppable || task.detached || this.draining) return;
    const { key } = task.run;
    const { wakesAt } = task;
    task.detach("the run waits");
    this.#forget(task);
    const wake = (): void => {
      const row = this.#store.runByKey(key);
      if (row && !this.draining) this.#load(row);
    };
    const cancel = wakesAt === undefined ? undefined : this.clock.timer(wakesAt - this.clock.now(), wake);
    this.#parked.set(key, cancel);
  }

  /** Resolves when no attempt runs any more, or after `drainMs`. */
  #drained(drainMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.timer(drainMs, resolve);
      this.#settled = () => {
        cancel();
        resolve();
      };
    });
  }
}
