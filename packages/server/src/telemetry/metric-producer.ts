/**
 * Hands the metrics of a log to OpenTelemetry: from the state of the fold `metrics` to the SDK's shapes.
 *
 * Invariant: exported counters begin at 0 when the producer is made, so that neither a restart nor a fold that was built
 * anew makes a spike.
 */
import type { Resource } from "@opentelemetry/resources";
import type { CollectionResult, MetricProducer } from "@opentelemetry/sdk-metrics";
import {
  metricList,
  type Clock,
  type FoldReader,
  type Metric,
  type Metrics,
  type Point,
  type Standing,
} from "@reeve/core";
import type { Since } from "./collect-metrics.ts";

export interface ProducerOptions {
  readonly counted: FoldReader<Metrics>;
  /** How things stand: what `followStanding` gives. @default nothing is said of it */
  readonly standing?: () => Promise<Standing>;
  readonly clock: Clock;
  /** What the metrics are of. @default nothing is said of it */
  readonly resource?: Resource;
}

/** Makes a producer whose counters begin at 0. */
export function metricProducer({ counted, standing, clock, resource }: ProducerOptions): MetricProducer {
  const startedAt = clock.now();
  const before = new Map<string, number>();
  for (const metric of metricList) {
    if (metric.type === "counter") {
      for (const point of metric.read(counted.state())) before.set(keyOf(metric, point), point.value);
    } else if (metric.type === "histogram") {
      for (const point of metric.read(counted.state())) {
        before.set(keyOf(metric, point, "sum"), point.value.sum);
        for (const [index, count] of point.value.counts.entries()) {
          before.set(keyOf(metric, point, index), count);
        }
      }
    }
  }
  const since: Since = (metric, point, value, part) =>
    Math.max(0, value - (before.get(keyOf(metric, point, part)) ?? 0));
  const collect = async (): Promise<CollectionResult> => {
    const now = await standing?.();
    const { collectMetrics } = await import("./collect-metrics.ts");
    return collectMetrics({
      counted: counted.state(),
      standing: now,
      since,
      startedAt,
      now: clock.now(),
      resource,
    });
  };
  return { collect };
}

function keyOf(metric: Pick<Metric, "name">, { labels }: Point<unknown>, part: string | number = ""): string {
  return JSON.stringify([metric.name, labels, part]);
}
