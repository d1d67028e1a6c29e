/**
 * Hands the metrics of a log to OpenTelemetry: from the state of the fold `metrics` to the SDK's shapes.
 *
 * Invariant: exported counters begin at 0 when the producer is made, so that neither a restart nor a fold that was built
 * anew makes a spike.
 */
import { ValueType, type HrTime } from "@opentelemetry/api";
import { millisToHrTime } from "@opentelemetry/core";
import { emptyResource, type Resource } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  DataPointType,
  type CollectionResult,
  type MetricData,
  type MetricProducer,
} from "@opentelemetry/sdk-metrics";
import {
  metricList,
  standingMetrics,
  type Clock,
  type FoldReader,
  type HistogramValue,
  type Metric,
  type Metrics,
  type Point,
  type Standing,
} from "@reeve/core";

const UNITS = { seconds: "s", bytes: "By", share: "1", "": "" } as const;

export interface ProducerOptions {
  readonly counted: FoldReader<Metrics>;
  /** How things stand: what `followStanding` gives. @default nothing is said of it */
  readonly standing?: () => Promise<Standing>;
  readonly clock: Clock;
  /** What the metrics are of. @default nothing is said of it */
  readonly resource?: Resource;
}

/** Makes a producer whose counters begin at 0. */
export function metricProducer({
  counted,
  standing,
  clock,
  resource = emptyResource(),
}: ProducerOptions): MetricProducer {
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
    const times = { startTime: millisToHrTime(startedAt), endTime: millisToHrTime(clock.now()) };
    const metrics = [
      ...metricList.flatMap((metric) => metricOf(metric, counted.state(), times, since) ?? []),
      ...(now ? standingMetrics.flatMap((metric) => metricOf(metric, now, times, since) ?? []) : []),
    ];
    const scopeMetrics = [{ scope: { name: "reeve" }, metrics }];
    return { resourceMetrics: { resource, scopeMetrics }, errors: [] };
  };
  return { collect };
}

interface Times {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

/** What was added to a number of a series since the producer was made. */
type Since = (
  metric: Pick<Metric, "name">,
  point: Point<unknown>,
  value: number,
  part?: string | number,
) => number;

function keyOf(metric: Pick<Metric, "name">, { labels }: Point<unknown>, part: string | number = ""): string {
  return JSON.stringify([metric.name, labels, part]);
}

/** Undefined where there is no series: a name without any would say nothing. */
function metricOf<State>(
  metric: Metric<State>,
  state: State,
  times: Times,
  since: Since,
): MetricData | undefined {
  const head = {
    descriptor: {
      name: metric.name,
      description: metric.help,
      unit: UNITS[metric.unit],
      valueType: ValueType.DOUBLE,
    },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  if (metric.type === "histogram") {
    const dataPoints = metric.read(state).map((point) => {
      const { counts, sum } = point.value;
      const counted = counts.map((count, index) => since(metric, point, count, index));
      const value = histogram(point.value, counted, since(metric, point, sum, "sum"));
      return { ...times, attributes: point.labels, value };
    });
    return dataPoints.length === 0
      ? undefined
      : { ...head, dataPointType: DataPointType.HISTOGRAM, dataPoints };
  }
  const isCounter = metric.type === "counter";
  const dataPoints = metric.read(state).map((point) => ({
    ...times,
    attributes: point.labels,
    value: isCounter ? since(metric, point, point.value) : point.value,
  }));
  if (dataPoints.length === 0) return undefined;
  return isCounter
    ? { ...head, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints }
    : { ...head, dataPointType: DataPointType.GAUGE, dataPoints };
}

function histogram(
  { bounds }: HistogramValue,
  counts: readonly number[],
  sum: number,
): { sum: number; count: number; buckets: { boundaries: number[]; counts: number[] } } {
  const count = counts.reduce((total, one) => total + one, 0);
  return { sum, count, buckets: { boundaries: [...bounds], counts: [...counts] } };
}
