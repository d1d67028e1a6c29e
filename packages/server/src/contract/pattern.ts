/** Patterns and agents as they are registered. */
import { z } from "zod";
import { timeSchema } from "./route.ts";

/** A node of a pattern's tree. */
export interface PlaceView {
  /** As in the run's events; below a `forEach` or `repeat` with `[*]`. */
  readonly path: string;
  readonly label: string;
  readonly kind:
    | "agent"
    | "sequential"
    | "parallel"
    | "for-each"
    | "meta"
    | "degrade"
    | "phase"
    | "when"
    | "repeat"
    | "approval"
    | "delay"
    | "delegate";
  readonly agent: string | null;
  /** Names of tasks beside it that it waits for. */
  readonly needs: readonly string[];
  /** Of a `forEach`: how many items make one step. */
  readonly batch: number;
  /** Of a `repeat`. */
  readonly iterationsMax: number | null;
  /** Of a `delay`. */
  readonly delayMs: number | null;
  /** It goes on although a child of it fails. */
  readonly tolerant: boolean;
  readonly children: readonly PlaceView[];
}

const placeViewSchema: z.ZodType<PlaceView> = z
  .object({
    path: z.string(),
    label: z.string(),
    kind: z.enum([
      "agent",
      "sequential",
      "parallel",
      "for-each",
      "meta",
      "degrade",
      "phase",
      "when",
      "repeat",
      "approval",
      "delay",
      "delegate",
    ]),
    agent: z.string().nullable(),
    needs: z.array(z.string()),
    batch: z.number(),
    iterationsMax: z.number().nullable(),
    delayMs: z.number().nullable(),
    tolerant: z.boolean(),
    get children(): z.ZodType<readonly PlaceView[]> {
      return z.array(placeViewSchema);
    },
  })
  .meta({ id: "Place" });

export interface PauseView {
  readonly reason: string;
  readonly by: string;
  readonly at: number;
}

const pauseSchema: z.ZodType<PauseView> = z.object({
  reason: z.string(),
  by: z.string(),
  at: timeSchema,
});

export interface PatternSummary {
  readonly name: string;
  /** Starts new runs. */
  readonly version: string;
  readonly versions: readonly string[];
  readonly kind: "sequential" | "parallel" | "for-each" | "meta" | "degrade";
  readonly description: string | null;
  readonly domain: string | null;
  readonly agents: readonly string[];
  readonly paused: PauseView | null;
}

const summaryFields = {
  name: z.string(),
  version: z.string(),
  versions: z.array(z.string()),
  kind: z.enum(["sequential", "parallel", "for-each", "meta", "degrade"]),
  description: z.string().nullable(),
  domain: z.string().nullable(),
  agents: z.array(z.string()),
  paused: pauseSchema.nullable(),
};

export const patternSummarySchema: z.ZodType<PatternSummary> = z.object(summaryFields);

export interface AdviceView {
  readonly code: string;
  readonly path: string;
  /** What was seen, and what could be done. */
  readonly message: string;
}

export interface PatternDetail extends PatternSummary {
  readonly tree: PlaceView;
  readonly timeoutMs: number | null;
  readonly requires: readonly string[];
  readonly limits: readonly string[];
  readonly advice: readonly AdviceView[];
}

export const patternDetailSchema: z.ZodType<PatternDetail> = z.object({
  ...summaryFields,
  tree: placeViewSchema,
  timeoutMs: z.number().nullable(),
  requires: z.array(z.string()),
  limits: z.array(z.string()),
  advice: z.array(z.object({ code: z.string(), path: z.string(), message: z.string() })),
});

/** A breaker that is not closed. */
export interface BreakerView {
  readonly state: "open" | "half-open";
  /** When it opened, and when it is probed next; null while it is probed. */
  readonly since: number;
  readonly until: number | null;
  /** How often in a row it has opened. */
  readonly openings: number;
  /** One clause. */
  readonly reason: string;
  /** The code of the error that the agent failed with last, and a run that it came from. */
  readonly code: string | null;
  readonly example: string | null;
}

const breakerSchema: z.ZodType<BreakerView> = z.object({
  state: z.enum(["open", "half-open"]),
  since: timeSchema,
  until: timeSchema.nullable(),
  openings: z.int(),
  reason: z.string(),
  code: z.string().nullable(),
  example: z.string().nullable(),
});

export interface AgentView {
  readonly name: string;
  readonly runsOn: "function" | "thread" | "process";
  readonly timeoutMs: number | null;
  readonly attempts: number;
  readonly concurrency: number | null;
  readonly idempotent: boolean;
  readonly hasUndo: boolean;
  readonly requires: readonly string[];
  readonly patterns: readonly string[];
  readonly paused: PauseView | null;
  /** Null where nothing is held back by one. */
  readonly breaker: BreakerView | null;
}

export const agentViewSchema: z.ZodType<AgentView> = z.object({
  name: z.string(),
  runsOn: z.enum(["function", "thread", "process"]),
  timeoutMs: z.number().nullable(),
  attempts: z.number(),
  concurrency: z.number().nullable(),
  idempotent: z.boolean(),
  hasUndo: z.boolean(),
  requires: z.array(z.string()),
  patterns: z.array(z.string()),
  paused: pauseSchema.nullable(),
  breaker: breakerSchema.nullable(),
});
