/**
 * A fold: the plain numbers behind the metrics, by pattern and by agent. What they are called outside, and with which
 * labels, is metric-list.ts.
 *
 * Invariants: (1) bounded: as many patterns, agents and error codes as labels.ts lets in, and runs only while they are
 * queued or await a signal; (2) what a forked run took over (`copied`) was counted where it came about; (3) counts only
 * grow, so that the difference of two states is what happened in between.
 */
import type { Event } from "../delegation/event.ts";
import type { Fold, PatternOf } from "../delegation/fold.ts";
import type { ResourceSample } from "../delegation/resource-sample.ts";
import { countEvent } from "./count-event.ts";
import {
  newProcessCounts,
  type AgentCounts,
  type ErrorCounts,
  type Metrics,
  type ObjectiveCounts,
  type PatternCounts,
  type ProcessCounts,
  type StepCounts,
  type WaitingRun,
} from "./counts.ts";
import { digestOf } from "./digest.ts";
import { boundsWith } from "./histogram.ts";
import { newLabel, reviveLabel, saveLabel, type SavedLabel } from "./labels.ts";
import type { Objective } from "./objective.ts";

export interface MetricsOptions {
  /** Durations in milliseconds that histograms have to tell apart exactly, such as the limits of objectives. */
  readonly limitsMs?: readonly number[];
  /** Counted apart from patterns, so that no limit on labels can make them lie. @default none */
  readonly objectives?: readonly Objective[];
}

/** Of the shape of the state. */
const VERSION = 3;

/**
 * The fold of the metrics. Other limits or objectives are another version of it: the log is counted again.
 */
export function metrics({ limitsMs = [], objectives = [] }: MetricsOptions = {}): Fold<Metrics> {
  const limits = objectives.flatMap((one) => ("latency" in one ? [one.latency.ms] : []));
  const bounds = boundsWith([...limitsMs, ...limits]);
  return {
    name: "metrics",
    version: VERSION * 2 ** 32 + digestOf(JSON.stringify([bounds, objectives])),
    kinds: [
      "run-started",
      "run-admitted",
      "step-completed",
      "attempt-failed",
      "attempt-lost",
      "breaker-changed",
      "wait-started",
      "signal-received",
      "timer-fired",
      "child-started",
      "run-ended",
      "resources-sampled",
    ],
    lazy: true,
    initial: () => ({
      bounds,
      objectives: objectives.map((objective) => ({ objective, good: 0, bad: 0 })),
      patterns: newLabel(),
      agents: newLabel(),
      waiting: new Map(),
      sample: undefined,
      process: newProcessCounts(),
    }),
    apply: (state: Metrics, event: Event, patternOf?: PatternOf) => {
      countEvent(state, event, patternOf);
      return state;
    },
    save,
    revive,
  };
}

interface SavedPattern extends Omit<PatternCounts, "errors" | "steps"> {
  readonly errors: SavedLabel<ErrorCounts>;
  readonly steps: SavedLabel<StepCounts>;
}

interface SavedMetrics {
  readonly bounds: readonly number[];
  readonly objectives: readonly ObjectiveCounts[];
  readonly patterns: SavedLabel<SavedPattern>;
  readonly agents: SavedLabel<AgentCounts>;
  readonly waiting: readonly (readonly [string, WaitingRun])[];
  readonly sample: ResourceSample | null;
  readonly process: ProcessCounts;
}

function save(state: Metrics): SavedMetrics {
  const { bounds, objectives, patterns, agents, waiting, sample, process } = state;
  const saved = saveLabel(patterns);
  return {
    bounds,
    objectives,
    patterns: {
      ...saved,
      values: saved.values.map(([name, counts]) => [
        name,
        { ...counts, errors: saveLabel(counts.errors), steps: saveLabel(counts.steps) },
      ]),
    },
    agents: saveLabel(agents),
    waiting: [...waiting],
    sample: sample ?? null,
    process,
  };
}

const EMPTY: SavedMetrics = save(metrics().initial());

/** A checkpoint is read back only where name and version are this fold's, and its checksum is right. */
function revive(saved: unknown): Metrics {
  const { bounds, objectives, patterns, agents, waiting, sample, process } = Object.assign(
    { ...EMPTY },
    saved,
  );
  return {
    bounds,
    objectives,
    patterns: reviveLabel({
      ...patterns,
      values: patterns.values.map(([name, counts]) => [
        name,
        { ...counts, errors: reviveLabel(counts.errors), steps: reviveLabel(counts.steps) },
      ]),
    }),
    agents: reviveLabel(agents),
    waiting: new Map(waiting),
    sample: sample ?? undefined,
    process,
  };
}
