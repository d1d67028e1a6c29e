/** Schedules, who did what, and who may. */
import { z } from "zod";
import { scopeSchema, timeSchema, type Scope } from "./route.ts";

export interface ScheduleView {
  readonly name: string;
  readonly pattern: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly missed: "skip" | "once" | "all";
  /** Null: never again. */
  readonly nextAt: number | null;
  readonly setBy: string;
  readonly setAt: number;
}

export const scheduleViewSchema: z.ZodType<ScheduleView> = z.object({
  name: z.string(),
  pattern: z.string(),
  cron: z.string(),
  timeZone: z.string(),
  missed: z.enum(["skip", "once", "all"]),
  nextAt: timeSchema.nullable(),
  setBy: z.string(),
  setAt: timeSchema,
});

/** Something that a person or program did to a run or to the log as a whole. */
export interface Act {
  readonly at: number;
  readonly by: string;
  /** The kind of its event. */
  readonly kind: string;
  /** Null where it concerns the log as a whole. */
  readonly run: string | null;
  /** The pattern, agent, schedule or approval concerned. */
  readonly subject: string | null;
  readonly reason: string | null;
  readonly position: number;
}

export const actSchema: z.ZodType<Act> = z
  .object({
    at: timeSchema,
    by: z.string(),
    kind: z.string(),
    run: z.string().nullable(),
    subject: z.string().nullable(),
    reason: z.string().nullable(),
    position: z.number(),
  })
  .meta({ id: "Act" });

/** Who asks, as the server sees it. */
export interface Session {
  /** What is stamped on what it does. */
  readonly principal: string;
  readonly scope: Scope;
  /** When the credential ends; null: when it is removed. */
  readonly expiresAt: number | null;
  /** Actions are refused whatever the scope. */
  readonly readOnly: boolean;
  readonly version: string;
}

export const sessionSchema: z.ZodType<Session> = z.object({
  principal: z.string(),
  scope: scopeSchema,
  expiresAt: timeSchema.nullable(),
  readOnly: z.boolean(),
  version: z.string(),
});

/** A bearer token without its secret, which nobody but its holder has. */
export interface TokenView {
  readonly name: string;
  readonly scope: Scope;
  /** What runs started with it may do; null: what the runtime may. */
  readonly grants: readonly string[] | null;
  readonly createdAt: number;
}

export const tokenViewSchema: z.ZodType<TokenView> = z.object({
  name: z.string(),
  scope: scopeSchema,
  grants: z.array(z.string()).nullable(),
  createdAt: timeSchema,
});
