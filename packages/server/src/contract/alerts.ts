/** Alerts with what they follow from: what fires, budgets in their windows, and when alerts fired before. */
import { z } from "zod";
import { timeSchema } from "./route.ts";

/** How soon a person should look: at once, or in working hours. */
export type AlertSeverity = "page" | "ticket";

const severitySchema: z.ZodType<AlertSeverity> = z.enum(["page", "ticket"]);

/** What keeps the news of alerts from being handed on for a while. */
export interface SilenceView {
  readonly id: string;
  /** An alert's name, or the beginning of some and a `*`. */
  readonly alert: string;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
  readonly until: number;
}

const silenceViewSchema: z.ZodType<SilenceView> = z
  .object({
    id: z.string(),
    alert: z.string(),
    reason: z.string(),
    by: z.string(),
    at: timeSchema,
    until: timeSchema,
  })
  .meta({ id: "Silence" });

export interface SilenceInput {
  /** An alert's name, or the beginning of some and a `*`. */
  readonly alert: string;
  readonly reason: string;
  /** From a second to 30 days. */
  readonly forMs: number;
}

export const silenceInputSchema: z.ZodType<SilenceInput> = z.strictObject({
  alert: z.string().min(1).max(300),
  reason: z.string().min(1).max(1_000),
  forMs: z.number(),
});

/** The silence that was set. */
export interface Silenced {
  readonly id: string;
}

export const silencedSchema: z.ZodType<Silenced> = z.object({ id: z.string() });

/** An alert that fires. */
export interface AlertView {
  /** Such as `objective/checkout/1h` or `stranded/orders`. */
  readonly alert: string;
  readonly severity: AlertSeverity;
  readonly summary: string;
  /** Null where it is about none. */
  readonly pattern: string | null;
  /** A run that shows it; null where none does. */
  readonly example: string | null;
  readonly since: number;
  /** Null: news of it is handed on. */
  readonly silence: SilenceView | null;
}

const alertViewSchema: z.ZodType<AlertView> = z
  .object({
    alert: z.string(),
    severity: severitySchema,
    summary: z.string(),
    pattern: z.string().nullable(),
    example: z.string().nullable(),
    since: timeSchema,
    silence: silenceViewSchema.nullable(),
  })
  .meta({ id: "Alert" });

/** What became good and bad of an objective in one window. */
export interface ObjectiveWindowView {
  readonly window: "5m" | "30m" | "1h" | "6h" | "3d";
  readonly good: number;
  readonly bad: number;
  /** Bad among all, 0 to 1; null where there were no runs. */
  readonly errorRate: number | null;
  /** How many times faster than allowed the budget is used up; null where there were no runs. */
  readonly burnRate: number | null;
}

const windowNameSchema = z.enum(["5m", "30m", "1h", "6h", "3d"]);

const windowSchema: z.ZodType<ObjectiveWindowView> = z.object({
  window: windowNameSchema,
  good: z.number(),
  bad: z.number(),
  errorRate: z.number().nullable(),
  burnRate: z.number().nullable(),
});

/** One of the alerts of an objective: it fires while more than `errorRateMax` is bad in both windows. */
export interface BurnAlertView {
  readonly alert: string;
  readonly long: ObjectiveWindowView["window"];
  readonly short: ObjectiveWindowView["window"];
  /** So many times faster than allowed the budget has to burn; smaller for low objectives. */
  readonly factor: number;
  readonly severity: AlertSeverity;
  readonly errorRateMax: number;
  /** "held": too little ended to judge by, and the alert stays what it was. */
  readonly verdict: "firing" | "calm" | "held";
  readonly firing: boolean;
}

const burnAlertSchema: z.ZodType<BurnAlertView> = z.object({
  alert: z.string(),
  long: windowNameSchema,
  short: windowNameSchema,
  factor: z.number(),
  severity: severitySchema,
  errorRateMax: z.number(),
  verdict: z.enum(["firing", "calm", "held"]),
  firing: z.boolean(),
});

/** What a pattern is held to, and how that goes. */
export interface ObjectiveView {
  readonly name: string;
  readonly pattern: string;
  /** The share of runs that is to succeed, or to succeed within `limitMs`. */
  readonly target: number;
  /** Null: success alone counts. */
  readonly limitMs: number | null;
  /** The share of runs that may be bad. */
  readonly budget: number;
  /** Of the last three days: 1 all of it, 0 nothing, below 0 more was used than there was; null: nothing ended. */
  readonly budgetLeft: number | null;
  /** The shortest first. */
  readonly windows: readonly ObjectiveWindowView[];
  readonly alerts: readonly BurnAlertView[];
}

