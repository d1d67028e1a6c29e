/**
 * The built-in alerts as rules of Prometheus, over what `serveMetrics` says of how things stand: what is stuck is judged
 * by the process, from what its patterns usually take, and told as a number.
 */
import type { AlertLimits } from "@reeve/core";
import { ruleText } from "./rule-text.ts";

/** As the label of a series is put into a text. */
const PATTERN = "{{ $labels.pattern }}";
const EXPORTER = "{{ $labels.exporter }}";
const RUNS = `{{ $value }} runs of '${PATTERN}'`;

/** Each alert of the process, under the name that it has there. */
export function builtInRules({
  queuedMs,
  diskFreeBytes,
  loopBlockedMs,
  exportLagMs,
}: AlertLimits): readonly string[] {
  return [
    rule("ReeveRunsStuck", "reeve_runs_stuck > 0", {
      alert: `stuck/${PATTERN}`,
      severity: "page",
      summary: `${RUNS} are stuck: nothing was heard of them for too long`,
    }),
    rule("ReeveRunsStranded", "reeve_runs_stranded > 0", {
      alert: `stranded/${PATTERN}`,
      severity: "page",
      summary: `${RUNS} are stranded: register the version of the pattern that they began with`,
    }),
    rule("ReeveRollbackFailed", "reeve_runs_rollback_failed > 0", {
      alert: `rollback-failed/${PATTERN}`,
      severity: "page",
      summary: `${RUNS} left something behind that was not undone: look, then retry or fork`,
    }),
    rule("ReeveOldestQueued", `reeve_oldest_queued_seconds >= ${queuedMs / 1_000}`, {
      alert: `oldest-queued/${PATTERN}`,
      severity: "ticket",
      summary: `the oldest queued run of '${PATTERN}' has waited for {{ $value | humanizeDuration }}`,
    }),
    rule("ReeveDiskLow", `reeve_disk_free_bytes < ${diskFreeBytes}`, {
      alert: "disk-low",
      severity: "page",
      summary: "{{ $value | humanize1024 }}B are free for the log; there may soon be none",
    }),
    rule(
      "ReeveLoopBlocked",
      `max_over_time(reeve_event_loop_delay_seconds_max[1m]) >= ${loopBlockedMs / 1_000}`,
      {
        alert: "loop-blocked",
        severity: "page",
        summary: "the event loop was blocked for {{ $value | humanizeDuration }} in the last minute",
      },
    ),
    rule("ReeveExportLag", `reeve_export_lag_seconds >= ${exportLagMs / 1_000}`, {
      alert: `export-lag/${EXPORTER}`,
      severity: "ticket",
      summary: `the export of ${EXPORTER} is {{ $value | humanizeDuration }} behind the log`,
    }),
  ];
}

interface Said {
  readonly alert: string;
  readonly severity: string;
  readonly summary: string;
}

function rule(name: string, expr: string, { alert, severity, summary }: Said): string {
  return ruleText("alert", name, { expr, labels: { alert, severity }, annotations: { summary } });
}
