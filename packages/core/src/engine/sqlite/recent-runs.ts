/**
 * What a writer has to know of the runs it writes on, of those written on lately; the file tells it of the others, which
 * may be a hundred thousand that wait.
 *
 * In two generations, the elder dropped as a whole (as in engine/embedded/payloads.ts).
 */
import type { RunKey } from "../store.ts";
import type { RunGroup } from "./run-groups.ts";

/** Two generations of so many take 1 MB. */
const GENERATION_RUNS_MAX = 4_096;

export interface LiveRun {
  group: RunGroup;
  /** Of the run's last row of events. */
  checksum: number;
}

export class RecentRuns {
  #young = new Map<RunKey, LiveRun>();
  #elder = new Map<RunKey, LiveRun>();

  get(key: RunKey): LiveRun | undefined {
    return this.#young.get(key) ?? this.#elder.get(key);
  }

  keep(key: RunKey, run: LiveRun): void {
    if (this.#young.size >= GENERATION_RUNS_MAX) {
      this.#elder = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, run);
  }

  delete(key: RunKey): void {
    this.#young.delete(key);
    this.#elder.delete(key);
  }

  clear(): void {
    this.#young.clear();
    this.#elder.clear();
  }
}
