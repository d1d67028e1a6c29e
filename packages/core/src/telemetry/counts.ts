/** What is counted by pattern and by agent: plain numbers, as the fold `metrics` holds them. */
import type { BreakerChange } from "../delegation/breaker.ts";
import { CHOICE_BOUNDS_MS, type ResourceSample } from "../delegation/resource-sample.ts";
import type { OutcomeStatus } from "../delegation/outcome.ts";
import { newHistogram, type Histogram } from "./histogram.ts";
import { newLabel, type Counted, type Label } from "./labels.ts";
import type { Objective } from "./objective.ts";

export interface PatternCounts extends Counted {
  started: number;
  readonly ended: { [outcome in OutcomeStatus]?: number };
  readonly durations: Histogram;
  /** How long its runs were queued. */
  readonly queueWaits: Histogram;
  /** Its runs that wait to begin. */
  queued: number;
  /** Signals its runs await: approvals and the like. */
  awaited: number;
  signalsReceived: number;
  childrenStarted: number;
  /** Runs that ended badly, by the code of the error that decided it. */
  readonly errors: Label<ErrorCounts>;
  /** Its steps that ended, by agent. */
  readonly steps: Label<StepCounts>;
}

export interface ErrorCounts extends Counted {
  runs: number;
}

export interface StepCounts extends Counted {
  completed: number;
  failed: number;
}

export interface AgentCounts extends Counted {
  readonly attempts: { completed: number; failed: number; lost: number };
  readonly durations: Histogram;
  retries: number;
  readonly undos: { completed: number; failed: number };
  readonly tokens: { input: number; output: number };
  costUsd: number;
  /** Absent while its breaker has never changed. */
  breaker?: BreakerCounts;
}

/** The state of a breaker, and how often it got each. */
export interface BreakerCounts {
  readonly state: BreakerChange["state"];
  readonly changes: { readonly [state in BreakerChange["state"]]: number };
}

/** A run that is queued, or awaits signals at these paths since then. */
export interface WaitingRun {
  readonly pattern: string;
  readonly queued: boolean;
  readonly awaits: readonly (readonly [path: string, since: number])[];
}

export interface Metrics {
  /** Upper bounds of all histograms, in milliseconds. */
  readonly bounds: readonly number[];
  /** Of each objective. */
  readonly objectives: readonly ObjectiveCounts[];
  readonly patterns: Label<PatternCounts>;
  readonly agents: Label<AgentCounts>;
  readonly waiting: Map<string, WaitingRun>;
  /** The last measurement of the process. */
  sample: ResourceSample | undefined;
  /** Since the log began: processor time, time in garbage collection, commits and events in them, choices. */
  readonly process: ProcessCounts;
}

export interface ObjectiveCounts {
  readonly objective: Objective;
  good: number;
  bad: number;
}

export interface ProcessCounts {
  cpuMs: number;
  gcMs: number;
  commits: number;
  committedEvents: number;
  /** What receivers of exports refused for good, such as spans; absent: nothing. */
  refused?: number;
  /** How long choosing took, between the bounds of `CHOICE_BOUNDS_MS`. */
  readonly choices: Histogram;
}

export function newProcessCounts(): ProcessCounts {
  const choices = newHistogram(CHOICE_BOUNDS_MS);
  return { cpuMs: 0, gcMs: 0, commits: 0, committedEvents: 0, choices };
}

export function newPatternCounts(bounds: readonly number[]): PatternCounts {
  return {
    seenAt: 0,
    started: 0,
    ended: {},
    durations: newHistogram(bounds),
    queueWaits: newHistogram(bounds),
    queued: 0,
    awaited: 0,
    signalsReceived: 0,
    childrenStarted: 0,
    errors: newLabel(),
    steps: newLabel(),
  };
}

export function newAgentCounts(bounds: readonly number[]): AgentCounts {
  return {
    seenAt: 0,
    attempts: { completed: 0, failed: 0, lost: 0 },
    durations: newHistogram(bounds),
    retries: 0,
    undos: { completed: 0, failed: 0 },
    tokens: { input: 0, output: 0 },
    costUsd: 0,
  };
}
