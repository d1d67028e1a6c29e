/** How things came to be as they are: what was believed and how true it was, outcomes, versions, changes, resources. */
import type { OutcomeStatus } from "@reeve/core";
import { z } from "zod";
import { timeSchema } from "./route.ts";
import { outcomeStatusSchema } from "./run.ts";

const HOUR_MS = 3_600_000;
const TWO_WEEKS_MS = 14 * 24 * HOUR_MS;

export interface SinceQuery {
  /** How far back, in milliseconds, up to two weeks. @default an hour */
  readonly sinceMs?: number;
}

export const sinceQuerySchema: z.ZodType<SinceQuery> = z.strictObject({
  sinceMs: z.number().positive().max(TWO_WEEKS_MS).exactOptional(),
});

/** A change that may explain what charts show from then on. */
export interface MarkView {
  readonly at: number;
  /** A process began, a pattern's runs got another version, a profile was activated, or something was set, paused or resumed. */
  readonly kind: "process" | "version" | "profile" | "configuration";
  /** One sentence. */
  readonly text: string;
  /** Null where it concerns more than one pattern. */
  readonly pattern: string | null;
}

export const marksSchema: z.ZodType<{ readonly marks: readonly MarkView[] }> = z.object({
  marks: z.array(
    z
      .object({
        at: timeSchema,
        kind: z.enum(["process", "version", "profile", "configuration"]),
        text: z.string(),
        pattern: z.string().nullable(),
      })
      .meta({ id: "Mark" }),
  ),
});

/** Runs of a pattern that took so long. */
export interface DurationBin {
  readonly fromMs: number;
  /** Null: longer than `fromMs`. */
  readonly toMs: number | null;
  readonly good: number;
  readonly bad: number;
}

export interface VersionView {
  readonly version: string;
  /** When its first and latest run began. */
  readonly firstAt: number;
  readonly lastAt: number;
  readonly runs: number;
}

/** How all runs of a pattern ended, how long they took, and the versions they ran by. */
export interface PatternHistory {
  readonly pattern: string;
  readonly outcomes: readonly { readonly status: OutcomeStatus; readonly count: number }[];
  /** From the shortest to the longest, without gaps; runs that were cancelled or rejected are left out. */
  readonly durations: readonly DurationBin[];
  /** The latest first. */
  readonly versions: readonly VersionView[];
}

export const patternHistorySchema: z.ZodType<PatternHistory> = z.object({
  pattern: z.string(),
  outcomes: z.array(z.object({ status: outcomeStatusSchema, count: z.number() })),
  durations: z.array(
    z.object({ fromMs: z.number(), toMs: z.number().nullable(), good: z.number(), bad: z.number() }),
  ),
  versions: z.array(
    z.object({ version: z.string(), firstAt: timeSchema, lastAt: timeSchema, runs: z.number() }),
  ),
});

export interface CalibrationQuery {
  /** Only choices of this pattern. */
  readonly pattern?: string;
}

export const calibrationQuerySchema: z.ZodType<CalibrationQuery> = z.strictObject({
  pattern: z.string().min(1).exactOptional(),
});

/** Choices whose pattern was believed to succeed with a probability from `from` to `to`. */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** The mean of what was believed, and of what came true. */
  readonly believed: number;
  readonly observed: number;
  /** Bounds that hold what comes true in the long run with 95 %. */
  readonly low: number;
  readonly high: number;
}

/** Whether what was believed of chosen patterns came true. */
export interface Calibration {
  readonly count: number;
  /** The mean distance between what was believed and what came true, over the bins. */
  readonly error: number;
  /** The mean squared distance between what was believed and each result. */
  readonly brier: number;
  /** Those with choices in them, by what was believed. */
  readonly bins: readonly CalibrationBin[];
}

export const calibrationSchema: z.ZodType<Calibration> = z.object({
  count: z.number(),
  error: z.number(),
  brier: z.number(),
  bins: z.array(
    z.object({
      from: z.number(),
      to: z.number(),
      count: z.number(),
      believed: z.number(),
      observed: z.number(),
      low: z.number(),
      high: z.number(),
    }),
  ),
});

export interface TrendQuery {
  readonly pattern: string;
  readonly domain?: string;
}

export const trendQuerySchema: z.ZodType<TrendQuery> = z.strictObject({
  pattern: z.string().min(1),
  domain: z.string().min(1).exactOptional(),
});

/** What was believed of a pattern's success when it was last a candidate in a stretch of time. */
export interface TrendPoint {
  readonly at: number;
  readonly mean: number;
  /** Bounds that hold it with 95 %. */
  readonly low: number;
  readonly high: number;
}

export interface TrendSeries {
  readonly domain: string;
  /** How far points are apart at least, in milliseconds; it grows with the series. */
  readonly widthMs: number;
  /** The oldest first. */
  readonly points: readonly TrendPoint[];
}

export const trendSchema: z.ZodType<{ readonly series: readonly TrendSeries[] }> = z.object({
  series: z.array(
    z.object({
      domain: z.string(),
      widthMs: z.number(),
      points: z.array(z.object({ at: timeSchema, mean: z.number(), low: z.number(), high: z.number() })),
    }),
  ),
});
