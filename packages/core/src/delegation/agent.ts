/**
 * An agent does one kind of work. This module owns the contract every kind of agent keeps (function, worker thread,
 * child process) and the bounds of its options; attempting it is the execution room's.
 */
import { agentChecker, type AgentChecker } from "./agent-checker.ts";
import { breakerProblem, type BreakerOptions } from "./breaker.ts";
import type { Context, ContextRequest } from "./context.ts";
import type { Changed, ContextChange } from "./changed.ts";
import type { LogLevel, Usage } from "./event.ts";
import type { Path } from "./path.ts";
import type { Schema } from "./schema.ts";

/** Anything that can stand as a step: an agent, a pattern, a control step. `Input` and `Output` exist for the types. */
export interface Runnable<Name extends string = string, Input = never, Output = unknown> {
  readonly kind: string;
  readonly name: Name;
  /** Never set; carries the types. */
  readonly "~types"?: { readonly input: (input: Input) => void; readonly output: Output };
}

/**
 * In types, the output of a step that hands on its input (`delay`, `approval`, a `when` not taken). Where the step is
 * placed, the type of what it is handed takes its place.
 */
export interface Same {
  readonly "~same": true;
}

/** What user code is handed where it decides how a pattern goes on: `if`, `items`, a step's `input`. */
export interface WalkContext<RunInput = unknown> {
  /** The input of the pattern this callback stands in; at the top, the run's. */
  readonly input: RunInput;
  readonly context: Context;
  /**
   * The output of the nearest completed step of this agent or pattern.
   * @throws ReeveError `output-unavailable` when no such step has completed.
   */
  outputOf<Output>(step: Runnable<string, never, Output>): Same extends Output ? unknown : Output;
}

/** What an agent is handed beside its input. */
export interface StepContext extends WalkContext {
  /** Aborts when the attempt timed out, the run was cancelled, a sibling failed, or the runtime closes. */
  readonly signal: AbortSignal;
  /** The same for every attempt of this step, also after a restart; different for every other step and log. */
  readonly idempotencyKey: string;
  /** Counts from 1; attempts lost to a crash are not counted. */
  readonly attempt: number;
  readonly path: Path;
  readonly runId: string;
  /**
   * This attempt's span in the W3C's form, to be handed on to what is called as the header `traceparent`; the attempt
   * has it before any span is made.
   */
  readonly traceparent: string;
  readonly log: { readonly [level in LogLevel]: (message: string) => void };
  /** In `undoUnsure`: the output that a schema or `verify` refused, if there was one. */
  readonly refused?: unknown;
  /** Adds to what this attempt has used. */
  usage(used: Usage): void;
  /** Tells how far the attempt is, 0 to 1, with a note; written at most four times a second. */
  progress(fraction: number, note?: string): void;
  /**
   * The step's output together with a change of the context, to be returned from `run`. The change holds for the steps
   * after this one, up to the end of the pattern around it, and never leaves a parallel branch.
   * @throws ReeveError `option-invalid`; `permission-denied` where it is about principal or grants
   */
  with<Output>(change: ContextChange, output: Output): Changed<Output>;
  /** Says that the attempt is alive; needed when the agent has a `heartbeatTimeoutMs`. */
  heartbeat(): void;
  /**
   * Runs `sub` at most once to its end: what it returned is kept, over attempts and restarts, until the step ends.
   * @param name unique within the step.
   * @throws ReeveError `substep-repeated` when this attempt used the name before.
   */
  run<T>(name: string, sub: () => T | Promise<T>): Promise<T>;
  /**
   * Starts a run of its own that goes on whatever becomes of this one; resolves with its id when its start is on disk.
   * Made again (a retry, a restart), the same call gives the same run. It may have less rights than this run, not more.
   * @param pattern a registered pattern, or its name
   * @throws ReeveError `pattern-not-found`, `permission-denied`, `run-conflict`, `option-invalid`
   */
  start(
    pattern: Runnable | string,
    input?: unknown,
    options?: StartChildOptions,
  ): Promise<{ readonly id: string }>;
}

export interface StartChildOptions {
  /** Of the new run. @default made from this step and how many runs it started before */
  readonly id?: string;
  /** What is left out is this run's. */
  readonly context?: ContextRequest;
}

/** When and how often a failed attempt is made again. */
export interface RetryOptions {
  /** Attempts in all, 1 to 1,000. @default 3 */
  readonly attempts?: number;
  /** Milliseconds before the second attempt. @default 200 */
  readonly delayMs?: number;
  /** What the delay is multiplied by for each further attempt, 1 or more. @default 2 */
  readonly factor?: number;
  /** The longest delay in milliseconds. @default 30_000 */
  readonly delayMsMax?: number;
  /** Draw each delay from the upper half of its range, so that crowds disperse. @default true */
  readonly jitter?: boolean;
  /**
   * Whether this error is worth another attempt; synchronous, and only `true` asks for one.
   * @default every error but `NonRetryableError`
   */
  when?(error: unknown): boolean;
}

