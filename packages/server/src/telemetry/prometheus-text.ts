/** The metrics of a log as Prometheus scrapes them. */
import type { MetricProducer } from "@opentelemetry/sdk-metrics";

/** What `prometheusText` gives. */
export const PROMETHEUS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** The text of one scrape; hand the same producer to each. */
export async function prometheusText(producer: MetricProducer): Promise<string> {
  // Loaded with the first scrape, so that only those hold it who are scraped.
  const { PrometheusSerializer } = await import("@opentelemetry/exporter-prometheus");
  const { resourceMetrics } = await producer.collect();
  // Neither target_info nor a label with the scope: the scraper adds where it scraped.
  return new PrometheusSerializer(undefined, false, undefined, true, true).serialize(resourceMetrics);
}
