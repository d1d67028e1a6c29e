/** The public names of the library. */
export { agent } from "./delegation/agent.ts";
export type {
  Agent,
  AgentNode,
  AgentOptions,
  AgentPolicy,
  RetryOptions,
  Returned,
  Runnable,
  StartChildOptions,
  StepContext,
  Verdict,
  WalkContext,
} from "./delegation/agent.ts";
export {
  processAgent,
  type CommandLine,
  type ProcessAgentOptions,
  type ProcessEnd,
} from "./agents/process-agent.ts";
export { workerAgent, type WorkerAgentOptions, type WorkerContext } from "./agents/worker-agent.ts";
export {
  silenceOf,
  type ActiveAlert,
  type AlertChange,
  type AlertSeverity,
  type Silence,
} from "./delegation/alert.ts";
export type { AttributeValue, Context, ContextRequest } from "./delegation/context.ts";
export type { ChoiceRecord, RecordedCandidate, RunChoice } from "./delegation/choice.ts";
export type { Changed, ChangeSeverity, ContextChange, ContextDifference } from "./delegation/changed.ts";
export type { Breach, PreservedKey } from "./delegation/preserved.ts";
export type { Event, EventKind, LogLevel, Usage } from "./delegation/event.ts";
export { isOfLog } from "./delegation/controls.ts";
export { taughtScore } from "./delegation/taught-score.ts";
export type { Checkpoint, Fold, FoldReader, PatternOf } from "./delegation/fold.ts";
export { OUTCOME_STATUSES, RUN_STATES } from "./delegation/outcome.ts";
export type {
  Aftermath,
  Outcome,
  OutcomeStatus,
  RunState,
  Settled,
  StepError,
} from "./delegation/outcome.ts";
export type { Path } from "./delegation/path.ts";
export type { ResourceSample } from "./delegation/resource-sample.ts";
export type { Limit, LimitOptions } from "./delegation/limit.ts";
export type { Matches, Pattern, PatternNode, RepeatContext, Tolerance } from "./delegation/pattern.ts";
export type { Schema } from "./delegation/schema.ts";
export type {
  AttemptCommand,
  AttemptResult,
  CancelRequest,
  FeedbackRequest,
  Capabilities,
  Completion,
  Engine,
  EventQuery,
  Host,
  Journal,
  OutcomeOptions,
  RunPage,
  RunQuery,
  RunRecord,
  SignalRequest,
  StartRequest,
  WatchOptions,
} from "./engine/engine.ts";
export { memoryEngine, type MemoryEngineOptions } from "./engine/memory/memory-engine.ts";
export { backupFile, type Backup, type BackupOptions } from "./engine/sqlite/backup-file.ts";
export type { CopyProgress } from "./engine/sqlite/connection.ts";
export { logOwner } from "./engine/sqlite/log-owner.ts";
export type { LogOwner } from "./engine/sqlite/owner.ts";
export { restoreFile, type Restored, type RestoreOptions } from "./engine/sqlite/restore-file.ts";
export { redact } from "./secrets/redact.ts";
export { secret, Secret } from "./secrets/secret.ts";
export { sqliteEngine, type SqliteEngineOptions } from "./engine/sqlite/sqlite-engine.ts";
export {
  verifyFile,
  type Verification,
  type VerifyOptions,
  type VerifyProgress,
} from "./engine/sqlite/verify-file.ts";
export type { FileProblem } from "./engine/sqlite/verify-report.ts";
export { NonRetryableError, ReeveError, type ErrorCode, type ReeveErrorOptions } from "./errors.ts";
export type { BreakerOptions, OpenBreaker } from "./delegation/breaker.ts";
export { systemClock, type CancelTimer, type Clock } from "./clock.ts";
export { fixedResources, type Resources, type ResourceUse } from "./resources/resources.ts";
export { systemRandom, seededRandom, type Random } from "./random.ts";
export {
  createConfidence,
  restoreConfidence,
  type Confidence,
  type ConfidenceOptions,
  type ConfidenceState,
} from "./learning/confidence.ts";
export { confidenceFold, type ConfidenceReader, type Learned } from "./learning/confidence-fold.ts";
export { interval as credibleInterval, type Posterior } from "./learning/posterior.ts";
export { presets, type ChoosingSettings, type PresetName } from "./selection/presets.ts";
export type { Belief } from "./selection/candidate.ts";
export type { ChoosingOptions, DomainChoosing, RecoveryOptions } from "./runtime/choosing-options.ts";
export { choose, type Choice, type ChoosePreset } from "./selection/choose.ts";
export { adviceOn, type Advice, type AdviceCode } from "./patterns/advice.ts";
export { patternVersion } from "./patterns/fingerprint.ts";
export { childrenOf, type Placed } from "./patterns/tree.ts";
export { lighterPatterns, stepCount } from "./selection/lighter-patterns.ts";
export { patternsBelow, unusedPatterns } from "./selection/named-patterns.ts";
export { packPatterns, type PackedPatterns } from "./selection/stored/pack.ts";
export { unpackPatterns } from "./selection/stored/unpack.ts";
export type { StoredPatterns } from "./runtime/stored-patterns.ts";
export { surveyPatterns, type SurveyedPattern } from "./selection/survey-patterns.ts";
export { similarPatterns, type SimilarPattern, type Sought } from "./selection/similar-patterns.ts";
export { followAlerts, type AlertReader, type AlertReport } from "./runtime/follow-alerts.ts";
export { alertRulesOf, type AlertRules } from "./runtime/alert-rules.ts";
export {
  alertOutbox,
  type AlertOutbox,
  type OwedChange,
  type ReceiverState,
} from "./telemetry/alert-outbox.ts";
export type { SilenceOptions } from "./runtime/silences.ts";
export type { AlertOptions } from "./runtime/check-alerts.ts";
export { alertLimits, type AlertLimits } from "./telemetry/alert-limits.ts";
export {
  THRESHOLD_RUNS_MIN,
  THRESHOLD_WINDOW_MS,
  thresholdAlertName,
  thresholdText,
  type ConfidenceThreshold,
  type MemoryThreshold,
  type ResponseTimeThreshold,
  type SuccessRateThreshold,
  type Threshold,
} from "./telemetry/threshold.ts";
export type { AlertEpisode } from "./telemetry/alert-history.ts";
export type { BurnAlertReport, ObjectiveReport, ObjectiveWindow } from "./telemetry/objective-report.ts";
export { followTelemetry, type Telemetry } from "./runtime/telemetry.ts";
export type { TracingOptions } from "./telemetry/keep-trace.ts";
export {
  attemptSpanId,
  pathSpanId,
  readTraceparent,
  runSpanId,
  traceIdOf,
  type TracedRun,
  type TraceParent,
} from "./delegation/trace-context.ts";
export type { TraceKept } from "./delegation/trace-kept.ts";
export { metrics, type MetricsOptions } from "./telemetry/metrics.ts";
export type { Metrics } from "./telemetry/counts.ts";
export { metricList } from "./telemetry/metric-list.ts";
export { standingMetrics } from "./telemetry/standing-metrics.ts";
export type { BelievedIn, Standing } from "./telemetry/standing.ts";
export { followStanding } from "./runtime/follow-standing.ts";
export type { HistogramValue, Metric, Point } from "./telemetry/metric.ts";
export {
  BURN_RUNS_MIN,
  burnAlertName,
  burnRateChanges,
  burnRates,
  firingErrorRate,
  type BurnRate,
  type Window,
} from "./telemetry/burn-rate.ts";
export { needChanges } from "./telemetry/need-alerts.ts";
export { needs, type Needs, type RunInNeed } from "./telemetry/needs.ts";
export { objectives, type Objectives } from "./telemetry/objectives.ts";
export type { LatencyObjective, Objective, SuccessObjective } from "./telemetry/objective.ts";
export {
  activity,
  courseOf,
  namesIn,
  statisticsOf,
  type Activity,
  type ActivityOf,
  type ActivityStatistics,
  type CoursePoints,
} from "./telemetry/activity.ts";
export {
  contextPreservation,
  contextsOf,
  type ContextPlace,
  type ContextPreservation,
  type PatternContexts,
} from "./telemetry/context-preservation.ts";
export { failures, latestFailures, type FailureGroup, type Failures } from "./telemetry/failures.ts";
export {
  stepActivities,
  stepsOf,
  type StepActivities,
  type StepActivity,
} from "./telemetry/step-activity.ts";
export { approval } from "./patterns/approval.ts";
export { degrade, type Degrade, type DegradeOptions, type LevelResources } from "./patterns/degrade.ts";
export { delegate, type Delegate, type DelegateOptions } from "./patterns/delegate.ts";
export { delay } from "./patterns/delay.ts";
export { forEach } from "./patterns/for-each.ts";
export { meta } from "./patterns/meta.ts";
export { parallel } from "./patterns/parallel.ts";
export { repeat } from "./patterns/repeat.ts";
export { sequential } from "./patterns/sequential.ts";
export { step } from "./patterns/step.ts";
export { when } from "./patterns/when.ts";
export {
  createRuntime,
  type CallerOptions,
  type ChoicePreview,
  type DelegateTaskOptions,
  type Pausable,
  type Paused,
  type PreviewedCandidate,
  type ScheduleOptions,
  type ScheduleView,
  type Runtime,
  type RuntimeOfCaller,
  type RuntimeOptions,
  type StartOptions,
} from "./runtime.ts";
export { visibleChoice } from "./runtime/visible-choice.ts";
export { effectiveSettings, type EffectiveSetting } from "./runtime/effective-settings.ts";
export type {
  EventOptions,
  FeedbackOptions,
  ForkOptions,
  RetryRunOptions,
  RunHandle,
  SignalOptions,
} from "./run-handle.ts";
export { closestName } from "./delegation/closest-name.ts";
