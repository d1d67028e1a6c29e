/** Measures how long choosing patterns takes, from one sample of the process to the next. */
import { CHOICE_BOUNDS_MS, type ChoiceTimes } from "../delegation/resource-sample.ts";
import { newHistogram, observe } from "../telemetry/histogram.ts";

export class ChoiceMeter {
  #times = newHistogram(CHOICE_BOUNDS_MS);
  #isEmpty = true;

  took(ms: number): void {
    observe(this.#times, CHOICE_BOUNDS_MS, ms);
    this.#isEmpty = false;
  }

  /** What was measured since it was asked last; undefined where nothing was. */
  take(): ChoiceTimes | undefined {
    if (this.#isEmpty) return undefined;
    const { counts, sum } = this.#times;
    this.#times = newHistogram(CHOICE_BOUNDS_MS);
    this.#isEmpty = true;
    return { counts, sumMs: sum };
  }
}
