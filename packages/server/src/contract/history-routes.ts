/** The routes that tell how things came to be as they are; part of the one table in routes.ts. */
import * as action from "./action.ts";
import * as history from "./history.ts";
import * as resources from "./resources.ts";
import type { Route } from "./route.ts";

export type HistoryRoutes = {
  readonly marks: Route<history.SinceQuery, { readonly marks: readonly history.MarkView[] }>;
  readonly resources: Route<history.SinceQuery, resources.ResourcesView>;
  readonly patternHistory: Route<action.NameInput, history.PatternHistory>;
  readonly calibration: Route<history.CalibrationQuery, history.Calibration>;
  readonly trend: Route<history.TrendQuery, { readonly series: readonly history.TrendSeries[] }>;
};

const READ = { method: "GET", scope: "read" } as const;

export const historyRoutes: HistoryRoutes = {
  marks: {
    ...READ,
    path: "/api/marks",
    summary: "Changes that may explain what charts show: processes, versions, profiles, configuration",
    input: history.sinceQuerySchema,
    output: history.marksSchema,
  },
  resources: {
    ...READ,
    path: "/api/resources",
    summary: "What the process that works on the log used over time, and how long what there is will last",
    input: history.sinceQuerySchema,
    output: resources.resourcesViewSchema,
  },
  patternHistory: {
    ...READ,
    path: "/api/patterns/{name}/history",
    summary: "How all runs of a pattern ended, how long they took, and the versions they ran by",
    input: action.nameInputSchema,
    output: history.patternHistorySchema,
  },
  calibration: {
    ...READ,
    path: "/api/calibration",
    summary: "Whether what was believed of chosen patterns came true",
    input: history.calibrationQuerySchema,
    output: history.calibrationSchema,
  },
  trend: {
    ...READ,
    path: "/api/trend",
    summary: "What was believed of a pattern over time, by domain",
    input: history.trendQuerySchema,
    output: history.trendSchema,
  },
};