/** The retry settings with every default resolved. */
export type RetryPolicy = Required<Omit<RetryOptions, "when">> & Pick<RetryOptions, "when">;

/** What `verify` says of an output: accepted, refused, refused with a reason, or accepted with a score from 0 to 1. */
export type Verdict = boolean | string | number;

/** What every kind of agent can be told; `agent`, `workerAgent` and `processAgent` add how the work is done. */
export interface AgentPolicy<Input, Output> {
  /** Refuses inputs that do not fit; the parsed value is what the agent gets. */
  readonly input?: Schema<unknown, Input>;
  /** Refuses outputs that do not fit; the parsed value is what is kept. */
  readonly output?: Schema<unknown, Output>;
  /** Limit of one attempt in milliseconds, 1 or more. @default none */
  readonly timeoutMs?: number;
  /** An attempt that does not call `ctx.heartbeat()` for so many milliseconds fails. @default none */
  readonly heartbeatTimeoutMs?: number;
  /** @default `{ attempts: 1 }`: no retry */
  readonly retry?: RetryOptions;
  /** Attempts of this agent at once in this process, 1 or more. @default no limit */
  readonly concurrency?: number;
  /**
   * Leaves the agent alone for a while when it keeps failing: its attempts wait, and `degrade` and `delegate` pass over what
   * needs it. False: never; true: as the defaults say. @default as `createRuntime({ breaker })` says, which is never
   */
  readonly breaker?: BreakerOptions | boolean;
  /** False: never attempted again after an attempt whose effect is unknown. @default true */
  readonly idempotent?: boolean;
  /** Grants that the context must hold, such as `stock:write`. @default none */
  readonly requires?: readonly string[];
  /**
   * Looks at the output: true accepts it; false or a sentence that says what is wrong fails the attempt. A number from
   * 0 to 1 accepts it, too, and says how good it is: what is learned of the pattern, 0 as little as a failure.
   */
  verify?(output: Output, input: Input): Verdict | Promise<Verdict>;
  /** Takes the effect of a completed step back. */
  undo?(output: Output, ctx: StepContext): unknown;
  /** Takes back what an attempt with unknown effect may have done. */
  undoUnsure?(input: Input, ctx: StepContext): unknown;
  /** Limit of one attempt of an undo in milliseconds. @default `timeoutMs` */
  readonly undoTimeoutMs?: number;
}

export interface AgentOptions<Input, Output> extends AgentPolicy<Input, Output> {
  run(input: Input, ctx: StepContext): Returned<Output> | Promise<Returned<Output>>;
}

/** What an agent may return: its output, or `ctx.with(change, output)`. */
export type Returned<Output> = Output | Changed<Output>;

/** An agent as the interpreter sees it: options checked, defaults resolved, types erased. */
export interface AgentNode extends Runnable {
  readonly kind: "agent";
  /** Where the work happens; shown to people. */
  readonly runsOn: "function" | "thread" | "process";
  readonly input: Schema | undefined;
  readonly output: Schema | undefined;
  readonly timeoutMs: number | undefined;
  readonly heartbeatTimeoutMs: number | undefined;
  readonly retry: RetryPolicy;
  readonly concurrency: number | undefined;
  /** False: none; undefined: as the runtime says. */
  readonly breaker: BreakerOptions | false | undefined;
  readonly idempotent: boolean;
  readonly requires: readonly string[];
  readonly undoTimeoutMs: number | undefined;
  /** How long the agent itself may take to stop an attempt for sure; undefined: it has no way to. */
  readonly graceMs: number | undefined;
  run(input: unknown, ctx: StepContext): unknown;
  readonly verify: ((output: unknown, input: unknown) => unknown) | undefined;
  readonly undo: ((output: unknown, ctx: StepContext) => unknown) | undefined;
  readonly undoUnsure: ((input: unknown, ctx: StepContext) => unknown) | undefined;
  /** Frees what the agent holds (threads), called when the last runtime using it closes. */
  readonly close: (() => Promise<void>) | undefined;
}

export interface Agent<Name extends string, Input, Output> extends AgentNode {
  readonly name: Name;
  readonly "~types"?: { readonly input: (input: Input) => void; readonly output: Output };
}

const RETRY_DEFAULTS = { attempts: 3, delayMs: 200, factor: 2, delayMsMax: 30_000, jitter: true } as const;
const RETRY_NONE: RetryPolicy = { ...RETRY_DEFAULTS, attempts: 1 };
const ATTEMPTS_MAX = 1_000;

