/** Starts runs: makes context and id, checks what can be checked before, and hands the engine a request. */
import type { Context, ContextRequest } from "../delegation/context.ts";
import { decode } from "../delegation/codec.ts";
import { traceOfParent } from "../delegation/trace-context.ts";
import { makeContext } from "../delegation/make-context.ts";
import type { Path } from "../delegation/path.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { showValue } from "../delegation/show-value.ts";
import type { Fork } from "../delegation/event.ts";
import type { Engine, RunRecord, StartRequest } from "../engine/engine.ts";
import { ReeveError } from "../errors.ts";
import { admit, denial, encodedIfPossible, rejection, type Admitted } from "../execution/admit.ts";
import { childContext } from "../execution/plan-child.ts";
import type { StartDetached } from "../execution/walk/walk-host.ts";
import { admissionOf } from "../execution/limits.ts";
import type { Registered } from "../selection/registry.ts";
import { checkRunId } from "./check-call.ts";
import { checkTraceparent } from "./check-tracing.ts";
import type { Decision } from "./chooser.ts";
import type { Edit } from "./check-fork.ts";
import type { Settings } from "./settings.ts";

/** Stands for the pattern in the record of a task that got none. */
const NO_PATTERN = "(none)";

export interface StartRunOptions {
  readonly id?: string;
  readonly context?: ContextRequest;
  readonly delayMs?: number;
  readonly runAt?: Date | number;
  readonly origin?: StartRequest["origin"];
  readonly traceparent?: string;
  /** On whose behalf, where that is not the caller. */
  readonly principal?: string;
}

export interface ForkRunOptions {
  readonly id: string | undefined;
  readonly edit: Edit;
}

/** What a Date can hold, in epoch milliseconds. */
const TIME_MAX = 8.64e15;

export class Starter {
  readonly #engine: Engine;
  readonly #settings: Settings;
  /** Of tasks without a context of their own; made anew when the caller holds more. */
  #defaults = new WeakMap<Pattern, Context>();
  /** The time that the last id began with: many runs start in one millisecond. */
  #idTime = { now: Number.NaN, text: "" };
  #defaultGrants: readonly string[] = [];

  constructor(engine: Engine, settings: Settings) {
    this.#engine = engine;
    this.#settings = settings;
  }

