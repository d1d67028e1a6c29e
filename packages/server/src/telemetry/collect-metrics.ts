/** Plain numbers in OpenTelemetry's shapes. Loaded with the first collection: what it takes of the SDK is some megabytes. */
import { ValueType, type HrTime } from "@opentelemetry/api";
import { millisToHrTime } from "@opentelemetry/core";
import { emptyResource, type Resource } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  DataPointType,
  type CollectionResult,
  type MetricData,
} from "@opentelemetry/sdk-metrics";
import {
  metricList,
  standingMetrics,
  type HistogramValue,
  type Metric,
  type Metrics,
  type Point,
  type Standing,
} from "@reeve/core";

const UNITS = { seconds: "s", bytes: "By", share: "1", "": "" } as const;

/** What was added to a number of a series since the producer was made. */
export type Since = (
  metric: Pick<Metric, "name">,
  point: Point<unknown>,
  value: number,
  part?: string | number,
) => number;

interface Collected {
  readonly counted: Metrics;
  readonly standing: Standing | undefined;
  readonly since: Since;
  readonly startedAt: number;
  readonly now: number;
  /** @default nothing is said of what the metrics are of */
  readonly resource: Resource | undefined;
}

export function collectMetrics({
  counted,
  standing,
  since,
  startedAt,
  now,
  resource = emptyResource(),
}: Collected): CollectionResult {
  const times = { startTime: millisToHrTime(startedAt), endTime: millisToHrTime(now) };
  const metrics = [
    ...metricList.flatMap((metric) => metricOf(metric, counted, times, since) ?? []),
    ...(standing ? standingMetrics.flatMap((metric) => metricOf(metric, standing, times, since) ?? []) : []),
  ];
  const scopeMetrics = [{ scope: { name: "reeve" }, metrics }];
  return { resourceMetrics: { resource, scopeMetrics }, errors: [] };
}

interface Times {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
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
