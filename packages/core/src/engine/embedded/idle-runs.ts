/**
 * Runs that wait for time or people: for a while they stay in memory, then they are on disk only (E16), until their
 * timer or somebody wakes them.
 *
 * Invariant: of a run that is dropped everything is on disk, and its earliest timer is set.
 */
import type { CancelTimer, Clock } from "../../clock.ts";
import type { RunKey } from "../store.ts";
import { PassingMap } from "./passing-map.ts";
import type { RunTask } from "./run-task.ts";

/** A run that waits for time or people only is dropped from memory after so long. */
export const IDLE_MS = 2_000;
/**
 * So many may wait in memory for that long. Beyond them the half that waits longest is dropped at once, while the garbage
 * collector still takes it for young.
 */
const IDLE_RUNS_MAX = 256;

export interface IdleRunsHost {
  readonly clock: Clock;
  /** Calls `go` when nothing of the run is only in memory. */
  onceOnDisk(task: RunTask, go: () => void): void;
  /** Whether somebody will make the run in memory go on. */
  isAwaited(task: RunTask): boolean;
  /** Nothing of the run is to be in memory any more. */
  forget(task: RunTask): void;
  /** Brings a dropped run back into memory. */
  wake(key: RunKey): void;
}

/** A class, because it leads to a run's memory (docs/algorithms/memory-of-a-run.md). */
class Idle {
  readonly task: RunTask;
  /** By the clock that only goes on: however the time of day is set, nobody stays longer. */
  since: number;

  constructor(task: RunTask, since: number) {
    this.task = task;
    this.since = since;
  }
}

export class IdleRuns {
  readonly #host: IdleRunsHost;
  /** In memory, with when they began to wait. */
  readonly #idle = new PassingMap<RunKey, Idle>();
  #idleMax = IDLE_RUNS_MAX;
  /** Timers that wake dropped runs; of those that wait for people, memory knows nothing at all. */
  readonly #dropped = new Map<RunKey, CancelTimer>();
  /** Those among the dropped whose attempts were held back, with the agents of these. */
  readonly #heldBack = new Map<RunKey, readonly string[]>();
  #cancelSweep: CancelTimer | undefined;
  #closed = false;

  constructor(host: IdleRunsHost) {
    this.#host = host;
  }

  /** The run's walk awaits something that would not be lost with the memory. */
  add(task: RunTask): void {
    this.#idle.set(task.run.key, new Idle(task, this.#host.clock.monotonic()));
    if (this.#idle.size > this.#idleMax) this.#dropLongest();
    this.#sweepLater();
  }

  /** Somebody wants something of the run: he may soon want more. */
  touch(task: RunTask): void {
    const idle = this.#idle.get(task.run.key);
    if (idle) idle.since = this.#host.clock.monotonic();
  }

  /** The run is not in memory any more, for whatever reason. */
  remove(task: RunTask): void {
    this.#idle.delete(task.run.key);
  }

  /** A dropped run is back in memory. */
  woken(key: RunKey): void {
    this.#dropped.get(key)?.();
    this.#dropped.delete(key);
    this.#heldBack.delete(key);
  }

  /** @param agent only those of which an attempt by this agent was held back @param countMax of them, the first ones */
  takeHeldBack(agent: string | undefined, countMax: number): readonly RunKey[] {
    const keys: RunKey[] = [];
    for (const [key, agents] of this.#heldBack) {
      if (keys.length >= countMax) break;
      if (agent === undefined || agents.includes(agent)) keys.push(key);
    }
    for (const key of keys) this.#heldBack.delete(key);
    return keys;
  }

  close(): void {
    this.#closed = true;
    this.#cancelSweep?.();
    for (const cancel of this.#dropped.values()) cancel();
  }

  #sweepLater(): void {
    if (this.#cancelSweep || this.#closed) return;
    const sweep = (): void => {
      this.#cancelSweep = undefined;
      this.#sweep();
    };
    this.#cancelSweep = this.#host.clock.timer(IDLE_MS, sweep, { keepAlive: false });
  }

  /** Drops the runs that have waited long enough. */
  #sweep(): void {
    const before = this.#host.clock.monotonic() - IDLE_MS;
    for (const { task, since } of this.#idle.values()) if (since <= before) this.#dropSoon(task);
    if (this.#idle.size > 0) this.#sweepLater();
  }

  /** Drops half of those that wait, without those that soon go on by themselves. */
  #dropLongest(): void {
    const soon = this.#host.clock.now() + IDLE_MS;
    for (const { task } of this.#idle.values()) {
      if (this.#idle.size <= IDLE_RUNS_MAX / 2) break;
      if (task.droppable && (task.wakesAt ?? Infinity) > soon) this.#dropSoon(task);
    }
    // Where most go on soon, looking through them each time would be in vain.
    this.#idleMax = Math.max(IDLE_RUNS_MAX, 2 * this.#idle.size);
  }

  #dropSoon(task: RunTask): void {
    this.#idle.delete(task.run.key);
    if (task.droppable && !task.detached) this.#host.onceOnDisk(task, () => this.#drop(task));
  }

  #drop(task: RunTask): void {
    // Something may have come of it since; then it is told of again when it waits again.
    if (!task.droppable || task.detached || this.#closed || this.#host.isAwaited(task)) return;
    const { clock } = this.#host;
    const { key } = task.run;
    const { wakesAt, heldBackAgents } = task;
    if (heldBackAgents.length > 0) this.#heldBack.set(key, heldBackAgents);
    task.detach("the run waits");
    this.#host.forget(task);
    if (wakesAt === undefined) return;
    const wake = (): void => this.#host.wake(key);
    this.#dropped.set(key, clock.timer(wakesAt - clock.now(), wake));
  }
}
