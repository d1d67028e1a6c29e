/**
 * Delegation patterns as the interpreter sees them: plain frozen trees, checked when they were built, types erased.
 * The constructors with their types and checks are in patterns/.
 */
import type { AgentNode, Runnable, WalkContext } from "./agent.ts";
import type { ContextRequest } from "./context.ts";
import type { Limit } from "./limit.ts";
import type { PreservedKey } from "./preserved.ts";
import type { Schema } from "./schema.ts";

/** A step may fail without failing its pattern, up to a limit. */
export type Tolerance =
  | { readonly failures: number }
  /** Ends at so many successes and cancels the rest. */
  | { readonly quorum: number }
  /** Share of the items, 0 to 1; floor(rate × items) may fail. */
  | { readonly failureRate: number };

/** Which contexts a pattern serves. All that is given must hold; what is left out always does. */
export interface Matches {
  /** A domain; `orders.*` for one and all below it; `*` for all; else an expression that the whole domain must match. */
  readonly domain?: string;
  readonly agentTypes?: readonly string[];
  /**
   * Per attribute a text, number, boolean or null that it equals; a list of which it is one; `{ min, max }` for a number;
   * `{ matches }` with an expression for a text.
   */
  readonly attributes?: { readonly [key: string]: unknown };
}

/** What every pattern can be told. */
export interface PatternHead extends Runnable {
  readonly description: string | undefined;
  readonly matches: Matches | undefined;
  /** Refuses inputs that do not fit; the parsed value is the pattern's input. */
  readonly input: Schema | undefined;
  /** A deadline for the whole pattern, through waits and downtime. */
  readonly timeoutMs: number | undefined;
  /** Names the shape of the pattern; undefined: a fingerprint of kinds, names, order and edges. */
  readonly version: string | undefined;
  /** Versions whose unfinished runs this pattern takes over. */
  readonly continues: readonly string[];
  /** How many runs at once, and how many a second, all together or per key. */
  readonly limits: readonly Limit[];
  /** Keys of the context that keep their values throughout; see preservation.ts. */
  readonly preserve: readonly PreservedKey[];
}

export interface SequentialNode extends PatternHead {
  readonly kind: "sequential";
  readonly steps: readonly PatternNode[];
}

export interface ParallelNode extends PatternHead {
  readonly kind: "parallel";
  readonly tasks: { readonly [name: string]: PatternNode };
  /** Per task the names of those it waits for. */
  readonly needs: { readonly [name: string]: readonly string[] };
  readonly concurrencyMax: number | undefined;
  /** No further task starts while the machine is busier (above 0, to 1). */
  readonly resourceThreshold: number | undefined;
  readonly tolerate: Tolerance | undefined;
}

export interface ForEachNode extends PatternHead {
  readonly kind: "for-each";
  items(input: unknown, ctx: WalkContext): unknown;
  readonly step: PatternNode;
  readonly concurrencyMax: number | undefined;
  /** No further step starts while the machine is busier (above 0, to 1). */
  readonly resourceThreshold: number | undefined;
  /** Items per step; undefined: the step takes one item, not a list. */
  readonly batch: number | undefined;
  readonly tolerate: Tolerance | undefined;
}

export interface PhaseNode {
  readonly name: string;
  readonly patterns: readonly PatternNode[];
  readonly coordination: "sequential" | "parallel";
  /** The phase fails unless enough of its leaf steps completed (0 to 1). */
  readonly coverageMin: number | undefined;
  /** Measures the coverage in place of the share of completed leaf steps. */
  readonly coverage: ((outputs: { readonly [pattern: string]: unknown }) => unknown) | undefined;
  /** Rolls back when failed ÷ ended attempts is above it (0 to 1). */
  readonly errorRateMax: number | undefined;
  /** Rolls back when the phase took longer than (1 + slowdown) × the median of its last 20 durations. */
  readonly slowdownMax: number | undefined;
  readonly resources: PhaseResources | undefined;
}

/** How much of the machine may be in use, as shares (above 0, to 1), for more work to begin. */
export interface PhaseResources {
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
}

export interface MetaNode extends PatternHead {
  readonly kind: "meta";
  readonly phases: readonly PhaseNode[];
  /** What is undone when a phase fails: that phase, all phases so far, or nothing. */
  readonly rollback: "phase" | "all" | "none";
}

/** One level of a degradation chain. */
export interface LevelNode {
  readonly node: PatternNode;
  /** What its results teach about: the pattern or agent it is, told apart from a chain of the same name. */
  readonly learnedAs: string;
  /** The grants without which it is passed over. */
  readonly requires: readonly string[];
  /** It is passed over while a larger share of the machine (above 0, to 1) is in use. */
  readonly resources: PhaseResources | undefined;
}

/** A degradation chain: the first level that may run and does not fail gives the output. */
export interface DegradeNode extends PatternHead {
  readonly kind: "degrade";
  /** From preferred to minimal; the last one runs rather than nothing. */
  readonly levels: readonly LevelNode[];
}

/** Another step under a name of its own, with an input made from what came before. */
export interface StepNode extends Runnable {
  readonly kind: "step";
  readonly step: PatternNode;
  readonly input: ((previous: unknown, ctx: WalkContext) => unknown) | undefined;
}

export interface WhenNode extends Runnable {
  readonly kind: "when";
  if(previous: unknown, ctx: WalkContext): unknown;
  readonly then: PatternNode;
}

/** What `until` is handed beside the output. */
export interface RepeatContext<RunInput = unknown> extends WalkContext<RunInput> {
  /** The iteration that has just ended, counted from 0. */
  readonly iteration: number;
}

/** Runs its step again with its own output until told that it is enough; an iteration has the path of an item. */
export interface RepeatNode extends Runnable {
  readonly kind: "repeat";
  readonly step: PatternNode;
  until(output: unknown, ctx: RepeatContext): unknown;
  /** Iterations after which the step fails. */
  readonly max: number;
}

/** A task whose pattern is chosen when the run gets there. */
export interface DelegateNode extends Runnable {
  readonly kind: "delegate";
  readonly context: ContextRequest | ((input: unknown, ctx: WalkContext) => unknown);
  /** False: nothing is tried to learn about it; undefined: as the settings say. */
  readonly explore: boolean | undefined;
  /** Fails the step when the chosen pattern has not ended after so long. */
  readonly timeoutMs: number | undefined;
}

export interface ApprovalNode extends Runnable {
  readonly kind: "approval";
  readonly schema: Schema | undefined;
  readonly merge: ((input: unknown, answer: unknown) => unknown) | undefined;
  readonly timeoutMs: number | undefined;
  /** Who may not answer. */
  readonly notBy: "starter" | undefined;
}

export interface DelayNode extends Runnable {
  readonly kind: "delay";
  readonly ms: number;
}

/** Patterns that a run can be started with. */
export type Pattern = SequentialNode | ParallelNode | ForEachNode | MetaNode | DegradeNode;

/** Everything that can stand as a step. */
export type PatternNode =
  | Pattern
  | AgentNode
  | StepNode
  | WhenNode
  | RepeatNode
  | ApprovalNode
  | DelayNode
  | DelegateNode;
