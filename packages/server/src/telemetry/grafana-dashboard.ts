/**
 * A dashboard for Grafana over the metrics that Prometheus scrapes, made from the list of all metrics: each has one
 * panel, and one that is new has its panel without anybody thinking of it.
 */
import { metricList, standingMetrics, type Metric } from "@reeve/core";

export interface GrafanaTarget {
  readonly refId: string;
  readonly expr: string;
  readonly legendFormat: string;
}

export interface GrafanaPanel {
  readonly id: number;
  readonly type: "row" | "timeseries";
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly GrafanaTarget[];
  readonly [more: string]: unknown;
}

/** What Grafana imports, as JSON. */
export interface GrafanaDashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly GrafanaPanel[];
  readonly [more: string]: unknown;
}

/** The rows, each with the metrics whose names begin so; the last takes all that are left. */
const ROWS: readonly (readonly [title: string, prefixes: readonly string[]])[] = [
  ["Runs", ["reeve_runs_", "reeve_run_", "reeve_children_"]],
  ["Objectives and alerts", ["reeve_objective_", "reeve_alert_"]],
  ["Choices", ["reeve_choice_", "reeve_confidence_"]],
  ["Steps and agents", ["reeve_steps_", "reeve_attempt", "reeve_retries", "reeve_undos_", "reeve_breaker_"]],
  ["What waits", ["reeve_queue_", "reeve_oldest_queued_", "reeve_signals_"]],
  ["Cost", ["reeve_tokens", "reeve_cost_"]],
  ["Log and exports", ["reeve_commit", "reeve_log_", "reeve_export_", "reeve_label_"]],
  ["Process", [""]],
];
const COLUMNS = 3;
const PANEL = { width: 8, height: 7 };
const UNITS = { seconds: "s", bytes: "bytes", share: "percentunit", "": "short" } as const;
const DATA_SOURCE = { type: "prometheus", uid: "${datasource}" } as const;
const SCHEMA_VERSION = 39;
/** Gauges that several processes count each for themselves; of shares, times and states the largest is shown. */
const COUNTED = /^reeve_(runs|signals|export_lag_events)/;
const QUANTILES = [0.5, 0.95, 0.99] as const;

/** Asks for the Prometheus that it is of, and for patterns, when it is opened. */
export function grafanaDashboard(): GrafanaDashboard {
  return {
    uid: "reeve",
    title: "Reeve",
    tags: ["reeve"],
    schemaVersion: SCHEMA_VERSION,
    timezone: "browser",
    refresh: "10s",
    time: { from: "now-1h", to: "now" },
    templating: { list: [sourceVariable, patternVariable] },
    panels: panels(),
  };
}

const sourceVariable = { name: "datasource", label: "Prometheus", type: "datasource", query: "prometheus" };
const patternVariable = {
  name: "pattern",
  label: "Pattern",
  type: "query",
  datasource: DATA_SOURCE,
  query: "label_values(reeve_runs_started_total, pattern)",
  refresh: 2,
  includeAll: true,
  allValue: ".*",
  multi: true,
  current: { text: "All", value: "$__all" },
};

type PanelMetric = Pick<Metric, "name" | "help" | "type" | "unit" | "labels">;

function panels(): readonly GrafanaPanel[] {
  const made: GrafanaPanel[] = [];
  const left = new Set<PanelMetric>([...metricList, ...standingMetrics]);
  let y = 0;
  for (const [title, prefixes] of ROWS) {
    const own = [...left].filter(({ name }) => prefixes.some((prefix) => name.startsWith(prefix)));
    for (const metric of own) left.delete(metric);
    const id = made.length + 1;
    made.push({
      id,
      type: "row",
      title,
      collapsed: false,
      panels: [],
      gridPos: { x: 0, y: y++, w: 24, h: 1 },
    });
    for (const [index, metric] of own.entries()) {
      const x = (index % COLUMNS) * PANEL.width;
      const top = y + Math.floor(index / COLUMNS) * PANEL.height;
      made.push(panelOf(metric, id + 1 + index, { x, y: top, w: PANEL.width, h: PANEL.height }));
    }
    y += Math.ceil(own.length / COLUMNS) * PANEL.height;
  }
  return made;
}

function panelOf(metric: PanelMetric, id: number, gridPos: GrafanaPanel["gridPos"]): GrafanaPanel {
  const { name, help, type, unit } = metric;
  const perSecond = type === "counter" ? " per second" : "";
  return {
    id,
    type: "timeseries",
    title: `${name.replace(/^reeve_/, "").replaceAll("_", " ")}${perSecond}`,
    description: help,
    gridPos,
    datasource: DATA_SOURCE,
    // Not a hard bound: a budget that is used up is below 0.
    fieldConfig: { defaults: { unit: UNITS[unit], custom: { axisSoftMin: 0 } }, overrides: [] },
    targets: targetsOf(metric),
  };
}

function targetsOf({ name, type, labels }: PanelMetric): readonly GrafanaTarget[] {
  const legend = labels.map((label) => `{{${label}}}`).join(" ");
  const filter = labels.includes("pattern") ? '{pattern=~"$pattern"}' : "";
  const by = labels.join(", ");
  if (type === "histogram") {
    return QUANTILES.map((quantile, index) => ({
      refId: `A${index}`,
      expr: `histogram_quantile(${quantile}, sum by (${[...labels, "le"].join(", ")}) (rate(${name}_bucket${filter}[$__rate_interval])))`,
      legendFormat: `${legend} p${quantile * 100}`,
    }));
  }
  const value = type === "counter" ? `rate(${name}_total${filter}[$__rate_interval])` : `${name}${filter}`;
  // What has no labels is of one process; several have a series each.
  const join = type === "counter" || COUNTED.test(name) ? "sum" : "max";
  const expr = labels.length === 0 ? value : `${join} by (${by}) (${value})`;
  return [{ refId: "A0", expr, legendFormat: legend === "" ? "{{instance}}" : legend }];
}
