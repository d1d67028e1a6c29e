/** Every route of the API. The server answers exactly these, and the OpenAPI document and the client are made of them. */
import { z } from "zod";
import * as action from "./action.ts";
import * as activity from "./activity.ts";
import { alertRoutes } from "./alert-routes.ts";
import * as control from "./control.ts";
import * as event from "./event.ts";
import { historyRoutes } from "./history-routes.ts";
import * as learned from "./learned.ts";
import * as health from "./health.ts";
import * as overview from "./overview.ts";
import * as question from "./question.ts";
import * as pattern from "./pattern.ts";
import * as route from "./route.ts";
import * as run from "./run.ts";
import * as detail from "./run-detail.ts";
import * as steps from "./run-steps.ts";

import type { Routes } from "./route-shapes.ts";

const { nothingSchema, doneSchema } = route;
const READ = { method: "GET", scope: "read" } as const;
const ACT = { method: "POST", scope: "operate" } as const;

export const routes: Routes = {
  ...alertRoutes,
  ...historyRoutes,
  health: {
    ...READ,
    path: "/api/health",
    summary: "How the runtime does, in one sentence and in its parts",
    input: nothingSchema,
    output: health.healthSchema,
  },
  ready: {
    method: "GET",
    scope: "open",
    path: "/api/ready",
    summary: "Whether the server has read the log and the runtime answers; 503 while not",
    input: nothingSchema,
    output: health.readinessSchema,
  },
  session: {
    ...READ,
    path: "/api/session",
    summary: "Who asks, and what the credential may do",
    input: nothingSchema,
    output: control.sessionSchema,
  },
  overview: {
    ...READ,
    path: "/api/overview",
    summary: "Health, what goes on, what ended, what waits for a person, what fails",
    input: nothingSchema,
    output: overview.overviewSchema,
  },
  needs: {
    ...READ,
    path: "/api/needs",
    summary: "What waits for a person: approvals, failed undos, unsure steps, stranded runs",
    input: nothingSchema,
    output: overview.needsSchema,
  },
  failures: {
    ...READ,
    path: "/api/failures",
    summary: "Failures grouped by pattern, step and error code",
    input: nothingSchema,
    output: overview.failuresSchema,
  },
  activity: {
    ...READ,
    path: "/api/activity",
    summary: "How runs, those of a pattern, or attempts of an agent went over time",
    input: activity.activityQuerySchema,
    output: activity.activityViewSchema,
  },
  runs: {
    ...READ,
    path: "/api/runs",
    summary: "A page of runs, filtered and sorted",
    input: run.runsQuerySchema,
    output: run.runsPageSchema,
  },
  run: {
    ...READ,
    path: "/api/runs/{id}",
    summary: "One run: where it stands and how it ended",
    input: action.runIdInputSchema,
    output: detail.runDetailSchema,
  },
  runSteps: {
    ...READ,
    path: "/api/runs/{id}/steps",
    summary: "The steps of a run with their attempts, in the order they began",
    input: steps.stepsQuerySchema,
    output: steps.stepsPageSchema,
  },
  runEvents: {
    ...READ,
    path: "/api/runs/{id}/events",
    summary: "A page of a run's events in order",
    input: event.runEventsQuerySchema,
    output: event.eventsPageSchema,
  },
  runValue: {
    ...READ,
    path: "/api/runs/{id}/value",
    summary: "The input or output of a run, or the output of a step, with secrets redacted",
    input: event.valueQuerySchema,
    output: event.valueViewSchema,
  },
  events: {
    ...READ,
    path: "/api/events",
    summary: "A page of the events of all runs in order",
    input: event.eventsQuerySchema,
    output: event.eventsPageSchema,
  },
  patterns: {
    ...READ,
    path: "/api/patterns",
    summary: "The registered patterns",
    input: nothingSchema,
    output: z.object({ patterns: z.array(pattern.patternSummarySchema) }),
  },
  pattern: {
    ...READ,
    path: "/api/patterns/{name}",
    summary: "One pattern: its tree, limits and advice",
    input: action.nameInputSchema,
    output: pattern.patternDetailSchema,
  },
  patternSteps: {
    ...READ,
    path: "/api/patterns/{name}/steps",
    summary: "What goes on at each step of a pattern, and how its attempts went so far",
    input: action.nameInputSchema,
    output: activity.stepActivitiesSchema,
  },
  agents: {
    ...READ,
    path: "/api/agents",
    summary: "The agents of the registered patterns",
    input: nothingSchema,
    output: z.object({ agents: z.array(pattern.agentViewSchema) }),
  },
  queues: {
    ...READ,
    path: "/api/queues",
    summary: "Runs that wait to begin, by pattern and key",
    input: nothingSchema,
    output: overview.queuesSchema,
  },
  schedules: {
    ...READ,
    path: "/api/schedules",
    summary: "The schedules with their next times",
    input: nothingSchema,
    output: z.object({ schedules: z.array(control.scheduleViewSchema) }),
  },
  choices: {
    ...READ,
    path: "/api/choices",
    summary: "Why patterns were chosen lately: candidates with what was believed of them",
    input: learned.choicesQuerySchema,
    output: learned.choicesSchema,
  },
  confidence: {
    ...READ,
    path: "/api/confidence",
    summary: "What was learned of patterns, by domain",
    input: learned.confidenceQuerySchema,
    output: learned.confidenceSchema,
  },
  contexts: {
    ...READ,
    path: "/api/contexts",
    summary: "Whether contexts survived as patterns declare, and what changed undeclared",
    input: nothingSchema,
    output: learned.contextsSchema,
  },
  choose: {
    ...READ,
    path: "/api/choose",
    summary: "Which pattern a task of this context would be delegated to now, and why; starts nothing",
    input: action.contextInputSchema,
    output: question.choicePreviewSchema,
  },
  registry: {
    ...READ,
    path: "/api/registry",
    summary:
      "Every version of the registered patterns: what it serves, how many steps, advice, what is like it",
    input: question.registryQuerySchema,
    output: question.registrySchema,
  },
  paused: {
    ...READ,
    path: "/api/paused",
    summary: "Which patterns and agents are paused, why, by whom and since when",
    input: nothingSchema,
    output: question.pausedSchema,
  },
  audit: {
    ...READ,
    path: "/api/audit",
    summary: "Who did what: the latest 1,000 acts, the newest first",
    input: nothingSchema,
    output: z.object({ acts: z.array(control.actSchema) }),
  },
  tokens: {
    ...READ,
    scope: "operate",
    path: "/api/tokens",
    summary: "The bearer tokens, without their secrets",
    input: nothingSchema,
    output: z.object({ tokens: z.array(control.tokenViewSchema) }),
  },
  start: {
    ...ACT,
    path: "/api/runs",
    status: 201,
    summary: "Start a run; answered when its start is on disk",
    input: action.startInputSchema,
    output: action.startedSchema,
  },
  delegate: {
    ...ACT,
    path: "/api/delegate",
    status: 201,
    summary: "Have a pattern chosen for a task and start its run; answered when that is on disk",
    input: action.delegateInputSchema,
    output: action.startedSchema,
  },
  cancel: {
    ...ACT,
    path: "/api/runs/{id}/cancel",
    summary: "Ask a run to end; what was done is undone",
    input: action.runReasonInputSchema,
    output: doneSchema,
  },
  signal: {
    ...ACT,
    path: "/api/runs/{id}/signal",
    summary: "Answer an approval",
    input: action.signalInputSchema,
    output: doneSchema,
  },
  pause: {
    ...ACT,
    path: "/api/runs/{id}/pause",
    summary: "Begin no further attempt of a run",
    input: action.runReasonInputSchema,
    output: doneSchema,
  },
  resume: {
    ...ACT,
    path: "/api/runs/{id}/resume",
    summary: "Let a paused run go on",
    input: action.runIdInputSchema,
    output: doneSchema,
  },
  retry: {
    ...ACT,
    path: "/api/runs/{id}/retry",
    status: 201,
    summary: "Start a new run that makes anew what failed",
    input: action.retryInputSchema,
    output: action.startedSchema,
  },
  fork: {
    ...ACT,
    path: "/api/runs/{id}/fork",
    status: 201,
    summary: "Start a new run from a step of this one, with another input or output",
    input: action.forkInputSchema,
    output: action.startedSchema,
  },
  feedback: {
    ...ACT,
    path: "/api/runs/{id}/feedback",
    summary: "Say how good a run's result was, 0 to 1; its pattern learns from it",
    input: action.feedbackInputSchema,
    output: doneSchema,
  },
  bulk: {
    ...ACT,
    path: "/api/bulk",
    summary: "Cancel, pause, resume or retry the runs that a filter names; first without doing it",
    input: action.bulkInputSchema,
    output: action.bulkResultSchema,
  },
  pausePattern: {
    ...ACT,
    path: "/api/patterns/{name}/pause",
    summary: "Hold back every attempt of a pattern's runs",
    input: action.nameReasonInputSchema,
    output: doneSchema,
  },
  resumePattern: {
    ...ACT,
    path: "/api/patterns/{name}/resume",
    summary: "Let a paused pattern go on",
    input: action.nameInputSchema,
    output: doneSchema,
  },
  pauseAgent: {
    ...ACT,
    path: "/api/agents/{name}/pause",
    summary: "Hold back every attempt of an agent",
    input: action.nameReasonInputSchema,
    output: doneSchema,
  },
  resumeAgent: {
    ...ACT,
    path: "/api/agents/{name}/resume",
    summary: "Let a paused agent go on",
    input: action.nameInputSchema,
    output: doneSchema,
  },
  setSchedule: {
    ...ACT,
    method: "PUT",
    path: "/api/schedules/{name}",
    summary: "Start a run of a pattern at every time that `cron` names",
    input: action.scheduleInputSchema,
    output: doneSchema,
  },
  removeSchedule: {
    ...ACT,
    method: "DELETE",
    path: "/api/schedules/{name}",
    summary: "Forget a schedule; its runs stay",
    input: action.nameInputSchema,
    output: doneSchema,
  },
};
