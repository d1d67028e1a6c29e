/** What a walk needs of the world: agents attempted, callbacks asked, past durations. All are values or commands. */
import type { AgentNode, WalkContext } from "../../delegation/agent.ts";
import type { Context, ContextRequest } from "../../delegation/context.ts";
import type { DelegateNode, LevelNode, PhaseResources } from "../../delegation/pattern.ts";
import type { Preserved } from "../../delegation/preserved.ts";
import type { Path } from "../../delegation/path.ts";
import type { Reference } from "../../delegation/reference.ts";
import type { AttemptCommand, Journal, Recorded, RunRecord } from "../../engine/engine.ts";
import type { Outputs } from "./outputs.ts";

/** Which of an agent's functions an attempt calls, and with what. */
export type Call =
  | { readonly of: "run"; readonly input: Reference }
  | { readonly of: "undo"; readonly output: Reference }
  | { readonly of: "undoUnsure"; readonly input: Reference; readonly refused: Reference | undefined };

export interface AttemptRequest {
  readonly journal: Journal;
  readonly outputs: Outputs;
  readonly node: AgentNode;
  /** The path of the step, also for its undo. */
  readonly stepPath: Path;
  readonly path: Path;
  readonly call: Call;
  readonly attempt: number;
  readonly recovery: number;
  /** The context in force; undefined: the run's own. */
  readonly context: Reference | undefined;
  /** Empty for an undo, which takes back whatever was done. */
  readonly preserved: readonly Preserved[];
}

/** Starts a run that the one it was started by does not await. */
export type StartDetached = (
  parent: RunRecord,
  path: Path,
  start: {
    readonly pattern: string;
    readonly input: unknown;
    readonly id: string;
    readonly context: ContextRequest | undefined;
    /** Refuses a context that may not be handed on. */
    readonly check: (context: Context) => void;
  },
) => Promise<void>;

/** Where a callback of a pattern is asked. */
export interface Asked {
  readonly journal: Journal;
  readonly outputs: Outputs;
  readonly path: Path;
  readonly patternInput: Reference;
  /** The context in force; undefined: the run's own. */
  readonly context: Reference | undefined;
}

export interface WalkHost {
  readonly recoveriesMax: number;
  attempt(request: AttemptRequest): AttemptCommand;
  /** Asks user code; what it throws becomes the node's error. */
  ask(
    asked: Asked,
    answer: (ctx: WalkContext) => Answer | Promise<Answer>,
  ): () => Recorded | Promise<Recorded>;
  /**
   * Chooses the pattern of a `delegate`. The value is `[plan]`, or `[plan, input]` where a schema parsed the input; the
   * decision is a `PlanDecision`.
   */
  planChild(
    parent: RunRecord,
    node: DelegateNode,
    input: unknown,
    ctx: WalkContext,
    preserved: readonly Preserved[],
  ): Promise<Answer>;
  /**
   * Chooses what to try after these have failed, in the context of the first; the decision is null where nothing is left.
   * @param failures their plans, as they were recorded
   */
  planAgain(node: DelegateNode, input: unknown, failures: readonly unknown[]): Promise<Answer>;
  /** What speaks against a level of a degradation chain now, in words; undefined where nothing does. */
  objectionTo(level: LevelNode, context: Context): string | undefined;
  /** Whether the machine is no busier than `limits`. */
  hasRoom(limits: PhaseResources): boolean;
  /** In how many milliseconds to look again whether there is room, when there was none so often before. */
  askAgainMs(heldBack: number): number;
  /** Median of the last 20 durations of this phase in ms; undefined before it has ended 5 times. */
  usualPhaseMs(pattern: string, phase: Path): number | undefined;
}

/**
 * How the plan of a child was made: whether a schema parsed the input, and whether another pattern may be tried if this
 * one fails. It is settled with the plan, so that a walk that is repeated under other settings goes the same way.
 */
export type PlanDecision = boolean | "may-try-again" | "may-try-again, parsed" | null;

/** What user code answered: a decision the walk branches on, and a value it hands on. */
export interface Answer {
  readonly decision: string | number | boolean | null;
  /** Encoded and kept when set; an error about it calls it by `name`. */
  readonly value?: { readonly name: string; readonly of: unknown };
}