/**
 * Declares an agent that is an async function of this process.
 * @throws ReeveError `agent-invalid` when an option is out of its bounds.
 */
export function agent<const Name extends string, Input = unknown, Output = unknown>(
  name: Name,
  options: AgentOptions<Input, Output>,
): Agent<Name, Input, Output> {
  agentChecker(name, options);
  return buildAgent(name, options, {
    runsOn: "function",
    graceMs: undefined,
    run: options.run,
    close: undefined,
  });
}

/** What a kind of agent adds to the common policy. */
export interface AgentRunner<Input, Output> {
  readonly runsOn: AgentNode["runsOn"];
  readonly graceMs: AgentNode["graceMs"];
  run(input: Input, ctx: StepContext): Returned<Output> | Promise<Returned<Output>>;
  readonly close: (() => Promise<void>) | undefined;
}

/**
 * Checks the policy and joins it with what does the work. Kinds of agents are built from this.
 * @throws ReeveError `agent-invalid`
 */
export function buildAgent<const Name extends string, Input, Output>(
  name: Name,
  policy: AgentPolicy<Input, Output>,
  runner: AgentRunner<Input, Output>,
): Agent<Name, Input, Output> {
  const check = agentChecker(name, policy);
  if (typeof runner.run !== "function") check.fail("run", runner.run, "a function");
  checkPolicy(policy, check);
  const erased: AgentNode = {
    kind: "agent",
    name,
    runsOn: runner.runsOn,
    input: policy.input,
    output: policy.output,
    timeoutMs: policy.timeoutMs,
    heartbeatTimeoutMs: policy.heartbeatTimeoutMs,
    retry: resolveRetry(policy.retry, check),
    concurrency: policy.concurrency,
    breaker: policy.breaker === true ? {} : policy.breaker,
    idempotent: policy.idempotent ?? true,
    requires: [...(policy.requires ?? [])],
    undoTimeoutMs: policy.undoTimeoutMs ?? policy.timeoutMs,
    graceMs: runner.graceMs,
    // The one place where typed callbacks meet values that schemas, not the compiler, vouch for.
    run: runner.run,
    verify: policy.verify as AgentNode["verify"],
    undo: policy.undo as AgentNode["undo"],
    undoUnsure: policy.undoUnsure as AgentNode["undoUnsure"],
    close: runner.close,
  };
  return Object.freeze(erased) as Agent<Name, Input, Output>;
}

function checkPolicy<Input, Output>(policy: AgentPolicy<Input, Output>, check: AgentChecker): void {
  check.schema("input", policy.input);
  check.schema("output", policy.output);
  check.positive("timeoutMs", policy.timeoutMs);
  check.positive("heartbeatTimeoutMs", policy.heartbeatTimeoutMs);
  check.positive("undoTimeoutMs", policy.undoTimeoutMs);
  check.whole("concurrency", policy.concurrency, 1);
  const problem = breakerProblem(policy.breaker);
  if (problem) check.fail(problem.option, problem.received, problem.wanted);
  check.flag("idempotent", policy.idempotent);
  check.texts("requires", policy.requires);
  check.callback("verify", policy.verify);
  check.callback("undo", policy.undo);
  check.callback("undoUnsure", policy.undoUnsure);
}

function resolveRetry(options: RetryOptions | undefined, check: AgentChecker): RetryPolicy {
  if (options === undefined) return RETRY_NONE;
  if (typeof options !== "object" || options === null)
    return check.fail("retry", options, "an object such as { attempts: 3 }");
  const { when } = options;
  const policy = {
    attempts: options.attempts ?? RETRY_DEFAULTS.attempts,
    delayMs: options.delayMs ?? RETRY_DEFAULTS.delayMs,
    factor: options.factor ?? RETRY_DEFAULTS.factor,
    delayMsMax: options.delayMsMax ?? RETRY_DEFAULTS.delayMsMax,
    jitter: options.jitter ?? RETRY_DEFAULTS.jitter,
    ...(when === undefined ? {} : { when }),
  };
  const attemptsFit =
    Number.isInteger(policy.attempts) && policy.attempts >= 1 && policy.attempts <= ATTEMPTS_MAX;
  if (!attemptsFit) check.fail("retry.attempts", policy.attempts, `a whole number from 1 to ${ATTEMPTS_MAX}`);
  check.atLeast("retry.delayMs", policy.delayMs, 0);
  check.atLeast("retry.factor", policy.factor, 1);
  check.atLeast("retry.delayMsMax", policy.delayMsMax, 0);
  check.flag("retry.jitter", policy.jitter);
  check.callback("retry.when", when);
  return policy;
}
