/** Events as they stand in the log, in pages. */
import { z } from "zod";
import { timeSchema } from "./route.ts";

/**
 * One fact of the log. Which further fields there are depends on its kind: they are those of `Event` in `@reeve/core`.
 * Readers ignore kinds and fields that they do not know.
 */
export interface EventView {
  readonly kind: string;
  readonly run: string;
  /** Counts the run's events from 1 without a gap. */
  readonly seq: number;
  /** A cursor over the whole log that only grows. */
  readonly position: number;
  readonly at: number;
  readonly path?: string;
  readonly attempt?: number;
  readonly [field: string]: unknown;
}

export const eventViewSchema: z.ZodType<EventView> = z
  .looseObject({
    kind: z.string(),
    run: z.string(),
    seq: z.number(),
    position: z.number(),
    at: timeSchema,
    path: z.string().exactOptional(),
    attempt: z.number().exactOptional(),
  })
  .meta({ id: "Event" });

export interface EventsQuery {
  /** Only events with a larger position. @default 0 */
  readonly from?: number;
  /** 1 to 5,000. @default 500 */
  readonly limit?: number;
}

const queryFields = {
  from: z.int().min(0).exactOptional(),
  limit: z.int().min(1).max(5_000).exactOptional(),
};

export const eventsQuerySchema: z.ZodType<EventsQuery> = z.strictObject(queryFields);

export interface RunEventsQuery extends EventsQuery {
  readonly id: string;
}

export const runEventsQuerySchema: z.ZodType<RunEventsQuery> = z.strictObject({
  id: z.string(),
  ...queryFields,
});

export interface EventsPage {
  readonly events: readonly EventView[];
  /** `from` of the next page; null where there was nothing more when it was read. */
  readonly next: number | null;
}

export const eventsPageSchema: z.ZodType<EventsPage> = z.object({
  events: z.array(eventViewSchema),
  next: z.number().nullable(),
});

/** Of any value that the log takes, with room for its indents. */
const CHARACTERS_MAX = 100_000_000;

export interface ValueQuery {
  readonly id: string;
  /** The step; empty: the run itself. @default "" */
  readonly path?: string;
  /** A step's input is not stored apart from what it is made of; only the run has one. */
  readonly which: "input" | "output";
  /** How much of the text at most, 1 to 100,000,000. @default 200,000 */
  readonly characters?: number;
}

export const valueQuerySchema: z.ZodType<ValueQuery> = z.strictObject({
  id: z.string(),
  path: z.string().exactOptional(),
  which: z.enum(["input", "output"]),
  characters: z.int().min(1).max(CHARACTERS_MAX).exactOptional(),
});

/** A value as text, because it may hold what JSON cannot and be long. Secrets are redacted. */
export interface ValueView {
  /** JSON, indented; what JSON lacks in its nearest form. */
  readonly text: string;
  /** The text was cut. */
  readonly truncated: boolean;
  /** Of the whole text. */
  readonly characters: number;
}

export const valueViewSchema: z.ZodType<ValueView> = z.object({
  text: z.string(),
  truncated: z.boolean(),
  characters: z.number(),
});
