/**
 * What a metric is outside: a name, what it means, its labels, and where its numbers come from.
 *
 * Names are those of Prometheus without the `_total` of counters; units are seconds, bytes, and shares from 0 to 1.
 */
import type { Metrics } from "./counts.ts";

export type Labels = Readonly<Record<string, string>>;

export interface Point<Value = number> {
  readonly labels: Labels;
  readonly value: Value;
}

/** A histogram outside: cumulative over nothing, in seconds. */
export interface HistogramValue {
  /** Upper bounds in seconds, inclusive. */
  readonly bounds: readonly number[];
  /** One more than there are bounds. */
  readonly counts: readonly number[];
  readonly sum: number;
}

interface MetricHead {
  readonly name: string;
  /** One sentence. */
  readonly help: string;
  readonly unit: "seconds" | "bytes" | "share" | "";
  readonly labels: readonly string[];
}

/** A counter only grows while its fold is not built anew; a gauge goes up and down. */
export type Metric<State = Metrics> = MetricHead &
  (
    | { readonly type: "counter" | "gauge"; readonly read: (state: State) => readonly Point[] }
    | { readonly type: "histogram"; readonly read: (state: State) => readonly Point<HistogramValue>[] }
  );
