/**
 * Which pattern a run is of, for folds: most events do not say it.
 *
 * Owns a memory of the runs that go on, as their starts were seen; the store is asked for the others. Bounded: what has
 * ended is not kept, and of more than `KEPT_MAX` runs those that began first are forgotten.
 */
import type { PatternOf } from "../../delegation/fold.ts";
import type { RunRow } from "../store.ts";

const KEPT_MAX = 20_000;

export class RunPatterns {
  readonly #kept = new Map<string, string>();
  readonly of: PatternOf;

  constructor(stored: (run: string) => Pick<RunRow, "pattern" | "state"> | undefined) {
    this.of = (run) => {
      const kept = this.#kept.get(run);
      if (kept !== undefined) return kept;
      const row = stored(run);
      if (row && row.state !== "ended") this.#keep(run, row.pattern);
      return row?.pattern;
    };
  }

  /** Runs that are kept. */
  get size(): number {
    return this.#kept.size;
  }

  /** The start of a run is about to be folded. */
  begin(run: string, pattern: string): void {
    this.#keep(run, pattern);
  }

  /** Its end was folded. */
  end(run: string): void {
    this.#kept.delete(run);
  }

  #keep(run: string, pattern: string): void {
    if (this.#kept.size >= KEPT_MAX) {
      const [oldest = ""] = this.#kept.keys();
      this.#kept.delete(oldest);
    }
    this.#kept.set(run, pattern);
  }
}
