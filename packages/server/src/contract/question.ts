/** What only the runtime itself can answer, since it takes its patterns' code: how it would choose, and what it has. */
import type { AttributeValue, Belief, ErrorCode } from "@reeve/core";
import { z } from "zod";
import { timeSchema } from "./route.ts";

/** How a task would be delegated now. */
export interface ChoicePreviewView {
  /** Without its secrets. */
  readonly context: {
    readonly domain: string;
    readonly agentType: string;
    readonly priority: number;
    readonly attributes: { readonly [key: string]: AttributeValue };
    readonly principal: string;
    readonly grants: readonly string[];
  };
  /** Null where the task would be refused. */
  readonly pattern: string | null;
  readonly reason: string;
  /** What would be done because nothing can be chosen as it stands. */
  readonly recovery: string | null;
  /** The most probable first. */
  readonly candidates: readonly {
    readonly pattern: string;
    readonly propensity: number;
    readonly reason: string;
    /** What the reason follows from, as a clause, where that says more. */
    readonly because?: string;
    readonly posterior: Belief;
  }[];
  /** Patterns that need grants which the context does not hold. */
  readonly hidden: number;
  readonly threshold: number;
  readonly explore: boolean;
  readonly refused: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly hint: string | null;
  } | null;
}

const spreadSchema = z.object({ median: z.number() });

const beliefSchema: z.ZodType<Belief> = z.looseObject({
  mean: z.number(),
  deviation: z.number(),
  low: z.number(),
  high: z.number(),
  evidence: z.number(),
  tries: z.number(),
  offers: z.number(),
  doubt: z.object({ share: z.number(), mean: z.number(), deviation: z.number() }).exactOptional(),
  cost: z.looseObject(spreadSchema.shape).exactOptional(),
});

/** Codes are told apart by whoever knows them. */
const codeSchema: z.ZodType<ErrorCode> = z.custom<ErrorCode>((value) => typeof value === "string");

export const choicePreviewSchema: z.ZodType<ChoicePreviewView> = z.object({
  context: z.object({
    domain: z.string(),
    agentType: z.string(),
    priority: z.number(),
    attributes: z.record(z.string(), z.json()),
    principal: z.string(),
    grants: z.array(z.string()),
  }),
  pattern: z.string().nullable(),
  reason: z.string(),
  recovery: z.string().nullable(),
  candidates: z.array(
    z.object({
      pattern: z.string(),
      propensity: z.number(),
      reason: z.string(),
      because: z.string().exactOptional(),
      posterior: beliefSchema,
    }),
  ),
  hidden: z.number(),
  threshold: z.number(),
  explore: z.boolean(),
  refused: z.object({ code: codeSchema, message: z.string(), hint: z.string().nullable() }).nullable(),
});

export interface RegistryQuery {
  /** Only the pattern of this name and those below it. */
  readonly name?: string;
}

export const registryQuerySchema: z.ZodType<RegistryQuery> = z.strictObject({
  name: z.string().min(1).exactOptional(),
});

/** One version of a registered pattern, and what can be said of it. */
export interface RegisteredView {
  readonly name: string;
  readonly kind: string;
  readonly description: string | null;
  /** Which contexts it serves: `domain`, `agentTypes`, `attributes`; null: it is started by name. */
  readonly matches: { readonly [key: string]: unknown } | null;
  readonly version: string;
  readonly steps: number;
  readonly advice: readonly { readonly code: string; readonly path: string; readonly message: string }[];
  /** Patterns that are like it; empty where more than 200 are asked for. */
  readonly similar: readonly string[];
  /** Patterns that serve its contexts in fewer steps; empty where more than 200 are asked for. */
  readonly lighter: readonly string[];
}

export interface RegistryView {
  readonly patterns: readonly RegisteredView[];
  /** Names of all that are registered, also of those that were not asked for. */
  readonly names: readonly string[];
}

export const registrySchema: z.ZodType<RegistryView> = z.object({
  patterns: z.array(
    z
      .object({
        name: z.string(),
        kind: z.string(),
        description: z.string().nullable(),
        matches: z.record(z.string(), z.unknown()).nullable(),
        version: z.string(),
        steps: z.number(),
        advice: z.array(z.object({ code: z.string(), path: z.string(), message: z.string() })),
        similar: z.array(z.string()),
        lighter: z.array(z.string()),
      })
      .meta({ id: "Registered" }),
  ),
  names: z.array(z.string()),
});

interface PauseFact {
  readonly reason: string;
  readonly by: string;
  readonly at: number;
}

/** What is paused in the log as a whole, by name. */
export interface PausedView {
  readonly patterns: { readonly [name: string]: PauseFact };
  readonly agents: { readonly [name: string]: PauseFact };
}

const pausesSchema = z.record(z.string(), z.object({ reason: z.string(), by: z.string(), at: timeSchema }));

export const pausedSchema: z.ZodType<PausedView> = z.object({ patterns: pausesSchema, agents: pausesSchema });
