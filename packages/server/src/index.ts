/** The public names of the server. */
export { signInLink } from "./access/door-file.ts";
export { createToken, listTokens, removeToken, type TokenOptions } from "./access/tokens.ts";
export {
  deliverAlerts,
  type AlertDelivery,
  type AlertReceiver,
  type DeliveryOptions,
} from "./delivery/deliver-alerts.ts";
export { actInBulk } from "./commands/bulk.ts";
export { openBoard, type BoardReader } from "./board/open-board.ts";
export { openHealth, type HealthOptions, type HealthReader } from "./health/open-health.ts";
export type { Finding, Health } from "./contract/health.ts";
export type { Scope } from "./contract/route.ts";
export type { TokenView } from "./contract/control.ts";
export { startServer, type ReeveServer, type ServerOptions } from "./thread/start-server.ts";
export { serveMetrics, type MetricsServer, type ServeMetricsOptions } from "./telemetry/serve-metrics.ts";
export {
  grafanaDashboard,
  type GrafanaDashboard,
  type GrafanaPanel,
  type GrafanaTarget,
} from "./telemetry/grafana-dashboard.ts";
export { prometheusRules } from "./telemetry/prometheus-rules.ts";
export { metricProducer, type ProducerOptions } from "./telemetry/metric-producer.ts";
export { pushMetrics, type MetricsPush, type PushMetricsOptions } from "./telemetry/push-metrics.ts";
export { exportTraces, type ExportOptions, type TraceExport } from "./telemetry/export-traces.ts";