  /** The id of the run, once its start is on disk. */
  async start(registered: Registered, input: unknown, options: StartRunOptions): Promise<string> {
    const id = this.#idOf(options.id);
    const notBefore = this.#notBefore(options);
    const { principal } = options;
    const origin = originOf("start", options);
    const context = this.#context(registered.pattern, options.context);
    await this.#send(registered, input, {
      id,
      isNewId: options.id === undefined,
      context: principal === undefined ? context : Object.freeze({ ...context, principal }),
      ...(origin && { origin }),
      ...(notBefore === undefined ? {} : { admission: { places: [], notBefore } }),
    });
    return id;
  }

  /** As `start`, with the pattern that was chosen; without one, the run is recorded as refused. */
  async delegate(
    decision: Decision,
    context: Context,
    input: unknown,
    options: Pick<StartRunOptions, "id" | "delayMs" | "runAt" | "traceparent">,
  ): Promise<string> {
    const { chosen, record: choice, delayMs } = decision;
    const id = this.#idOf(options.id);
    const notBefore = this.#notBefore(options) ?? this.#notBefore(delayMs === undefined ? {} : { delayMs });
    const origin = originOf("delegate", options);
    const request = { id, isNewId: options.id === undefined, context, choice, ...(origin && { origin }) };
    if (chosen) {
      const admission = notBefore === undefined ? {} : { admission: { places: [], notBefore } };
      await this.#send(chosen, input, { ...request, ...admission });
      return id;
    }
    await this.#engine.start({
      ...request,
      pattern: NO_PATTERN,
      patternVersion: "",
      input: encodedIfPossible(input),
      rejected: rejection(decision.error),
    });
    return id;
  }

  /**
   * Makes sure that a run which exists was started with this input.
   * @param registered its pattern, by whose schema the input was parsed
   * @throws ReeveError `run-conflict`
   */
  async restart(existing: RunRecord, registered: Registered | undefined, input: unknown): Promise<void> {
    const { id, pattern, patternVersion, context } = existing;
    const admitted = registered
      ? (await admit(registered.pattern, [], input, [])).input
      : encodedIfPossible(input);
    await this.#engine.start({ id, isNewId: false, pattern, patternVersion, input: admitted, context });
  }

  /** Starts a run within the rights of the one whose step asks for it. */
  async startDetached(
    registered: Registered,
    parent: RunRecord,
    path: Path,
    start: Parameters<StartDetached>[2],
  ): Promise<void> {
    const context = childContext(parent.context, start.context);
    start.check(context);
    const origin = { parent: { run: parent.id, path, attached: false, ...traceOfParent(parent) } };
    await this.#send(registered, start.input, { id: checkRunId(start.id), isNewId: false, context, origin });
  }

  /** Starts a run that takes over what `fork` says of the run with this record. */
  async fork(
    registered: Registered,
    record: RunRecord,
    fork: Fork,
    options: ForkRunOptions,
  ): Promise<string> {
    const { pattern, requires } = registered;
    const { edit } = options;
    const id = this.#idOf(options.id);
    const { caller } = this.#settings;
    // Nobody gets grants by it that he does not hold himself.
    const grants = record.context.grants.filter((grant) => caller.grants.includes(grant));
    const context = { ...record.context, principal: caller.principal, grants };
    const isEdited = fork.from === "" && edit.input !== undefined;
    // The input of a task that was refused may be the reason; the pattern may take it by now.
    const isWhole = isEdited || record.outcome === "rejected";
    const admitted = isWhole
      ? await admit(pattern, requires, isEdited ? decode(edit.input) : this.#inputOf(record), grants)
      : { input: undefined, rejected: denial(pattern, requires, grants) };
    await this.#startAdmitted(pattern, {
      id,
      isNewId: options.id === undefined,
      pattern: record.pattern,
      patternVersion: record.patternVersion,
      input: admitted.input,
      context,
      origin: { forkedFrom: { ...fork, ...traceOfParent(record) } },
      ...(isWhole ? {} : { edit }),
      ...(admitted.rejected ? { rejected: admitted.rejected } : {}),
    });
    return id;
  }

  /** In one turn where the pattern's schema is synchronous. */
  #send(
    { pattern, version, requires }: Registered,
    input: unknown,
    request: Pick<StartRequest, "id" | "isNewId" | "context" | "origin" | "admission" | "choice">,
  ): Promise<unknown> {
    const start = ({ input: encoded, rejected }: Admitted): Promise<unknown> => {
      const whole = { ...request, pattern: pattern.name, patternVersion: version, input: encoded };
      return this.#startAdmitted(pattern, rejected ? { ...whole, rejected } : whole);
    };
    const admitting = admit(pattern, requires, input, request.context.grants);
    return admitting instanceof Promise ? admitting.then(start) : start(admitting);
  }

  #inputOf({ input }: RunRecord): unknown {
    return input === undefined ? undefined : this.#engine.read({ of: "payload", id: input });
  }

  /** Adds the places that the pattern's limits ask for. */
  #startAdmitted(pattern: Pattern, request: StartRequest): Promise<unknown> {
    const isPlain = request.rejected !== undefined || (pattern.limits.length === 0 && !request.admission);
    return isPlain ? this.#engine.start(request) : this.#startLimited(pattern, request);
  }

  async #startLimited(pattern: Pattern, request: StartRequest): Promise<void> {
    const { admission, ...plain } = request;
    const { context } = plain;
    try {
      const value = await this.#valueOf(request);
      const now = this.#engine.clock.now();
      const asked = admissionOf(pattern, context, value, admission?.notBefore, now);
      await this.#engine.start({ ...plain, ...(asked && { admission: asked }) });
    } catch (error) {
      if (error instanceof ReeveError && error.code !== "decision-failed") throw error;
      await this.#engine.start({ ...plain, rejected: rejection(error) });
    }
  }

  /** The input that a run will have; of a fork, that of the other run. */
  async #valueOf({ input, origin }: StartRequest): Promise<unknown> {
    if (input !== undefined) return decode(input);
    const source = origin?.forkedFrom && (await this.#engine.find(origin.forkedFrom.run));
    return source && this.#inputOf(source);
  }

  /** @throws ReeveError `run-id-invalid` */
  #idOf(given: string | undefined): string {
    return given === undefined ? this.#newId() : checkRunId(given);
  }

  /** Begins with the time, so that new ids stand side by side in an index: 12 hexadecimal digits, then 20 of chance. */
  #newId(): string {
    const now = Math.floor(this.#engine.clock.now());
    if (now !== this.#idTime.now) this.#idTime = { now, text: now.toString(16).padStart(12, "0") };
    return this.#idTime.text + this.#settings.random.id().slice(0, 20);
  }

  /** Most tasks come without a context of their own, and share one frozen default per pattern. */
  #context(pattern: Pattern, request: ContextRequest | undefined): Context {
    const { caller } = this.#settings;
    if (request !== undefined) return makeContext(request, pattern.matches, caller);
    if (this.#defaultGrants !== caller.grants) {
      this.#defaultGrants = caller.grants;
      this.#defaults = new WeakMap();
    }
    let context = this.#defaults.get(pattern);
    if (!context) this.#defaults.set(pattern, (context = makeContext({}, pattern.matches, caller)));
    return context;
  }

  #notBefore({ delayMs, runAt }: StartRunOptions): number | undefined {
    if (delayMs !== undefined && runAt !== undefined) {
      throw new ReeveError("option-invalid", "start: both delayMs and runAt are given", {
        hint: "give one of them",
      });
    }
    if (delayMs !== undefined) {
      const at = this.#engine.clock.now() + delayMs;
      if (Number.isFinite(delayMs) && delayMs >= 0 && at <= TIME_MAX) return at;
      throw new ReeveError("option-invalid", `start: delayMs is ${showValue(delayMs)}`, {
        hint: "give milliseconds, 0 or more, that end at a time which a Date can hold",
      });
    }
    if (runAt === undefined) return undefined;
    const at = runAt instanceof Date ? runAt.getTime() : runAt;
    if (typeof at === "number" && Math.abs(at) <= TIME_MAX) return at;
    throw new ReeveError("option-invalid", `start: runAt is ${showValue(runAt)}`, {
      hint: "give a valid Date, or milliseconds since 1970-01-01 UTC",
    });
  }
}

/** @throws ReeveError `option-invalid` */
function originOf(
  what: string,
  { origin, traceparent }: Pick<StartRunOptions, "origin" | "traceparent">,
): StartRequest["origin"] | undefined {
  if (traceparent === undefined) return origin;
  return { ...origin, traceparent: checkTraceparent(what, traceparent) };
}
