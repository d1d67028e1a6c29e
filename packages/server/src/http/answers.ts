/** Which view answers each route that reads. */
import { ReeveError } from "@reeve/core";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Credential, Gatekeeper } from "../access/gatekeeper.ts";
import { tokenView } from "../access/tokens.ts";
import type { Session } from "../contract/control.ts";
import type { Readiness } from "../contract/health.ts";
import type { PatternDetail, PatternSummary } from "../contract/pattern.ts";
import type { Route } from "../contract/route.ts";
import { routes } from "../contract/routes.ts";
import { eventsPage, runDetail, runsPage, runSteps, runValue } from "../runs/run-pages.ts";
import { confidenceViews, mayUseWith, type MayUse } from "./learned-views.ts";
import { overviewOf, queuesOf } from "./overview-of.ts";
import { parseInput } from "./read-input.ts";
import type { Views } from "./views.ts";

export interface AnswerHost {
  readonly views: Views;
  readonly gatekeeper: Gatekeeper;
  readonly version: string;
}

/** Undefined where a route is open to all. */
type Asker = Credential | undefined;

export interface Answer {
  readonly route: Pick<Route, "method" | "path" | "scope" | "input">;
  /** @throws ReeveError */
  answer(
    given: unknown,
    asker: Asker,
  ): Promise<{ readonly status: ContentfulStatusCode; readonly output: unknown }>;
}

/** One for each route that reads. */
export function answersOf({ views, gatekeeper, version }: AnswerHost): readonly Answer[] {
  const { runtime, stories, engine } = views;
  return [
    on(routes.health, () => views.health()),
    on(
      routes.ready,
      () => readiness(views),
      ({ ready }) => (ready ? 200 : 503),
    ),
    on(routes.session, (_input, asker) => sessionOf(views, asker, version)),
    on(routes.overview, () => overviewOf(views)),
    on(routes.needs, () => views.needs()),
    on(routes.failures, () => views.failures()),
    on(routes.activity, (query) => views.courses.activity(query, Date.now())),
    on(routes.runs, (query) => runsPage(runtime, query)),
    on(routes.run, ({ id }) => runDetail(runtime, stories, id)),
    on(routes.runSteps, (query) => runSteps(stories, query)),
    on(routes.runEvents, (query) => eventsPage(engine, query)),
    on(routes.runValue, (query) => runValue(runtime, stories, query)),
    on(routes.events, (query) => eventsPage(engine, query)),
    on(routes.patterns, () => ({ patterns: views.patterns().map(summaryOf) })),
    on(routes.pattern, ({ name }) => patternNamed(views, name)),
    on(routes.patternSteps, ({ name }) => ({ steps: views.courses.steps(name) })),
    on(routes.agents, () => ({ agents: views.agents() })),
    on(routes.queues, async () => ({ queues: await queuesOf(views) })),
    on(routes.schedules, () => ({ schedules: views.schedules() })),
    on(routes.choices, (query, asker) => views.learned.choices(query, mayUse(views, asker))),
    on(routes.confidence, async (query, asker) => ({
      confidence: await confidenceViews(runtime, query, mayUse(views, asker)),
    })),
    on(routes.contexts, (_input, asker) => ({ contexts: views.learned.contexts(mayUse(views, asker)) })),
    on(routes.alerts, () => views.alerts.now()),
    on(routes.alertHistory, (query) => views.alerts.history(query)),
    ...historyAnswers(views),
    on(routes.paused, () => views.runtime.paused()),
    on(routes.audit, () => ({ acts: views.acts() })),
    on(routes.tokens, () => ({ tokens: gatekeeper.tokens.map(tokenView) })),
  ];
}

function historyAnswers(views: Views): readonly Answer[] {
  const { history } = views;
  return [
    on(routes.marks, ({ sinceMs }) => ({
      marks: history.marks(sinceMs, views.state().startedAt, Date.now()),
    })),
    on(routes.resources, ({ sinceMs }) => history.resources(sinceMs, Date.now())),
    on(routes.patternHistory, ({ name }) => history.pattern(name)),
    on(routes.calibration, ({ pattern }, asker) => {
      const may = mayUse(views, asker);
      return history.calibration((name) => may(name) && (pattern === undefined || name === pattern));
    }),
    on(routes.trend, (query, asker) => ({
      series: mayUse(views, asker)(query.pattern) ? history.trend(query) : [],
    })),
  ];
}

function on<Input, Output>(
  route: Route<Input, Output>,
  answer: (input: Input, asker: Asker) => Output | Promise<Output>,
  statusOf: (output: Output) => ContentfulStatusCode = () => route.status ?? 200,
): Answer {
  return {
    route,
    answer: async (given, asker) => {
      const output = await answer(parseInput(route.input, given, route.path), asker);
      return { status: statusOf(output), output };
    },
  };
}

function mayUse(views: Views, asker: Asker): MayUse {
  return mayUseWith(asker?.grants, views.patterns());
}

function summaryOf(pattern: PatternDetail): PatternSummary {
  const { name, version, versions, kind, description, domain, agents, paused } = pattern;
  return { name, version, versions, kind, description, domain, agents, paused };
}

function patternNamed(views: Views, name: string): PatternDetail {
  const found = views.patterns().find((pattern) => pattern.name === name);
  if (found) return found;
  throw new ReeveError("pattern-not-found", `there is no pattern '${name}'`, {
    hint: "list the patterns with `reeve patterns`",
  });
}

function readiness(views: Views): Readiness {
  const { state } = views.state();
  if (state === "blocked") return { ready: false, reason: "the runtime's event loop is blocked" };
  return state === "closing" ? { ready: false, reason: "the runtime closes" } : { ready: true, reason: null };
}

function sessionOf(views: Views, credential: Asker, version: string): Session {
  if (!credential) throw new ReeveError("not-signed-in", "nobody is signed in");
  const { principal, scope, expiresAt } = credential;
  return { principal, scope, expiresAt, readOnly: views.state().readOnly, version };
}
