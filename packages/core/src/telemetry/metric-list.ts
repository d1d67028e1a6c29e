/**
 * Every metric, once: its name, what it means, its labels and where its numbers come from. Exporters, the docs and
 * dashboards are made from this list.
 */
import type { OutcomeStatus } from "../delegation/outcome.ts";
import type { Histogram } from "./histogram.ts";
import type { Counted, Label } from "./labels.ts";
import type { AgentCounts, BreakerCounts, Metrics, PatternCounts } from "./counts.ts";
import type { HistogramValue, Metric, Point } from "./metric.ts";
import { resourceMetrics } from "./resource-metrics.ts";

/** A series that begins with the first failure would hide from Prometheus that there was one. */
const NONE_ENDED: Readonly<Record<OutcomeStatus, number>> = {
  completed: 0,
  failed: 0,
  "rolled-back": 0,
  "rollback-failed": 0,
  "timed-out": 0,
  cancelled: 0,
  rejected: 0,
};

/** What every metric of runs, steps and agents is counted from. */
export const metricList: readonly Metric[] = [
  ofPatterns("counter", "reeve_runs_started", "Runs that were started.", ({ started }) => started),
  {
    name: "reeve_runs_ended",
    type: "counter",
    help: "Runs that ended, by how they did.",
    unit: "",
    labels: ["pattern", "outcome"],
    read: ({ patterns }) =>
      pointsOf(patterns, "pattern", ({ ended }) =>
        spread("outcome", Object.entries({ ...NONE_ENDED, ...ended })),
      ),
  },
  ofPatterns("gauge", "reeve_runs_active", "Runs that have not ended, queued ones included.", activeRuns),
  ofPatterns("gauge", "reeve_runs_queued", "Runs that wait to begin.", ({ queued }) => atLeast0(queued)),
  histogram(
    "pattern",
    "reeve_run_duration_seconds",
    "From a run's start to its end.",
    ({ bounds, patterns }) => durations("pattern", patterns, bounds, (counts) => counts.durations),
  ),
  histogram("pattern", "reeve_queue_wait_seconds", "How long queued runs waited.", ({ bounds, patterns }) =>
    durations("pattern", patterns, bounds, (counts) => counts.queueWaits),
  ),
  {
    name: "reeve_run_errors",
    type: "counter",
    help: "Runs that ended badly, by the code of the error that decided it.",
    unit: "",
    labels: ["pattern", "code"],
    read: ({ patterns }) =>
      pointsOf(patterns, "pattern", ({ errors }) =>
        pointsOf(errors, "code", ({ runs }) => [{ labels: {}, value: runs }]),
      ),
  },
  {
    name: "reeve_steps_ended",
    type: "counter",
    help: "Steps that completed, or failed for good.",
    unit: "",
    labels: ["pattern", "agent", "outcome"],
    read: ({ patterns }) =>
      pointsOf(patterns, "pattern", ({ steps }) =>
        pointsOf(steps, "agent", ({ completed, failed }) =>
          spread("outcome", Object.entries({ completed, failed })),
        ),
      ),
  },
  {
    name: "reeve_attempts_ended",
    type: "counter",
    help: "Attempts that completed, failed, or were lost with their process.",
    unit: "",
    labels: ["agent", "outcome"],
    read: ({ agents }) =>
      pointsOf(agents, "agent", ({ attempts }) => spread("outcome", Object.entries(attempts))),
  },
  histogram("agent", "reeve_attempt_duration_seconds", "How long attempts took.", ({ bounds, agents }) =>
    durations("agent", agents, bounds, (counts) => counts.durations),
  ),
  ofAgents("reeve_retries", "Failed attempts that were made again.", ({ retries }) => retries),
  {
    name: "reeve_undos_ended",
    type: "counter",
    help: "Undos of steps that completed, or failed for good.",
    unit: "",
    labels: ["agent", "outcome"],
    read: ({ agents }) => pointsOf(agents, "agent", ({ undos }) => spread("outcome", Object.entries(undos))),
  },
  {
    name: "reeve_breaker_state",
    type: "gauge",
    help: "1 for the state that an agent's breaker has, else 0; of breakers that have opened before.",
    unit: "",
    labels: ["agent", "state"],
    read: ({ agents }) =>
      pointsOf(agents, "agent", ({ breaker }) =>
        spread(
          "state",
          breakerStates(breaker, (state) => (breaker?.state === state ? 1 : 0)),
        ),
      ),
  },
  {
    name: "reeve_breaker_changes",
    type: "counter",
    help: "How often an agent's breaker got each state.",
    unit: "",
    labels: ["agent", "state"],
    read: ({ agents }) =>
      pointsOf(agents, "agent", ({ breaker }) =>
        spread(
          "state",
          breakerStates(breaker, (_state, changes) => changes),
        ),
      ),
  },
  ofPatterns("gauge", "reeve_signals_awaited", "Approvals and other signals that runs wait for.", (counts) =>
    atLeast0(counts.awaited),
  ),
  ofPatterns(
    "counter",
    "reeve_signals_received",
    "Signals that runs received.",
    (counts) => counts.signalsReceived,
  ),
  ofPatterns(
    "counter",
    "reeve_children_started",
    "Runs that steps delegated to and awaited.",
    (counts) => counts.childrenStarted,
  ),
  {
    name: "reeve_tokens",
    type: "counter",
    help: "Tokens of language models that agents reported to have used.",
    unit: "",
    labels: ["agent", "direction"],
    read: ({ agents }) =>
      pointsOf(agents, "agent", ({ tokens }) => spread("direction", Object.entries(tokens))),
  },
  ofAgents(
    "reeve_cost_dollars",
    "What agents reported to have cost, in US dollars.",
    (counts) => counts.costUsd,
  ),
  {
    name: "reeve_objective_runs",
    type: "counter",
    help: "Runs that an objective counts, by what they are to it: good or bad.",
    unit: "",
    labels: ["objective", "result"],
    read: ({ objectives }) =>
      objectives.flatMap(({ objective: { name }, good, bad }) => [
        { labels: { objective: name, result: "good" }, value: good },
        { labels: { objective: name, result: "bad" }, value: bad },
      ]),
  },
  {
    name: "reeve_label_overflows",
    type: "counter",
    help: "How often something was counted as `other`, because a label has too many values.",
    unit: "",
    labels: ["label"],
    read: ({ patterns, agents }) => [
      { labels: { label: "pattern" }, value: patterns.overflowed },
      { labels: { label: "agent" }, value: agents.overflowed },
    ],
  },
  ...resourceMetrics,
];

