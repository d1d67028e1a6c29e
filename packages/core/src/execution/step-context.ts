/** Builds what an agent's function is handed beside its input. */
import { hash } from "node:crypto";
import type { Runnable, StepContext, WalkContext } from "../delegation/agent.ts";
import { encode, decode } from "../delegation/codec.ts";
import { attemptSpanId, traceIdOf, traceparentText } from "../delegation/trace-context.ts";
import type { Context } from "../delegation/context.ts";
import { Changed, type ContextChange } from "../delegation/changed.ts";
import { changeContext, reviveContext } from "../delegation/context-change.ts";
import { assertPreserved } from "../delegation/preservation.ts";
import type { Usage } from "../delegation/event.ts";
import type { Path } from "../delegation/path.ts";
import { NOTHING, type Reference } from "../delegation/reference.ts";
import type { AttemptScope, Journal, RunRecord } from "../engine/engine.ts";
import { ReeveError } from "../errors.ts";
import { textOf } from "./text-of.ts";
import type { Supervision } from "./supervise.ts";
import type { Outputs } from "./walk/outputs.ts";
import type { Asked, AttemptRequest, StartDetached } from "./walk/walk-host.ts";

/** The context in force where a reference to it is undefined for the run's own. */
export function contextInForce(journal: Journal, kept: Reference | undefined): Context {
  const { context } = journal.run;
  return kept ? reviveContext(context, journal.read(kept)) : context;
}

/** The context of callbacks that a pattern asks. Inputs are read when they are asked for. */
export function walkContext({ journal, outputs, path, patternInput, context }: Asked): WalkContext {
  return {
    get input(): unknown {
      return journal.read(patternInput);
    },
    get context(): Context {
      return contextInForce(journal, context);
    },
    outputOf: <Output>(step: Runnable<string, never, Output>): Output =>
      nearestOutput(journal, outputs, path, step),
  };
}

/** The usage of one attempt, added up. */
export class UsageSum {
  #sum: Usage | undefined;

  get sum(): Usage | undefined {
    return this.#sum;
  }

  add(used: Usage): void {
    const sum = this.#sum ?? {};
    this.#sum = {
      inputTokens: (sum.inputTokens ?? 0) + (used.inputTokens ?? 0),
      outputTokens: (sum.outputTokens ?? 0) + (used.outputTokens ?? 0),
      costUsd: (sum.costUsd ?? 0) + (used.costUsd ?? 0),
    };
  }
}

/** What an attempt needs of the runtime around it. */
export interface AttemptWorld {
  readonly startDetached: StartDetached;
  /** Whether those that the run calls are to keep their spans. */
  isSampled(run: RunRecord): boolean;
}

/** The context of an agent's `run`, `undo` and `undoUnsure`. */
export function stepContext(
  request: AttemptRequest,
  scope: AttemptScope,
  supervision: Supervision,
  usage: UsageSum,
  world: AttemptWorld,
): StepContext {
  return new AttemptContext(request, scope, supervision, usage, world);
}

/**
 * Everything is made when it is asked for: most agents use little of it. Functions are getters that give bound
 * functions, so that `const { progress } = ctx` works.
 */
class AttemptContext implements StepContext {
  readonly #request: AttemptRequest;
  readonly #scope: AttemptScope;
  readonly #supervision: Supervision;
  readonly #usage: UsageSum;
  readonly #world: AttemptWorld;
  #names: Set<string> | undefined;
  #context: Context | undefined;
  /** Runs this attempt has started. */
  #started = 0;

  constructor(
    request: AttemptRequest,
    scope: AttemptScope,
    supervision: Supervision,
    usage: UsageSum,
    world: AttemptWorld,
  ) {
    this.#request = request;
    this.#scope = scope;
    this.#supervision = supervision;
    this.#usage = usage;
    this.#world = world;
  }

  get signal(): AbortSignal {
    return this.#supervision.signal;
  }

  get attempt(): number {
    return this.#request.attempt;
  }

  get path(): Path {
    return this.#request.path;
  }

  get runId(): string {
    return this.#request.journal.run.id;
  }

