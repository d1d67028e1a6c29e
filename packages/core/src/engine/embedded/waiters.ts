/**
 * Who waits for the end of a run or for the next commit. While anyone does, the process stays alive: the answer may
 * come from another process.
 */
import type { CancelTimer, Clock } from "../../clock.ts";
import type { Event, StoredOutcome } from "../../delegation/event.ts";
import { ReeveError } from "../../errors.ts";
import { PassingMap } from "./passing-map.ts";

class EndWaiter {
  /** Undefined where the end was seen in the store and not as an event. */
  readonly resolve: (outcome: StoredOutcome | undefined) => void;
  readonly reject: (error: Error) => void;
  /** Who waited for the same run before; mostly nobody, so that no list is needed. */
  readonly before: EndWaiter | undefined;

  constructor(resolve: EndWaiter["resolve"], reject: EndWaiter["reject"], before: EndWaiter | undefined) {
    this.resolve = resolve;
    this.reject = reject;
    this.before = before;
  }
}

export class Waiters {
  readonly #ends = new PassingMap<string, EndWaiter>();
  readonly #commits = new Set<() => void>();
  readonly #clock: Clock;
  #release: CancelTimer | undefined;
  #closed = false;
  #failure: Error | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Resolves when the run's end is committed; rejects when the engine closes before. */
  ended(run: string): Promise<StoredOutcome | undefined> {
    if (this.#failure) return Promise.reject(this.#failure);
    if (this.#closed) return Promise.reject(closedBefore(run));
    return new Promise((resolve, reject) => {
      this.#ends.set(run, new EndWaiter(resolve, reject, this.#ends.get(run)));
      this.#hold();
    });
  }

  /** Resolves at the next commit, or when `signal` aborts. */
  nextCommit(signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted || this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const settle = (): void => {
        this.#commits.delete(settle);
        signal?.removeEventListener("abort", settle);
        this.#releaseWhenIdle();
        resolve();
      };
      this.#commits.add(settle);
      this.#hold();
      signal?.addEventListener("abort", settle);
    });
  }

  committed(events: readonly Event[]): void {
    if (this.#ends.size > 0) {
      for (const event of events) if (event.kind === "run-ended") this.#end(event.run, event.outcome);
    }
    this.#wakeReaders();
  }

  /** The run has ended some time ago; for those who began to wait when that was told already. */
  endedBefore(run: string): void {
    this.#end(run, undefined);
  }

  /** Asks of every awaited run whether it has ended; for logs that another process writes. */
  poll(hasEnded: (run: string) => boolean): void {
    for (const run of this.#ends.keys()) if (hasEnded(run)) this.#end(run, undefined);
    this.#wakeReaders();
  }

  close(): void {
    this.#closed = true;
    this.#rejectAll(closedBefore);
  }

  /** The log takes nothing any more: no run will be seen to end. */
  fail(failure: Error): void {
    this.#failure = failure;
    this.#rejectAll(() => failure);
  }

  #rejectAll(errorFor: (run: string) => Error): void {
    for (const run of this.#ends.keys()) {
      const error = errorFor(run);
      for (const { reject } of allOf(this.#ends.get(run))) reject(error);
    }
    this.#ends.clear();
    this.#wakeReaders();
  }

  #hold(): void {
    this.#release ??= this.#clock.hold();
  }

  #releaseWhenIdle(): void {
    if (this.#ends.size > 0 || this.#commits.size > 0) return;
    this.#release?.();
    this.#release = undefined;
  }

  #wakeReaders(): void {
    for (const settle of this.#commits) settle();
    this.#releaseWhenIdle();
  }

  #end(run: string, outcome: StoredOutcome | undefined): void {
    const waiting = this.#ends.get(run);
    if (!waiting) return;
    this.#ends.delete(run);
    for (const { resolve } of allOf(waiting)) resolve(outcome);
  }
}

function closedBefore(run: string): ReeveError {
  return new ReeveError("runtime-closed", `the runtime closed before run '${run}' ended`, {
    hint: "the run goes on when a runtime opens this log again",
  });
}

/** The waiter and those before it, the first of them first. */
function allOf(last: EndWaiter | undefined): readonly EndWaiter[] {
  const all: EndWaiter[] = [];
  for (let waiter = last; waiter; waiter = waiter.before) all.push(waiter);
  return all.toReversed();
}