function ofPatterns(
  type: "counter" | "gauge",
  name: string,
  help: string,
  value: (counts: PatternCounts) => number,
): Metric {
  const read = ({ patterns }: Metrics): readonly Point[] =>
    pointsOf(patterns, "pattern", (counts) => [{ labels: {}, value: value(counts) }]);
  return { name, type, help, unit: "", labels: ["pattern"], read };
}

function ofAgents(name: string, help: string, value: (counts: AgentCounts) => number): Metric {
  const read = ({ agents }: Metrics): readonly Point[] =>
    pointsOf(agents, "agent", (counts) => [{ labels: {}, value: value(counts) }]);
  return { name, type: "counter", help, unit: "", labels: ["agent"], read };
}

function histogram(
  label: "pattern" | "agent",
  name: string,
  help: string,
  read: (state: Metrics) => readonly Point<HistogramValue>[],
): Metric {
  return { name, type: "histogram", help, unit: "seconds", labels: [label], read };
}

function durations<Counts extends Counted>(
  name: string,
  label: Label<Counts>,
  bounds: readonly number[],
  of: (counts: Counts) => Histogram,
): readonly Point<HistogramValue>[] {
  const inSeconds = bounds.map((ms) => ms / 1_000);
  return Array.from(label.values, ([value, counts]) => {
    const { counts: found, sum } = of(counts);
    return { labels: { [name]: value }, value: { bounds: inSeconds, counts: [...found], sum: sum / 1_000 } };
  });
}

/** The points below each value of a label, which joins their labels. */
function pointsOf<Counts extends Counted>(
  label: Label<Counts>,
  name: string,
  below: (counts: Counts) => readonly Point[],
): readonly Point[] {
  return Array.from(label.values, ([text, counts]) =>
    below(counts).map(({ labels, value }) => ({ labels: { [name]: text, ...labels }, value })),
  ).flat();
}

/** A point for each of several counts. */
function spread(name: string, counts: readonly (readonly [string, number])[]): readonly Point[] {
  return counts.map(([text, value]) => ({ labels: { [name]: text }, value }));
}

/** A value for each state; none where there was no breaker yet. */
function breakerStates(
  breaker: BreakerCounts | undefined,
  of: (state: string, changes: number) => number,
): readonly (readonly [string, number])[] {
  return Object.entries(breaker?.changes ?? {}).map(([state, changes]) => [state, of(state, changes)]);
}

function activeRuns({ started, ended }: PatternCounts): number {
  return atLeast0(Object.values(ended).reduce((left, count) => left - count, started));
}

/** A pattern that was idle for long, and forgotten, may still end what it began. */
function atLeast0(value: number): number {
  return Math.max(0, value);
}
