/** The routes of alerts and silences; part of routes.ts. */
import * as action from "./action.ts";
import * as alerts from "./alerts.ts";
import * as route from "./route.ts";

type Route<Input, Output> = route.Route<Input, Output>;

export type AlertRoutes = {
  readonly alerts: Route<route.Nothing, alerts.Alerts>;
  readonly alertHistory: Route<alerts.AlertHistoryQuery, alerts.AlertHistoryView>;
  readonly silence: Route<alerts.SilenceInput, alerts.Silenced>;
  readonly unsilence: Route<action.RunIdInput, route.Done>;
};

const { nothingSchema, doneSchema } = route;
const READ = { method: "GET", scope: "read" } as const;
const ACT = { method: "POST", scope: "operate" } as const;

export const alertRoutes: AlertRoutes = {
  alerts: {
    ...READ,
    path: "/api/alerts",
    summary: "The alerts that fire, and the objectives with their budgets in every window",
    input: nothingSchema,
    output: alerts.alertsSchema,
  },
  alertHistory: {
    ...READ,
    path: "/api/alerts/history",
    summary: "When alerts fired and were resolved, the latest first",
    input: alerts.alertHistoryQuerySchema,
    output: alerts.alertHistorySchema,
  },
  silence: {
    ...ACT,
    path: "/api/silences",
    status: 201,
    summary: "Hand on no news of an alert for a while; answered with the silence's id",
    input: alerts.silenceInputSchema,
    output: alerts.silencedSchema,
  },
  unsilence: {
    ...ACT,
    method: "DELETE",
    path: "/api/silences/{id}",
    summary: "End a silence before its time",
    input: action.runIdInputSchema,
    output: doneSchema,
  },
};
