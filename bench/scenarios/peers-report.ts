/** The table of the comparison: medians, ratios to Reeve, and what the figures do and don't say. */
import type { Sample, Steps, Work } from "../peers/contender.ts";
import { median, quantile } from "../statistics.ts";
import { count, table } from "../table.ts";
import type { Bar } from "./bar.ts";

export interface PeerRow {
  readonly steps: Steps;
  readonly atOnce: number;
  readonly name: string;
  readonly runsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Reeve's median ÷ this one's: of runs per second (more is better for Reeve) and of p50 (less is). */
  readonly reeveRunsRatio: number;
  readonly reeveP50Ratio: number;
}

export interface PeerReport {
  readonly machine: string;
  readonly rounds: number;
  readonly fdatasyncMs: { readonly p50: number; readonly p99: number };
  readonly versions: readonly { readonly name: string; readonly version: string }[];
  /** Contenders that need a program of the system which is missing, and how to install it. */
  readonly skipped: readonly { readonly name: string; readonly remedy: string }[];
  readonly rows: readonly PeerRow[];
  readonly bars: readonly Bar[];
  /** All of it as it is printed. */
  readonly text: string;
}

/** All samples of one contender. */
export interface Measured {
  readonly name: string;
  readonly version: string;
  readonly samples: ReadonlyMap<Work, readonly Sample[]>;
}

export interface PeerMeasures extends Pick<PeerReport, "machine" | "rounds" | "skipped"> {
  readonly syncs: readonly number[];
  readonly works: readonly Work[];
  readonly measured: readonly Measured[];
}

const notes = [
  "All contenders were up together on this machine, one of them working at a time; another first in every round.",
  "A run is timed by whoever started it, from the start to the outcome; runs/s counts the last run's end.",
  "Restate is reached over HTTP by design: the time of two local connections is part of its latency.",
  "DBOS's workflows are called directly, its PostgreSQL through a unix socket. Nothing is queued.",
  "BullMQ is a queue: one job, removed once completed, stands against one run of one step, kept with its history.",
  "Not measured: several nodes, other machines over a network, long runs, big values, recovery.",
];

export function reportPeers(measures: PeerMeasures): PeerReport {
  const { machine, rounds, skipped, syncs } = measures;
  const rows = rowsOf(measures);
  const fdatasyncMs = { p50: quantile(syncs, 0.5), p99: quantile(syncs, 0.99) };
  const versions = measures.measured.map(({ name, version }) => ({ name, version }));
  const report = { machine, rounds, fdatasyncMs, versions, skipped, rows, bars: barsOf(rows) };
  return { ...report, text: textOf(report) };
}

function rowsOf({ works, measured }: PeerMeasures): readonly PeerRow[] {
  return works.flatMap((work) => {
    const medians = measured.flatMap(({ name, samples }) => {
      const taken = samples.get(work);
      return taken ? [{ name, ...mediansOf(taken) }] : [];
    });
    const reeve = medians.find(({ name }) => name === "Reeve");
    return medians.map((each) => ({
      steps: work.steps,
      atOnce: work.atOnce,
      ...each,
      reeveRunsRatio: (reeve?.runsPerSecond ?? Number.NaN) / each.runsPerSecond,
      reeveP50Ratio: (reeve?.p50Ms ?? Number.NaN) / each.p50Ms,
    }));
  });
}

function mediansOf(samples: readonly Sample[]): Pick<PeerRow, "runsPerSecond" | "p50Ms" | "p99Ms"> {
  return {
    runsPerSecond: median(samples.map(({ runsPerSecond }) => runsPerSecond)),
    p50Ms: median(samples.map(({ p50Ms }) => p50Ms)),
    p99Ms: median(samples.map(({ p99Ms }) => p99Ms)),
  };
}

/** What Reeve promises beside these peers: three steps, 128 at once. */
function barsOf(rows: readonly PeerRow[]): readonly Bar[] {
  const bars = [
    { name: "Restate", times: 20 },
    { name: "DBOS", times: 50 },
  ];
  return bars.flatMap(({ name, times }) => {
    const row = rows.find((each) => each.name === name && each.steps === 3 && each.atOnce === 128);
    if (!row) return [];
    return {
      name: `3-step runs, 128 at once, Reeve ÷ ${name}`,
      value: `${row.reeveRunsRatio.toFixed(1)} ×`,
      bar: `≥ ${times} ×`,
      met: row.reeveRunsRatio >= times,
    };
  });
}

function textOf(report: Omit<PeerReport, "text">): string {
  const header = ["steps", "at once", "", "runs/s", "p50 ms", "p99 ms", "Reeve ÷ it: runs/s", "p50"];
  const rows = report.rows.map((row) => [
    String(row.steps),
    count(row.atOnce),
    row.name,
    count(row.runsPerSecond),
    row.p50Ms.toFixed(2),
    row.p99Ms.toFixed(2),
    row.name === "Reeve" ? "" : `${row.reeveRunsRatio.toFixed(1)} ×`,
    row.name === "Reeve" ? "" : row.reeveP50Ratio.toFixed(3),
  ]);
  const { p50, p99 } = report.fdatasyncMs;
  return [
    `fdatasync of one appended page: p50 ${p50.toFixed(3)} ms, p99 ${p99.toFixed(3)} ms`,
    ...report.versions.map(({ name, version }) => `${name}: ${version}`),
    ...report.skipped.map(({ name, remedy }) => `${name}: skipped: ${remedy}`),
    `medians of ${report.rounds} alternating round(s), fsync on everywhere`,
    "",
    table(header, rows),
    "",
    ...notes.map((note) => `- ${note}`),
  ].join("\n");
}
