/**
 * One attempt at one step: checks the input, runs the agent's function under its limits, holds the output against
 * schema and `verify`, and says how it ended as a value. Failure is never success: whatever is thrown, refused, late
 * or missing is a failure with evidence.
 */
import type { Clock } from "../clock.ts";
import type { AgentNode } from "../delegation/agent.ts";
import { missingGrants } from "../delegation/authority.ts";
import { encode } from "../delegation/codec.ts";
import { Changed, type ContextChange } from "../delegation/changed.ts";
import type { ContextUpdate } from "../delegation/event.ts";
import { toStepError } from "../delegation/failure.ts";
import type { StepError } from "../delegation/outcome.ts";
import type { Path } from "../delegation/path.ts";
import { assertPreserved, ContextNotPreserved } from "../delegation/preservation.ts";
import { isPromiseLike } from "../delegation/promise-like.ts";
import { validate, type Validation } from "../delegation/schema.ts";
import type {
  AttemptCommand,
  AttemptResult,
  AttemptScope,
  Encoded,
  Gate,
  StopSignal,
} from "../engine/engine.ts";
import { ReeveError, type ErrorCode } from "../errors.ts";
import type { Random } from "../random.ts";
import { Passage } from "./breaker/passage.ts";
import { isWorthAnother, retryDelay } from "./retry.ts";
import { contextUpdate } from "./context-update.ts";
import { contextInForce, stepContext, UsageSum, type AttemptWorld } from "./step-context.ts";
import { supervise, type Supervised, type Supervision, type Work } from "./supervise.ts";
import type { AttemptRequest } from "./walk/walk-host.ts";

export interface AttemptSettings extends AttemptWorld {
  readonly clock: Clock;
  readonly random: Random;
  readonly graceMs: number;
  gateOf(node: AgentNode): Gate | undefined;
  /** Whether a breaker counts the agent's attempts. */
  guards(node: AgentNode): boolean;
  /** Limit per attempt, in milliseconds, of agents that set none; undefined: none. */
  timeoutMsIn(domain: string): number | undefined;
  /** The ceiling of authority. */
  grants(): readonly string[];
}

/** The command that makes the attempt. */
export function attemptCommand(request: AttemptRequest, settings: AttemptSettings): AttemptCommand {
  return new MakeAttempt(request, settings);
}

/** A class, as is all that leads to a run's walk (docs/algorithms/memory-of-a-run.md). */
class MakeAttempt implements AttemptCommand {
  readonly path: Path;
  readonly attempt: number;
  readonly recovery: number;
  readonly agent: string;
  readonly gate: Gate | undefined;
  readonly #request: AttemptRequest;
  readonly #settings: AttemptSettings;

  constructor(request: AttemptRequest, settings: AttemptSettings) {
    const { node, path, attempt, recovery, call } = request;
    this.path = path;
    this.attempt = attempt;
    this.recovery = recovery;
    this.agent = node.name;
    this.gate = call.of === "run" ? settings.gateOf(node) : undefined;
    this.#request = request;
    this.#settings = settings;
  }

  begin(scope: AttemptScope): Promise<AttemptResult> {
    const making = new Attempt(this.#request, this.#settings, scope).make();
    const { gate } = this;
    if (!(gate instanceof Passage)) return making;
    return making.then((result) => {
      gate.ended(result);
      return result;
    });
  }
}

/** Why an attempt left no accepted result. */
interface Refusal {
  readonly thrown: unknown;
  readonly code?: ErrorCode;
  /** The agent may have had its effect. */
  readonly unsure: boolean;
  readonly refused?: unknown;
  /** Another attempt would end the same. */
  readonly final?: boolean;
  readonly late?: Promise<boolean> | undefined;
}

class Attempt implements Work<AttemptResult, AttemptResult> {
  readonly #request: AttemptRequest;
  readonly #settings: AttemptSettings;
  readonly #scope: AttemptScope;
  readonly #usage = new UsageSum();
  readonly #startedAt: number;
  #called = false;

  constructor(request: AttemptRequest, settings: AttemptSettings, scope: AttemptScope) {
    this.#request = request;
    this.#settings = settings;
    this.#scope = scope;
    this.#startedAt = settings.clock.monotonic();
  }

  /** Checks, call and acceptance are one piece of work under one set of limits. */
  make(): Promise<AttemptResult> {
    return supervise(this);
  }

  get clock(): Clock {
    return this.#settings.clock;
  }

