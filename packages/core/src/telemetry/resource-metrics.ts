/** The metrics of the process that owns the log, from its last sample. */
import { CHOICE_BOUNDS_MS, type ResourceSample } from "../delegation/resource-sample.ts";
import type { ProcessCounts } from "./counts.ts";
import type { Metric } from "./metric.ts";

export const resourceMetrics: readonly Metric[] = [
  total(
    "reeve_process_cpu_seconds",
    "Processor time of all threads.",
    "seconds",
    ({ cpuMs }) => cpuMs / 1_000,
  ),
  total("reeve_gc_seconds", "Time in garbage collection.", "seconds", ({ gcMs }) => gcMs / 1_000),
  total("reeve_commits", "Batches that became durable.", "", ({ commits }) => commits),
  total("reeve_committed_events", "Events in them.", "", ({ committedEvents }) => committedEvents),
  last("reeve_resident_bytes", "Memory of the process.", "bytes", (sample) => sample.residentBytes),
  last("reeve_heap_bytes", "Used memory of the heap.", "bytes", (sample) => sample.heapBytes),
  last("reeve_external_bytes", "Memory of buffers.", "bytes", (sample) => sample.externalBytes),
  last("reeve_gc_pause_seconds_max", "The longest pause.", "seconds", (sample) => sample.gcMsMax / 1_000),
  last(
    "reeve_event_loop_delay_seconds_p50",
    "How late the event loop came to its timers, half of the time at most.",
    "seconds",
    (sample) => sample.loopDelayMsP50 / 1_000,
  ),
  last(
    "reeve_event_loop_delay_seconds_p99",
    "The same, in 99 of 100 cases at most.",
    "seconds",
    (sample) => sample.loopDelayMsP99 / 1_000,
  ),
  last(
    "reeve_event_loop_delay_seconds_max",
    "The same, at most.",
    "seconds",
    (sample) => sample.loopDelayMsMax / 1_000,
  ),
  last(
    "reeve_event_loop_utilization",
    "The share of time it was busy.",
    "share",
    (sample) => sample.loopUtilization,
  ),
  last("reeve_open_handles", "Sockets, timers, files and the like.", "", (sample) => sample.handles),
  last(
    "reeve_commit_seconds_mean",
    "From handing a batch to the store until it was durable.",
    "seconds",
    (sample) => sample.commitMsMean / 1_000,
  ),
  last("reeve_commit_seconds_max", "The same, at most.", "seconds", (sample) => sample.commitMsMax / 1_000),
  last("reeve_log_bytes", "The log's file with its write-ahead log.", "bytes", (sample) => sample.fileBytes),
  last(
    "reeve_disk_free_bytes",
    "What is free for the log's file.",
    "bytes",
    (sample) => sample.diskFreeBytes,
  ),
  {
    name: "reeve_choice_duration_seconds",
    type: "histogram",
    help: "How long it took to choose a pattern.",
    unit: "seconds",
    labels: [],
    read: ({ process: { choices } }) => {
      const bounds = CHOICE_BOUNDS_MS.map((ms) => ms / 1_000);
      return [{ labels: {}, value: { bounds, counts: [...choices.counts], sum: choices.sum / 1_000 } }];
    },
  },
  {
    name: "reeve_export_lag_events",
    type: "gauge",
    help: "Events that an exporter has not come to yet.",
    unit: "",
    labels: ["exporter"],
    read: ({ sample }) =>
      (sample?.exports ?? []).map(({ name, events }) => ({ labels: { exporter: name }, value: events })),
  },
  {
    name: "reeve_export_lag_seconds",
    type: "gauge",
    help: "For how long an exporter has not come to what was in the log.",
    unit: "seconds",
    labels: ["exporter"],
    read: ({ sample }) =>
      (sample?.exports ?? []).flatMap(({ name, lagMs }) =>
        lagMs === undefined ? [] : [{ labels: { exporter: name }, value: lagMs / 1_000 }],
      ),
  },
  total(
    "reeve_export_refused",
    "Spans that a receiver refused for good, and that were left out.",
    "",
    ({ refused = 0 }) => refused,
  ),
];

function total(
  name: string,
  help: string,
  unit: Metric["unit"],
  value: (counts: ProcessCounts) => number,
): Metric {
  return {
    name,
    type: "counter",
    help,
    unit,
    labels: [],
    read: ({ process }) => [{ labels: {}, value: value(process) }],
  };
}

function last(
  name: string,
  help: string,
  unit: Metric["unit"],
  value: (sample: ResourceSample) => number | undefined,
): Metric {
  return {
    name,
    type: "gauge",
    help,
    unit,
    labels: [],
    read: ({ sample }) => {
      const measured = sample && value(sample);
      return measured === undefined ? [] : [{ labels: {}, value: measured }];
    },
  };
}
