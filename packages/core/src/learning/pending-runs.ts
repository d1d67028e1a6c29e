/**
 * Choices whose runs have not ended. One that takes longer than its pattern's 95th percentile counts as a failure
 * until it ends; else a pattern that fails fast would look better than one that succeeds slowly.
 */

export interface PendingRun {
  readonly id: string;
  readonly domain: string;
  /** Epoch milliseconds of the choice. */
  readonly at: number;
}

/** Id, domain and time of those that are followed. */
export type PendingRunsState = readonly (readonly [string, string, number])[];

/** Runs that are followed per pattern; the oldest one is given up. */
const PENDING_MAX = 1_000;

export class PendingRuns {
  /** In the order of the choices, so that the overdue ones come first. */
  readonly #runs = new Map<string, PendingRun>();

  constructor(state: PendingRunsState = []) {
    for (const [id, domain, at] of state) this.#runs.set(id, { id, domain, at });
  }

  begin(run: PendingRun): void {
    this.#runs.set(run.id, run);
    if (this.#runs.size <= PENDING_MAX) return;
    const oldest = this.#runs.keys().next().value;
    if (oldest !== undefined) this.#runs.delete(oldest);
  }

  /** Whether it was followed. */
  end(id: string): boolean {
    return this.#runs.delete(id);
  }

  /** How many in the domain have taken longer than `longestMs` by now. */
  overdue(domain: string, now: number, longestMs: number): number {
    let count = 0;
    for (const run of this.#runs.values()) {
      if (now - run.at <= longestMs) break;
      if (run.domain === domain) count++;
    }
    return count;
  }

  save(): PendingRunsState {
    return [...this.#runs.values()].map(({ id, domain, at }) => [id, domain, at]);
  }
}