  get graceMs(): number {
    return Math.max(this.#settings.graceMs, this.#request.node.graceMs ?? 0);
  }

  get stop(): StopSignal {
    return this.#scope.stop;
  }

  get timeoutMs(): number | undefined {
    const { node, call } = this.#request;
    return call.of === "run" ? this.#timeoutMs() : node.undoTimeoutMs;
  }

  get heartbeatTimeoutMs(): number | undefined {
    const { node, call } = this.#request;
    return call.of === "run" ? node.heartbeatTimeoutMs : undefined;
  }

  conclude(supervised: Supervised<AttemptResult>): AttemptResult {
    if (supervised.ended === "returned") return supervised.value;
    if (supervised.ended === "stopped") return this.#stopped(supervised);
    return this.#fail({ thrown: supervised.thrown, unsure: false });
  }

  /** One whose heartbeats are watched has a limit of its own. */
  #timeoutMs(): number | undefined {
    const { node, journal } = this.#request;
    if (node.timeoutMs !== undefined || node.heartbeatTimeoutMs !== undefined) return node.timeoutMs;
    return this.#settings.timeoutMsIn(journal.run.context.domain);
  }

  /** Awaits only what is a promise: each needless turn costs more than the checks themselves. */
  async begin(supervision: Supervision): Promise<AttemptResult> {
    const { node, call } = this.#request;
    const denied = this.#denied();
    if (denied) return this.#fail({ thrown: denied, unsure: false, final: true });
    const checking = this.#input();
    const input = checking instanceof Promise ? await checking : checking;
    if (!input.ok) return this.#fail({ thrown: input.error, unsure: false });
    const { stop } = this.#scope;
    if (stop.aborted) return this.#fail({ thrown: stop.reason, code: "attempt-cancelled", unsure: false });
    this.#called = true;
    const ctx = stepContext(this.#request, this.#scope, supervision, this.#usage, this.#settings);
    const returning = call.of === "run" ? node.run(input.value, ctx) : node[call.of]?.(input.value, ctx);
    const returned = isPromiseLike(returning) ? await returning : returning;
    if (call.of !== "run") return this.#succeed(undefined);
    const change = returned instanceof Changed ? returned.change : undefined;
    const output: unknown = returned instanceof Changed ? returned.output : returned;
    const parsing = this.#parse(output);
    const parsed = parsing instanceof Promise ? await parsing : parsing;
    return this.#accept(parsed, output, input.value, change);
  }

  /** Why the agent may not be called with the context in force. What was done may always be taken back. */
  #denied(): unknown {
    const { node, journal, call, context, preserved, path } = this.#request;
    if (call.of !== "run" || (node.requires.length === 0 && preserved.length === 0)) return undefined;
    const { grants } = journal.run.context;
    if (node.requires.length > 0) {
      const held = grants.filter((grant) => this.#settings.grants().includes(grant));
      const missing = missingGrants(held, node.requires).map((grant) => `'${grant}'`);
      if (missing.length > 0) {
        return new ReeveError("permission-denied", `agent '${node.name}' needs ${missing.join(", ")}`, {
          hint: "start the run with a context that holds these grants, within createRuntime({ grants })",
        });
      }
    }
    if (preserved.length === 0 || !context) return undefined;
    try {
      assertPreserved(
        journal.run.context,
        contextInForce(journal, context),
        preserved,
        `the context of '${path}'`,
      );
      return undefined;
    } catch (error) {
      return error;
    }
  }

  /** The value the function gets, parsed by the agent's schema. */
  #input(): CheckedInput | Promise<CheckedInput> {
    const { journal, call, node } = this.#request;
    const value = journal.read(call.of === "undo" ? call.output : call.input);
    if (call.of === "undo" || !node.input) return { ok: true, value };
    const validation = validate(node.input, value);
    return validation instanceof Promise
      ? validation.then((settled) => checkedInput(node, settled))
      : checkedInput(node, validation);
  }

  #stopped(supervised: Extract<Supervised<AttemptResult>, { ended: "stopped" }>): AttemptResult {
    const { code, message, thrown, late } = supervised;
    const error = new ReeveError(code, message, {
      ...(thrown === undefined ? {} : { cause: thrown }),
      ...(code === "attempt-abandoned"
        ? { hint: "let the agent end when ctx.signal aborts, or make it a worker or process agent" }
        : {}),
    });
    // Stopped while its input was checked, the agent was not called.
    return this.#fail({ thrown: error, unsure: this.#called, late });
  }