const objectiveSchema: z.ZodType<ObjectiveView> = z
  .object({
    name: z.string(),
    pattern: z.string(),
    target: z.number(),
    limitMs: z.number().nullable(),
    budget: z.number(),
    budgetLeft: z.number().nullable(),
    windows: z.array(windowSchema),
    alerts: z.array(burnAlertSchema),
  })
  .meta({ id: "Objective" });

/** A figure that a pattern, or the process, is held to. */
export interface ThresholdView {
  readonly name: string;
  /** The alert that fires while it does not hold. */
  readonly alert: string;
  readonly severity: AlertSeverity;
  readonly pattern: string | null;
  /** What is to hold, for people: "95 % of 'orders' within 800 ms over 10 min". */
  readonly text: string;
  readonly firing: boolean;
}

const thresholdSchema: z.ZodType<ThresholdView> = z
  .object({
    name: z.string(),
    alert: z.string(),
    severity: severitySchema,
    pattern: z.string().nullable(),
    text: z.string(),
    firing: z.boolean(),
  })
  .meta({ id: "Threshold" });

/** Who is told of alerts, and what is still owed. */
export interface ReceiverView {
  readonly name: string;
  /** Changes that were not taken yet, those that wait for the end of a silence among them. */
  readonly owed: number;
  /** When the earliest of them happened; null where nothing is owed. */
  readonly owedSince: number | null;
  readonly delivered: number;
  /** After too many attempts. */
  readonly givenUp: number;
  /** Why the last attempt failed; null after one that did not. */
  readonly error: string | null;
}

const receiverSchema: z.ZodType<ReceiverView> = z
  .object({
    name: z.string(),
    owed: z.number(),
    owedSince: timeSchema.nullable(),
    delivered: z.number(),
    givenUp: z.number(),
    error: z.string().nullable(),
  })
  .meta({ id: "Receiver" });

export interface Alerts {
  /** Those that fire, the earliest first. */
  readonly alerts: readonly AlertView[];
  readonly objectives: readonly ObjectiveView[];
  readonly thresholds: readonly ThresholdView[];
  /** Those in force, the next to end first. */
  readonly silences: readonly SilenceView[];
  readonly receivers: readonly ReceiverView[];
  /** The server's clock. */
  readonly now: number;
}

export const alertsSchema: z.ZodType<Alerts> = z.object({
  alerts: z.array(alertViewSchema),
  objectives: z.array(objectiveSchema),
  thresholds: z.array(thresholdSchema),
  silences: z.array(silenceViewSchema),
  receivers: z.array(receiverSchema),
  now: timeSchema,
});

export interface AlertHistoryQuery {
  /** Only of this pattern. */
  readonly pattern?: string;
  /** 1 to 1,000. @default 100 */
  readonly limit?: number;
}

export const alertHistoryQuerySchema: z.ZodType<AlertHistoryQuery> = z.strictObject({
  pattern: z.string().min(1).exactOptional(),
  limit: z.int().min(1).max(1_000).exactOptional(),
});

/** One time that an alert fired. */
export interface AlertEpisodeView {
  readonly alert: string;
  readonly severity: AlertSeverity;
  readonly summary: string;
  readonly pattern: string | null;
  readonly firedAt: number;
  /** Null while it fires. */
  readonly resolvedAt: number | null;
  /** Why it was resolved, in one sentence. */
  readonly resolution: string | null;
  /** Of the event that said that it fires. */
  readonly position: number;
}

export interface AlertHistoryView {
  /** The latest first; the latest 1,000 are known. */
  readonly episodes: readonly AlertEpisodeView[];
}

export const alertHistorySchema: z.ZodType<AlertHistoryView> = z.object({
  episodes: z.array(
    z.object({
      alert: z.string(),
      severity: severitySchema,
      summary: z.string(),
      pattern: z.string().nullable(),
      firedAt: timeSchema,
      resolvedAt: timeSchema.nullable(),
      resolution: z.string().nullable(),
      position: z.number(),
    }),
  ),
});
