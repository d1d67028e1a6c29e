/** What the process that works on a log uses, and how long what there is will last. */
import { z } from "zod";
import { timeSchema } from "./route.ts";

/** One stretch of time. */
export interface ResourcePoint {
  readonly at: number;
  /** Processor time of all threads as a share of one processor. */
  readonly cpu: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  readonly externalBytes: number;
  /** The share of time in garbage collection, and its longest pause in milliseconds. */
  readonly gc: number;
  readonly gcMsMax: number;
  /** How late the event loop came to its timers, in milliseconds. */
  readonly loopMsP50: number;
  readonly loopMsP99: number;
  readonly loopMsMax: number;
  readonly loopUtilization: number;
  readonly handles: number;
  readonly commitsPerSecond: number;
  /** From handing a batch to the store until it was durable, in milliseconds; null where nothing was committed. */
  readonly commitMsMean: number | null;
  readonly commitMsMax: number | null;
  readonly fileBytes: number;
  readonly diskFreeBytes: number | null;
  readonly heapLimitBytes: number | null;
  /** Of the machine, as far as the process may use it: shares in use, 0 to 1. */
  readonly machineCpu: number | null;
  readonly machineMemory: number | null;
}

const resourcePointSchema: z.ZodType<ResourcePoint> = z
  .object({
    at: timeSchema,
    cpu: z.number(),
    residentBytes: z.number(),
    heapBytes: z.number(),
    externalBytes: z.number(),
    gc: z.number(),
    gcMsMax: z.number(),
    loopMsP50: z.number(),
    loopMsP99: z.number(),
    loopMsMax: z.number(),
    loopUtilization: z.number(),
    handles: z.number(),
    commitsPerSecond: z.number(),
    commitMsMean: z.number().nullable(),
    commitMsMax: z.number().nullable(),
    fileBytes: z.number(),
    diskFreeBytes: z.number().nullable(),
    heapLimitBytes: z.number().nullable(),
    machineCpu: z.number().nullable(),
    machineMemory: z.number().nullable(),
  })
  .meta({ id: "ResourcePoint" });

/** Whether something that is used up goes on in one direction, and when it would be exhausted if that goes on. */
export interface ForecastView {
  readonly of: "heap" | "memory" | "disk";
  /**
   * "unknown": measured too briefly. "none": what was measured fits no growth as well as growth. "away": it becomes
   * less. "towards": it is being used up.
   */
  readonly trend: "unknown" | "none" | "away" | "towards";
  /** In use now and at most: bytes, or a share of 1; of the disk what was taken of the most that was free in the range. */
  readonly used: number;
  readonly limit: number;
  /** How fast, per hour, with bounds that hold it with 95 %; null where the trend is unknown. */
  readonly perHour: { readonly mean: number; readonly low: number; readonly high: number } | null;
  /** When it would be exhausted; null where it would not be, or too far off to be said. */
  readonly exhaustedAt: {
    readonly at: number;
    readonly earliest: number;
    readonly latest: number;
  } | null;
  /** The stretch of time that the line was fitted to, in milliseconds. */
  readonly overMs: number;
}

const forecastSchema: z.ZodType<ForecastView> = z
  .object({
    of: z.enum(["heap", "memory", "disk"]),
    trend: z.enum(["unknown", "none", "away", "towards"]),
    used: z.number(),
    limit: z.number(),
    perHour: z.object({ mean: z.number(), low: z.number(), high: z.number() }).nullable(),
    exhaustedAt: z.object({ at: timeSchema, earliest: timeSchema, latest: timeSchema }).nullable(),
    overMs: z.number(),
  })
  .meta({ id: "Forecast" });

export interface ResourcesView {
  /** How wide each point is, in milliseconds. */
  readonly widthMs: number;
  /** The oldest first; those in which nothing was sampled are left out. */
  readonly points: readonly ResourcePoint[];
  readonly forecasts: readonly ForecastView[];
}

export const resourcesViewSchema: z.ZodType<ResourcesView> = z.object({
  widthMs: z.number(),
  points: z.array(resourcePointSchema),
  forecasts: z.array(forecastSchema),
});
