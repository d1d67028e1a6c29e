/**
 * Which pattern a run is of, for folds: most events do not say it.
 *
 * Owns a memory of the runs that go on, as their starts were seen; the store is asked for the others. Bounded: of more
 * than `KEPT_MAX` runs those that began first are forgotten.
 */
import type { Event } from "../../delegation/event.ts";
import type { PatternOf } from "../../delegation/fold.ts";

const KEPT_MAX = 20_000;

export class RunPatterns {
  readonly #kept = new Map<string, string>();
  readonly of: PatternOf;

  constructor(stored: PatternOf) {
    this.of = (run) => {
      const kept = this.#kept.get(run);
      if (kept !== undefined) return kept;
      const pattern = stored(run);
      if (pattern !== undefined) this.#keep(run, pattern);
      return pattern;
    };
  }

  /** These events are about to be folded. */
  begin(events: readonly Event[]): void {
    for (const event of events) if (event.kind === "run-started") this.#keep(event.run, event.pattern);
  }

  /** All folds have seen these events. */
  end(events: readonly Event[]): void {
    for (const event of events) if (event.kind === "run-ended") this.#kept.delete(event.run);
  }

  #keep(run: string, pattern: string): void {
    if (this.#kept.size >= KEPT_MAX) {
      const [oldest = ""] = this.#kept.keys();
      this.#kept.delete(oldest);
    }
    this.#kept.set(run, pattern);
  }
}
