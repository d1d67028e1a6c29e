/** What each route takes and answers, as types. */
import type * as action from "./action.ts";
import type * as activity from "./activity.ts";
import type { AlertRoutes } from "./alert-routes.ts";
import type * as control from "./control.ts";
import type * as event from "./event.ts";
import type { HistoryRoutes } from "./history-routes.ts";
import type * as learned from "./learned.ts";
import type * as health from "./health.ts";
import type * as overview from "./overview.ts";
import type * as question from "./question.ts";
import type * as pattern from "./pattern.ts";
import type * as route from "./route.ts";
import type * as run from "./run.ts";
import type * as detail from "./run-detail.ts";
import type * as steps from "./run-steps.ts";

type Route<Input, Output> = route.Route<Input, Output>;

/** What each route takes and answers, by its name. */
export type Routes = AlertRoutes &
  HistoryRoutes & {
    readonly health: Route<route.Nothing, health.Health>;
    readonly ready: Route<route.Nothing, health.Readiness>;
    readonly session: Route<route.Nothing, control.Session>;
    readonly overview: Route<route.Nothing, overview.Overview>;
    readonly needs: Route<route.Nothing, overview.Needs>;
    readonly failures: Route<route.Nothing, overview.Failures>;
    readonly activity: Route<activity.ActivityQuery, activity.ActivityView>;
    readonly runs: Route<run.RunsQuery, run.RunsPage>;
    readonly run: Route<action.RunIdInput, detail.RunDetail>;
    readonly runSteps: Route<steps.StepsQuery, steps.StepsPage>;
    readonly runEvents: Route<event.RunEventsQuery, event.EventsPage>;
    readonly runValue: Route<event.ValueQuery, event.ValueView>;
    readonly events: Route<event.EventsQuery, event.EventsPage>;
    readonly patterns: Route<route.Nothing, { readonly patterns: readonly pattern.PatternSummary[] }>;
    readonly pattern: Route<action.NameInput, pattern.PatternDetail>;
    readonly patternSteps: Route<action.NameInput, { readonly steps: readonly activity.StepActivityView[] }>;
    readonly agents: Route<route.Nothing, { readonly agents: readonly pattern.AgentView[] }>;
    readonly queues: Route<route.Nothing, { readonly queues: readonly overview.QueueView[] }>;
    readonly schedules: Route<route.Nothing, { readonly schedules: readonly control.ScheduleView[] }>;
    readonly choices: Route<learned.ChoicesQuery, learned.Choices>;
    readonly confidence: Route<
      learned.ConfidenceQuery,
      { readonly confidence: readonly learned.ConfidenceView[] }
    >;
    readonly contexts: Route<route.Nothing, { readonly contexts: readonly learned.ContextsView[] }>;
    readonly choose: Route<action.ContextInput, question.ChoicePreviewView>;
    readonly registry: Route<question.RegistryQuery, question.RegistryView>;
    readonly paused: Route<route.Nothing, question.PausedView>;
    readonly audit: Route<route.Nothing, { readonly acts: readonly control.Act[] }>;
    readonly tokens: Route<route.Nothing, { readonly tokens: readonly control.TokenView[] }>;
    readonly start: Route<action.StartInput, action.Started>;
    readonly delegate: Route<action.DelegateInput, action.Started>;
    readonly cancel: Route<action.RunReasonInput, route.Done>;
    readonly signal: Route<action.SignalInput, route.Done>;
    readonly pause: Route<action.RunReasonInput, route.Done>;
    readonly resume: Route<action.RunIdInput, route.Done>;
    readonly retry: Route<action.RetryInput, action.Started>;
    readonly fork: Route<action.ForkInput, action.Started>;
    readonly feedback: Route<action.FeedbackInput, route.Done>;
    readonly bulk: Route<action.BulkInput, action.BulkResult>;
    readonly pausePattern: Route<action.NameReasonInput, route.Done>;
    readonly resumePattern: Route<action.NameInput, route.Done>;
    readonly pauseAgent: Route<action.NameReasonInput, route.Done>;
    readonly resumeAgent: Route<action.NameInput, route.Done>;
    readonly setSchedule: Route<action.ScheduleInput, route.Done>;
    readonly removeSchedule: Route<action.NameInput, route.Done>;
  };

export type RouteName = keyof Routes;
export type InputOf<Name extends RouteName> =
  Routes[Name] extends Route<infer Input, unknown> ? Input : never;
export type OutputOf<Name extends RouteName> =
  Routes[Name] extends Route<infer _Input, infer Output> ? Output : never;
