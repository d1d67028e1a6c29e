/** Counts one event in the metrics. */
import type { Event, Usage } from "../delegation/event.ts";
import type { PatternOf } from "../delegation/fold.ts";
import { isUndo } from "../delegation/path.ts";
import type { ChoiceTimes } from "../delegation/resource-sample.ts";
import { observe, type Histogram } from "./histogram.ts";
import { isOfLog } from "../delegation/controls.ts";
import { countsOf, UNKNOWN } from "./labels.ts";
import { judge } from "./objective.ts";
import {
  newAgentCounts,
  newPatternCounts,
  type AgentCounts,
  type Metrics,
  type PatternCounts,
} from "./counts.ts";

type Ended<Kind extends string> = Event & { readonly kind: Kind };

export function countEvent(state: Metrics, event: Event, patternOf?: PatternOf): void {
  if (isOfLog(event.run)) {
    if (event.kind === "resources-sampled") countSample(state, event);
    if (event.kind === "breaker-changed") countBreaker(state, event);
    return;
  }
  if (event.copied) return;
  const pattern = (): PatternCounts => patternCounts(state, patternOf?.(event.run) ?? UNKNOWN, event.at);
  switch (event.kind) {
    case "run-started":
      countStart(state, event);
      return;
    case "run-admitted":
      leaveQueue(state, event.run, event.at);
      observe(pattern().queueWaits, state.bounds, event.waitedMs);
      return;
    case "step-completed":
    case "attempt-failed":
      countAttempt(state, event, pattern);
      return;
    case "attempt-lost":
      agentCounts(state, event.agent, event.at).attempts.lost++;
      return;
    case "wait-started":
      if (event.until === "signal") awaitSignal(state, event, patternOf?.(event.run) ?? UNKNOWN);
      return;
    case "signal-received":
      pattern().signalsReceived++;
      settleSignal(state, event);
      return;
    case "timer-fired":
      // The limit of an approval is a timer below its path.
      settleSignal(state, event);
      return;
    case "child-started":
      pattern().childrenStarted++;
      return;
    case "run-ended":
      countEnd(state, event);
      return;
    default:
      return;
  }
}

function countStart(state: Metrics, event: Ended<"run-started">): void {
  const counts = patternCounts(state, event.pattern, event.at);
  counts.started++;
  if (!event.queued) return;
  counts.queued++;
  state.waiting.set(event.run, { pattern: event.pattern, queued: true, awaits: [] });
}

function countEnd(state: Metrics, event: Ended<"run-ended">): void {
  const { outcome, pattern, durationMs, at } = event;
  leaveQueue(state, event.run, at);
  const waiting = state.waiting.get(event.run);
  const counts = patternCounts(state, pattern, at);
  if (waiting) {
    counts.awaited -= waiting.awaits.length;
    state.waiting.delete(event.run);
  }
  counts.ended[outcome.status] = (counts.ended[outcome.status] ?? 0) + 1;
  observe(counts.durations, state.bounds, durationMs);
  for (const one of state.objectives) {
    const judged = one.objective.pattern === pattern ? judge(one.objective, event) : undefined;
    if (judged) one[judged.result]++;
  }
  const code = errorCodeOf(event);
  if (code !== undefined) countsOf(counts.errors, code, at, () => ({ seenAt: 0, runs: 0 })).runs++;
}

/** Undefined where the run ended well, or as somebody wanted it to. */
function errorCodeOf({ outcome }: Ended<"run-ended">): string | undefined {
  switch (outcome.status) {
    case "completed":
    case "cancelled":
      return undefined;
    case "timed-out":
      return "pattern-timed-out";
    case "failed":
    case "rolled-back":
    case "rollback-failed":
    case "rejected":
      return outcome.error.code;
  }
}

function countAttempt(
  state: Metrics,
  event: Ended<"step-completed" | "attempt-failed">,
  pattern: () => PatternCounts,
): void {
  const { at, agent, usage } = event;
  const ended = event.kind === "step-completed" ? "completed" : "failed";
  const willRetry = event.kind === "attempt-failed" && event.retryInMs !== undefined;
  const counts = agentCounts(state, agent, at);
  if (usage) countUsage(counts, usage);
  if (willRetry) counts.retries++;
  if (isUndo(event.path)) {
    if (!willRetry) counts.undos[ended]++;
    return;
  }
  counts.attempts[ended]++;
  observe(counts.durations, state.bounds, event.durationMs);
  if (willRetry) return;
  const step = countsOf(pattern().steps, agent, at, () => ({ seenAt: 0, completed: 0, failed: 0 }));
  step[ended]++;
}

function countUsage(counts: AgentCounts, { inputTokens = 0, outputTokens = 0, costUsd = 0 }: Usage): void {
  counts.tokens.input += inputTokens;
  counts.tokens.output += outputTokens;
  counts.costUsd += costUsd;
}

function awaitSignal(state: Metrics, event: Ended<"wait-started">, pattern: string): void {
  const { run, path, at } = event;
  const awaits = state.waiting.get(run)?.awaits ?? [];
  if (awaits.some(([awaited]) => awaited === path)) return;
  state.waiting.set(run, { pattern, queued: false, awaits: [...awaits, [path, at]] });
  patternCounts(state, pattern, at).awaited++;
}

/** The signal at the path, or the one whose limit the path is, is awaited no longer. */
function settleSignal(state: Metrics, { run, path = "", at }: Event): void {
  const waiting = state.waiting.get(run);
  if (!waiting) return;
  const left = waiting.awaits.filter(([awaited]) => path !== awaited && !path.startsWith(`${awaited}/!`));
  if (left.length === waiting.awaits.length) return;
  patternCounts(state, waiting.pattern, at).awaited -= waiting.awaits.length - left.length;
  if (left.length > 0) state.waiting.set(run, { ...waiting, awaits: left });
  else state.waiting.delete(run);
}

function leaveQueue(state: Metrics, run: string, at: number): void {
  const waiting = state.waiting.get(run);
  if (!waiting?.queued) return;
  patternCounts(state, waiting.pattern, at).queued--;
  state.waiting.delete(run);
}

function countBreaker(metrics: Metrics, { agent, state, at }: Ended<"breaker-changed">): void {
  const counts = agentCounts(metrics, agent, at);
  const changes = counts.breaker?.changes ?? { open: 0, "half-open": 0, closed: 0 };
  counts.breaker = { state, changes: { ...changes, [state]: changes[state] + 1 } };
}

function countSample(state: Metrics, event: Ended<"resources-sampled">): void {
  const { sample } = event;
  state.sample = sample;
  state.process.cpuMs += sample.cpuMs;
  state.process.gcMs += sample.gcMs;
  state.process.commits += sample.commits;
  state.process.committedEvents += sample.committedEvents;
  for (const { refused = 0 } of sample.exports ?? []) {
    if (refused > 0) state.process.refused = (state.process.refused ?? 0) + refused;
  }
  if (sample.choices) addTimes(state.process.choices, sample.choices);
}

/** Of other bounds than these nothing can be added. */
function addTimes(choices: Histogram, { counts, sumMs }: ChoiceTimes): void {
  if (counts.length !== choices.counts.length) return;
  for (const [index, count] of counts.entries()) choices.counts[index] = (choices.counts[index] ?? 0) + count;
  choices.sum += sumMs;
}

function patternCounts(state: Metrics, name: string, at: number): PatternCounts {
  return countsOf(state.patterns, name, at, () => newPatternCounts(state.bounds));
}

function agentCounts(state: Metrics, name: string, at: number): AgentCounts {
  return countsOf(state.agents, name, at, () => newAgentCounts(state.bounds));
}
