/**
 * The rows of the queue for which a time matters: what is delayed until then enters its lane, and what waits beyond its
 * deadline begins, in order to end. They lie on disk; in memory is the time of the first.
 *
 * Invariant: (D1) a row enters, or expires, once, whatever else happens to it until that is on disk.
 */
import type { CancelTimer, Clock } from "../../clock.ts";
import type { QueueRow, RunKey, Store } from "../store.ts";
import type { Committer } from "./committer.ts";

const PAGE_ROWS = 100;

export interface DueRowsHost {
  readonly store: Store;
  readonly clock: Clock;
  readonly committer: Committer;
  /** Whether the row is on its way out: its run begins, or was cancelled. */
  isLeaving(runKey: RunKey): boolean;
  /** The time has come before which the row's run did not want to begin. */
  enter(row: QueueRow, notBefore: number): void;
  /** The row has waited beyond its deadline. */
  expire(row: QueueRow): void;
}

export class DueRows {
  readonly #host: DueRowsHost;
  /** Those that enter, while the log still has them delayed. */
  readonly #entering = new Set<RunKey>();
  #cancelTimer: CancelTimer | undefined;
  /** When the first is due. */
  #firstAt = Infinity;
  #isOpen = false;

  constructor(host: DueRowsHost) {
    this.#host = host;
  }

  open(): void {
    this.#isOpen = true;
    this.#arm();
  }

  close(): void {
    this.#isOpen = false;
    this.#cancelTimer?.();
  }

  /** The row is written with the next commit. */
  put(row: QueueRow): void {
    if (dueAt(row) < this.#firstAt) this.#host.committer.afterCommit(() => this.#arm());
  }

  #arm(): void {
    this.#cancelTimer?.();
    const { store, clock } = this.#host;
    const first = this.#isOpen ? store.queueDue(1)[0] : undefined;
    this.#firstAt = first ? dueAt(first) : Infinity;
    if (this.#firstAt === Infinity) return;
    this.#cancelTimer = clock.timer(this.#firstAt - clock.now(), () => this.#take());
  }

  #take(): void {
    const { store, clock, committer } = this.#host;
    const now = clock.now();
    for (const row of store.queueDue(PAGE_ROWS)) {
      if (dueAt(row) > now) break;
      const { runKey, notBefore } = row;
      if (this.#host.isLeaving(runKey) || this.#entering.has(runKey)) continue;
      if (notBefore === undefined) {
        this.#host.expire(row);
        continue;
      }
      this.#entering.add(runKey);
      committer.afterCommit(() => this.#entering.delete(runKey));
      this.#host.enter(row, notBefore);
    }
    this.#firstAt = Infinity;
    committer.afterCommit(() => this.#arm());
  }
}

/** The deadline of what is delayed comes to matter when it has entered. */
function dueAt({ notBefore, deadline }: QueueRow): number {
  return notBefore ?? deadline ?? Infinity;
}
