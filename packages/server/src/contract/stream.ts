/**
 * The event stream: `GET /api/stream?topics=overview,run:ID` as server-sent events. A topic is said at most four times
 * a second. Each message is JSON with a `type`; its id is a position of the log, so that
 * `Last-Event-ID` goes on where a client left off.
 */
import { z } from "zod";
import { eventViewSchema, type EventView } from "./event.ts";
import { needsSchema, overviewSchema, type Needs, type Overview } from "./overview.ts";
import { runSummarySchema, type RunSummary } from "./run.ts";

/** `overview`, `needs`, `runs`, or `run:` and an id; at most 20 at once. */
export type Topic = "overview" | "needs" | "runs" | `run:${string}`;

/** The first message of every connection. */
export interface HelloMessage {
  readonly type: "hello";
  readonly logId: string;
  readonly position: number;
}

/** The value of a topic as it is now, in place of the one before. */
export interface OverviewMessage {
  readonly type: "overview";
  readonly overview: Overview;
}

export interface NeedsMessage {
  readonly type: "needs";
  readonly needs: Needs;
}

/** Runs that changed, as they stand now. */
export interface RunsMessage {
  readonly type: "runs";
  readonly runs: readonly RunSummary[];
  /** More changed than are told: read the list anew. */
  readonly isMore: boolean;
}

/** The next events of a run in order, each once; after a reconnection a few may come again, with the same position. */
export interface RunEventsMessage {
  readonly type: "run-events";
  readonly run: string;
  readonly events: readonly EventView[];
}

/** The client was too slow or away for too long to be told every event: read the run anew, events follow `position`. */
export interface SnapshotMessage {
  readonly type: "snapshot";
  readonly run: string;
  readonly position: number;
}

export type StreamMessage =
  | HelloMessage
  | OverviewMessage
  | NeedsMessage
  | RunsMessage
  | RunEventsMessage
  | SnapshotMessage;

export const streamMessageSchema: z.ZodType<StreamMessage> = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hello"), logId: z.string(), position: z.number() }),
  z.object({ type: z.literal("overview"), overview: overviewSchema }),
  z.object({ type: z.literal("needs"), needs: needsSchema }),
  z.object({ type: z.literal("runs"), runs: z.array(runSummarySchema), isMore: z.boolean() }),
  z.object({ type: z.literal("run-events"), run: z.string(), events: z.array(eventViewSchema) }),
  z.object({ type: z.literal("snapshot"), run: z.string(), position: z.number() }),
]);

export interface StreamQuery {
  readonly topics: readonly string[];
  /** As the header `Last-Event-ID`, for a first connection that follows a page. */
  readonly from?: number;
}

export const streamQuerySchema: z.ZodType<StreamQuery> = z.strictObject({
  topics: z
    .array(z.string().regex(/^(?:overview|needs|runs|run:.+)$/, "is no topic"))
    .min(1)
    .max(20),
  from: z.int().min(0).exactOptional(),
});
