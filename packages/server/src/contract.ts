/** The HTTP contract: every resource and route as types and schemas. What a client of the API needs, and nothing else. */
export type {
  BulkAction,
  BulkInput,
  BulkResult,
  ContextInput,
  DelegateInput,
  FeedbackInput,
  ForkInput,
  NameInput,
  NameReasonInput,
  RetryInput,
  RunIdInput,
  RunReasonInput,
  ScheduleInput,
  SignalInput,
  Started,
  StartInput,
} from "./contract/action.ts";
export type { ActivityPoint, ActivityQuery, ActivityView, StepActivityView } from "./contract/activity.ts";
export type {
  AlertEpisodeView,
  AlertHistoryQuery,
  AlertHistoryView,
  Alerts,
  AlertSeverity,
  AlertView,
  BurnAlertView,
  ObjectiveView,
  ObjectiveWindowView,
  ReceiverView,
  Silenced,
  SilenceInput,
  SilenceView,
  ThresholdView,
} from "./contract/alerts.ts";
export type { Act, ScheduleView, Session, TokenView } from "./contract/control.ts";
export type {
  EventsPage,
  EventsQuery,
  EventView,
  RunEventsQuery,
  ValueQuery,
  ValueView,
} from "./contract/event.ts";
export type {
  CandidateView,
  Choices,
  ChoicesQuery,
  ChoiceView,
  ConfidenceQuery,
  ConfidenceView,
  ContextPlaceView,
  ContextsView,
  Spread,
} from "./contract/learned.ts";
export type {
  Calibration,
  CalibrationBin,
  CalibrationQuery,
  DurationBin,
  MarkView,
  PatternHistory,
  SinceQuery,
  TrendPoint,
  TrendQuery,
  TrendSeries,
  VersionView,
} from "./contract/history.ts";
export type { ForecastView, ResourcePoint, ResourcesView } from "./contract/resources.ts";
export type { Finding, FindingKind, Health, Readiness, RuntimeState } from "./contract/health.ts";
export type {
  ActiveCounts,
  FailureGroup,
  Failures,
  Need,
  NeedKind,
  Needs,
  Overview,
  QueueView,
  RecentEndings,
} from "./contract/overview.ts";
export type {
  AdviceView,
  AgentView,
  PatternDetail,
  PatternSummary,
  PauseView,
  PlaceView,
} from "./contract/pattern.ts";
export type {
  ChoicePreviewView,
  PausedView,
  RegisteredView,
  RegistryQuery,
  RegistryView,
} from "./contract/question.ts";
export { errorBodySchema } from "./contract/route.ts";
export type { Done, ErrorBody, Method, Nothing, Route, Scope } from "./contract/route.ts";
export { routes } from "./contract/routes.ts";
export type { InputOf, OutputOf, RouteName, Routes } from "./contract/route-shapes.ts";
export type { ForkView, RunFilter, RunOriginView, RunsPage, RunsQuery, RunSummary } from "./contract/run.ts";
export type {
  ChildView,
  ContextChangeView,
  DifferenceView,
  ErrorView,
  OutcomeView,
  RunDetail,
  SaidOfRun,
} from "./contract/run-detail.ts";
export type { AttemptView, StepsPage, StepsQuery, StepStateView, StepView } from "./contract/run-steps.ts";
export { streamMessageSchema, streamQuerySchema } from "./contract/stream.ts";
export type {
  HelloMessage,
  NeedsMessage,
  OverviewMessage,
  RunEventsMessage,
  RunsMessage,
  SnapshotMessage,
  StreamMessage,
  StreamQuery,
  Topic,
} from "./contract/stream.ts";
export type { OutcomeStatus, RunState } from "@reeve/core";