  /** The output as the agent's schema gives it. */
  #parse(returned: unknown): Validation<unknown> | Promise<Validation<unknown>> {
    const { output } = this.#request.node;
    return output ? validate(output, returned) : { ok: true, value: returned };
  }

  /** Holds the output against schema, `verify` and codec. */
  #accept(
    parsed: Validation<unknown>,
    returned: unknown,
    input: unknown,
    change: ContextChange | undefined,
  ): AttemptResult | Promise<AttemptResult> {
    const { node } = this.#request;
    if (!parsed.ok) {
      const message = `the output does not fit the schema of agent '${node.name}': ${parsed.reason}`;
      return this.#refuse(new ReeveError("output-invalid", message), returned);
    }
    if (!node.verify) return this.#store(parsed.value, change);
    return this.#verify(node.verify, parsed.value, input).then((verified) =>
      verified.ok
        ? this.#store(parsed.value, change, verified.score)
        : this.#refuse(verified.thrown, parsed.value),
    );
  }

  #store(output: unknown, change: ContextChange | undefined, score?: number): AttemptResult {
    try {
      const context = change && contextUpdate(this.#request, change);
      return this.#succeed(output === undefined ? undefined : encode(output, "output"), score, context);
    } catch (error) {
      return this.#fail({ thrown: error, unsure: true, final: error instanceof ContextNotPreserved });
    }
  }

  /** Asks `verify`: a score accepts the output whatever it is, what is no verdict refuses it. */
  async #verify(
    verify: NonNullable<AgentNode["verify"]>,
    output: unknown,
    input: unknown,
  ): Promise<Verified> {
    try {
      const verdict = await verify(output, input);
      if (verdict === true) return { ok: true, score: undefined };
      if (typeof verdict === "number" && verdict >= 0 && verdict <= 1) return { ok: true, score: verdict };
      const why = typeof verdict === "string" ? verdict : `verify gave ${String(verdict)}`;
      const message = `the output of agent '${this.#request.node.name}' was refused: ${why}`;
      const hint = "return true, false, a sentence that says what is wrong, or a score from 0 to 1";
      const isVerdict = typeof verdict === "string" || verdict === false;
      return { ok: false, thrown: new ReeveError("verify-failed", message, isVerdict ? {} : { hint }) };
    } catch (error) {
      return { ok: false, thrown: error };
    }
  }

  #refuse(thrown: unknown, refused: unknown): AttemptResult {
    return this.#fail({ thrown, unsure: true, refused });
  }

  #succeed(output: Encoded | undefined, score?: number, context?: ContextUpdate): AttemptResult {
    const plain = { ok: true, output, durationMs: this.#durationMs() } as const;
    // Most have nothing to add, and each empty spread takes 50 ns.
    const isPlain = score === undefined && !context && !this.#usage.sum && this.#principal === undefined;
    if (isPlain) return plain;
    const more = { ...(score !== undefined && { score }), ...(context && { context }) };
    return { ...plain, ...this.#used(), ...this.#counted(), ...more };
  }

  #fail(refusal: Refusal): AttemptResult {
    const { node, attempt, call, path } = this.#request;
    const { thrown, unsure, late } = refusal;
    const error: StepError = toStepError(thrown, { path, attempt, agent: node.name }, refusal.code);
    const final = refusal.final || this.#scope.stop.aborted || thrown instanceof InputInvalid;
    // An undo may always be made again; its agent said how by declaring it.
    const retried = { attempt, thrown, unsure: unsure && call.of === "run" };
    const retryInMs = final ? undefined : retryDelay(node, retried, this.#settings.random);
    const refused = encodeRefused(refusal.refused);
    return {
      ok: false,
      error,
      durationMs: this.#durationMs(),
      unsure: unsure && call.of === "run",
      ...(retryInMs === undefined ? {} : { retryInMs }),
      ...(refused === undefined ? {} : { refused }),
      ...(late ? { late } : {}),
      ...this.#used(),
      ...this.#counted(),
      ...(this.#isAgentFault(refusal) && { agentFault: true as const }),
    };
  }

  /** What a breaker is told beside the result. */
  #counted(): { readonly principal?: string } {
    const principal = this.#principal;
    return principal === undefined ? {} : { principal };
  }

  /** Who asked, where a breaker wants to know and it is not this process itself. */
  get #principal(): string | undefined {
    const { node, journal } = this.#request;
    const { principal } = journal.run.context;
    return principal !== "local" && this.#settings.guards(node) ? principal : undefined;
  }

  /** Nobody can blame the agent for what it was handed, or for being told to stop. */
  #isAgentFault({ thrown, final }: Refusal): boolean {
    const { node, call } = this.#request;
    if (!this.#called || call.of !== "run" || final || this.#scope.stop.aborted) return false;
    return this.#settings.guards(node) && isWorthAnother(node, thrown);
  }

  #durationMs(): number {
    return Math.round((this.#settings.clock.monotonic() - this.#startedAt) * 1_000) / 1_000;
  }

  #used(): { usage?: NonNullable<AttemptResult["usage"]> } {
    const { sum } = this.#usage;
    return sum ? { usage: sum } : {};
  }
}

type Verified =
  | { readonly ok: true; readonly score: number | undefined }
  | { readonly ok: false; readonly thrown: unknown };

type CheckedInput =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ReeveError };

function checkedInput(node: AgentNode, validation: Validation<unknown>): CheckedInput {
  if (validation.ok) return validation;
  const message = `the input does not fit the schema of agent '${node.name}': ${validation.reason}`;
  return { ok: false, error: new InputInvalid("input-invalid", message) };
}

/** The same input fails every attempt. */
class InputInvalid extends ReeveError {}

/** A refused output that can't be stored is not kept; the error says what it was. */
function encodeRefused(refused: unknown): Encoded | undefined {
  if (refused === undefined) return undefined;
  try {
    return encode(refused);
  } catch {
    // ignore: the schema's or verify's refusal is the error that counts.
    return undefined;
  }
}
