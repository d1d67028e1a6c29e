/** Who waits for the end of a run or for the next commit. */
import type { Event, StoredOutcome } from "../../delegation/event.ts";

/** Undefined where the end was seen in the store and not as an event. */
type Ended = (outcome: StoredOutcome | undefined) => void;

export class Waiters {
  readonly #ends = new Map<string, Ended[]>();
  readonly #commits = new Set<() => void>();

  /** Resolves when the run's end is committed. */
  ended(run: string): Promise<StoredOutcome | undefined> {
    return new Promise((resolve) => {
      const waiting = this.#ends.get(run);
      if (waiting) waiting.push(resolve);
      else this.#ends.set(run, [resolve]);
    });
  }

  nextCommit(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        this.#commits.delete(settle);
        signal?.removeEventListener("abort", settle);
        resolve();
      };
      this.#commits.add(settle);
      signal?.addEventListener("abort", settle);
    });
  }

  committed(events: readonly Event[]): void {
    if (this.#ends.size > 0) {
      for (const event of events) if (event.kind === "run-ended") this.#end(event.run, event.outcome);
    }
    this.#wakeReaders();
  }

  /** Asks of every awaited run whether it has ended; for logs that another process writes. */
  poll(hasEnded: (run: string) => boolean): void {
    for (const run of this.#ends.keys()) if (hasEnded(run)) this.#end(run, undefined);
    this.#wakeReaders();
  }

  close(): void {
    this.#ends.clear();
    this.#wakeReaders();
  }

  #wakeReaders(): void {
    for (const settle of this.#commits) settle();
  }

  #end(run: string, outcome: StoredOutcome | undefined): void {
    const waiting = this.#ends.get(run);
    if (!waiting) return;
    this.#ends.delete(run);
    for (const resolve of waiting) resolve(outcome);
  }
}
