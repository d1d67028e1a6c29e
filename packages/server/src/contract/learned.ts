/** Why patterns were chosen, what was learned of them, and whether contexts survived them. */
import type { ChangeSeverity } from "@reeve/core";
import { z } from "zod";
import { timeSchema } from "./route.ts";

export interface ChoicesQuery {
  /** Only the choice that this run began with, however old. */
  readonly run?: string;
  /** Only choices of this pattern. */
  readonly pattern?: string;
  /** Only tasks of this domain. */
  readonly domain?: string;
  /** 1 to 100. @default 20 */
  readonly limit?: number;
}

export const choicesQuerySchema: z.ZodType<ChoicesQuery> = z.strictObject({
  run: z.string().min(1).exactOptional(),
  pattern: z.string().min(1).exactOptional(),
  domain: z.string().min(1).exactOptional(),
  limit: z.int().min(1).max(100).exactOptional(),
});

export interface CandidateView {
  readonly pattern: string;
  /** What was believed of its success, with bounds that hold it with 95 %. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** With which probability it was chosen. */
  readonly propensity: number;
  /** Median cost of its runs in dollars; absent where too few have told one. */
  readonly costUsd?: number | undefined;
  /** `chosen`, `allowed`, `known-poor`, `fits-less`, or why policy refused it. */
  readonly reason: string;
  /** What the reason follows from, as a clause, where that says more. */
  readonly because?: string | undefined;
}

const candidateSchema: z.ZodType<CandidateView> = z.object({
  pattern: z.string(),
  mean: z.number(),
  low: z.number(),
  high: z.number(),
  propensity: z.number(),
  costUsd: z.number().optional(),
  reason: z.string(),
  because: z.string().optional(),
});

/** The choice that a run began with. */
export interface ChoiceView {
  readonly run: string;
  readonly at: number;
  readonly domain: string;
  /** Null where the task was refused. */
  readonly pattern: string | null;
  /** One sentence. */
  readonly reason: string;
  /** A new pattern got one of its first tries. */
  readonly forced: boolean;
  /** What was done because nothing could be chosen as it stood, or what was chosen before failed. */
  readonly recovery: string | null;
  /** Patterns that the asker may not use are not named, but counted among the others. */
  readonly candidates: readonly CandidateView[];
  /** How many more there were, by reason. */
  readonly others: { readonly [reason: string]: number };
}

export interface Choices {
  /** The latest first, of the latest 500. */
  readonly choices: readonly ChoiceView[];
}

export const choicesSchema: z.ZodType<Choices> = z.object({
  choices: z.array(
    z
      .object({
        run: z.string(),
        at: timeSchema,
        domain: z.string(),
        pattern: z.string().nullable(),
        reason: z.string(),
        forced: z.boolean(),
        recovery: z.string().nullable(),
        candidates: z.array(candidateSchema),
        others: z.record(z.string(), z.number()),
      })
      .meta({ id: "Choice" }),
  ),
});

export interface ConfidenceQuery {
  readonly pattern?: string;
  readonly domain?: string;
}

export const confidenceQuerySchema: z.ZodType<ConfidenceQuery> = z.strictObject({
  pattern: z.string().min(1).exactOptional(),
  domain: z.string().min(1).exactOptional(),
});

/** A median and a 95th percentile. */
export interface Spread {
  readonly median: number;
  readonly p95: number;
}

/** What was learned of a pattern in a domain. */
export interface ConfidenceView {
  readonly pattern: string;
  readonly domain: string;
  /** Of its success, with bounds that hold it with 95 %. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Outcomes in this domain that it rests on; under 5 is little. */
  readonly evidence: number;
  /** In any domain. */
  readonly tries: number;
  /** How probable it is that the pattern has changed, 0 to 1, and what it does then. */
  readonly doubt: { readonly share: number; readonly mean: number; readonly deviation: number } | null;
  readonly durationMs: Spread | null;
  readonly cost: Spread | null;
}

const doubtSchema = z.object({ share: z.number(), mean: z.number(), deviation: z.number() });
const spreadSchema: z.ZodType<Spread> = z.object({ median: z.number(), p95: z.number() });

export const confidenceSchema: z.ZodType<{ readonly confidence: readonly ConfidenceView[] }> = z.object({
  confidence: z.array(
    z
      .object({
        pattern: z.string(),
        domain: z.string(),
        mean: z.number(),
        low: z.number(),
        high: z.number(),
        evidence: z.number(),
        tries: z.number(),
        doubt: doubtSchema.nullable(),
        durationMs: spreadSchema.nullable(),
        cost: spreadSchema.nullable(),
      })
      .meta({ id: "Confidence" }),
  ),
});

/** A key of the context that a step changed, or would have. */
export interface ContextPlaceView {
  readonly key: string;
  readonly path: string;
  /** Null where a `delegate` handed the context on. */
  readonly agent: string | null;
  /** How much the change weighs; null where it was refused. */
  readonly severity: ChangeSeverity | null;
  readonly times: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** The latest: the values as JSON, without secrets; null where there was none. */
  readonly example: { readonly run: string; readonly before: string | null; readonly after: string | null };
}

const placeSchema: z.ZodType<ContextPlaceView> = z.object({
  key: z.string(),
  path: z.string(),
  agent: z.string().nullable(),
  severity: z.enum(["critical", "moderate", "minor"]).nullable(),
  times: z.number(),
  firstAt: timeSchema,
  lastAt: timeSchema,
  example: z.object({ run: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
});

/** Whether contexts survived the runs of a pattern. */
export interface ContextsView {
  readonly pattern: string;
  /** Ended runs with this pattern in them, while it declared what must survive. */
  readonly declaring: number;
  /** Those in which nothing would have broken it. */
  readonly kept: number;
  readonly broken: readonly ContextPlaceView[];
  /** Changes that nobody declares. */
  readonly undeclared: readonly ContextPlaceView[];
}

export const contextsSchema: z.ZodType<{ readonly contexts: readonly ContextsView[] }> = z.object({
  contexts: z.array(
    z
      .object({
        pattern: z.string(),
        declaring: z.number(),
        kept: z.number(),
        broken: z.array(placeSchema),
        undeclared: z.array(placeSchema),
      })
      .meta({ id: "Contexts" }),
  ),
});