  get traceparent(): string {
    const { journal, path, attempt, recovery } = this.#request;
    const { run } = journal;
    const parentId = attemptSpanId(run.id, path, attempt, recovery);
    return traceparentText({ traceId: traceIdOf(run), parentId, sampled: this.#world.isSampled(run) });
  }

  get context(): Context {
    const { journal, context } = this.#request;
    return (this.#context ??= contextInForce(journal, context));
  }

  get with(): StepContext["with"] {
    return (change, output) => this.#changed(change, output);
  }

  get idempotencyKey(): string {
    const { journal, call, path, stepPath } = this.#request;
    // `undoUnsure` asks the world what the step did under the step's own key.
    return idempotencyKey(journal.logId, journal.run.id, call.of === "undoUnsure" ? stepPath : path);
  }

  get input(): unknown {
    const { journal } = this.#request;
    const { input } = journal.run;
    return journal.read(input === undefined ? NOTHING : { of: "payload", id: input });
  }

  get refused(): unknown {
    const { journal, call } = this.#request;
    return call.of === "undoUnsure" && call.refused ? journal.read(call.refused) : undefined;
  }

  get log(): StepContext["log"] {
    const scope = this.#scope;
    return {
      debug: (message) => scope.log("debug", textOf(message)),
      info: (message) => scope.log("info", textOf(message)),
      warn: (message) => scope.log("warn", textOf(message)),
      error: (message) => scope.log("error", textOf(message)),
    };
  }

  get outputOf(): StepContext["outputOf"] {
    const { journal, outputs, stepPath } = this.#request;
    return (step) => nearestOutput(journal, outputs, stepPath, step);
  }

  get usage(): StepContext["usage"] {
    return (used) => this.#usage.add(used);
  }

  get progress(): StepContext["progress"] {
    return (fraction, note) => {
      this.#supervision.heartbeat();
      this.#scope.progress(fraction, note === undefined ? undefined : textOf(note));
    };
  }

  get start(): StepContext["start"] {
    return async (pattern, input, options = {}) => {
      const { journal, stepPath, preserved } = this.#request;
      const { context } = this;
      const id = options.id ?? `${this.idempotencyKey}-${++this.#started}`;
      const name = typeof pattern === "string" ? pattern : pattern.name;
      const check = (child: Context): void =>
        assertPreserved(journal.run.context, child, preserved, `ctx.start of '${name}'`);
      const request = { pattern: name, input, id, context: options.context, check };
      await this.#world.startDetached({ ...journal.run, context }, stepPath, request);
      return { id };
    };
  }

  get heartbeat(): StepContext["heartbeat"] {
    return () => this.#supervision.heartbeat();
  }

  get run(): StepContext["run"] {
    return (name, sub) => {
      this.#names ??= new Set();
      const running = runSubstep(this.#scope, this.#names, name, sub);
      // ignore: whoever awaits it sees the error; one that nobody awaits must not end the process.
      running.catch(() => {});
      return running;
    };
  }

  #changed<Output>(change: ContextChange, output: Output): Changed<Output> {
    const { call, path } = this.#request;
    if (call.of !== "run") {
      throw new ReeveError("option-invalid", `'${path}' undoes a step, and can't change the context`, {
        hint: "return ctx.with(change, output) from run",
      });
    }
    changeContext(this.context, change);
    return new Changed(change, output);
  }
}

/** The same for every attempt of one step of one run in one log. */
function idempotencyKey(logId: string, run: string, path: Path): string {
  return hash("sha256", JSON.stringify([logId, run, path]), "hex").slice(0, 32);
}

async function runSubstep<T>(
  scope: AttemptScope,
  names: Set<string>,
  name: string,
  sub: () => T | Promise<T>,
): Promise<T> {
  if (typeof name !== "string" || name === "") {
    throw new ReeveError("option-invalid", `ctx.run was given ${textOf(name)} as the name of a sub-step`, {
      hint: "give a non-empty string first, then the function",
    });
  }
  if (names.has(name)) {
    throw new ReeveError("substep-repeated", `this attempt ran a sub-step named '${name}' before`, {
      hint: "give each ctx.run of a step a name of its own, such as one with the item's id",
    });
  }
  names.add(name);
  const finished = scope.substeps.get(name);
  // What was stored under this name is what `sub` returned when it last ran.
  if (finished.found) return finished.output as T;
  const output = await sub();
  const encoded = output === undefined ? undefined : encode(output, `sub-step '${name}'`);
  await scope.substeps.put(name, encoded);
  return (encoded === undefined ? undefined : decode(encoded)) as T;
}

function nearestOutput<Output>(
  journal: Journal,
  outputs: Outputs,
  path: Path,
  step: Runnable<string, never, Output>,
): Output {
  const output = outputs.nearest(step, path);
  if (!output) {
    throw new ReeveError("output-unavailable", `no step '${step.name}' has completed before '${path}'`, {
      hint: "ask only for steps that come before, or that this task needs",
    });
  }
  // The value was the step's output; its type is the agent's word.
  return journal.read(output) as Output;
}
