/** Draws agents: how long they take, when they fail and how, and what they leave in the ledger. */
import { agent, type StepContext } from "../delegation/agent.ts";
import type { Runnable } from "../delegation/agent.ts";
import type { AgentNode } from "../delegation/agent.ts";
import { NonRetryableError } from "../errors.ts";
import { mix, type Draw } from "./draw.ts";
import type { Feature } from "./features.ts";
import type { Deed, Stage } from "./stage.ts";

export type SimulatedAgent = AgentNode & Runnable<string, unknown>;

type Failing = "throws" | "throws for good" | "is refused" | "hangs" | "ignores its signal";

interface Behaviour {
  readonly name: string;
  /** Turns of the event loop that it takes. */
  readonly turns: number;
  /** Milliseconds that it takes. */
  readonly waitMs: number;
  /** So many first attempts fail. */
  readonly failures: number;
  readonly failing: Failing;
  readonly undoFailures: number;
  readonly substeps: number;
  readonly changesContext: boolean;
}

const ATTEMPT_TIMEOUT_MS = 400;

/** Draws an agent and adds what is special about it to `features`. */
export function drawAgent(draw: Draw, name: string, stage: Stage, features: Set<Feature>): SimulatedAgent {
  const attempts = draw.chance(0.5) ? draw.whole(2, 4) : 1;
  const forGood = draw.chance(0.08);
  const failures = forGood ? attempts : draw.chance(0.5) ? draw.whole(0, attempts - 1) : 0;
  const behaviour: Behaviour = {
    name,
    turns: draw.whole(0, 2),
    waitMs: draw.chance(0.25) ? draw.whole(1, 300) : 0,
    failures,
    failing: draw.pick(["throws", "throws", "throws for good", "is refused", "hangs", "ignores its signal"]),
    undoFailures: draw.chance(0.3) ? draw.whole(1, attempts) : 0,
    substeps: draw.chance(0.25) ? draw.whole(1, 3) : 0,
    changesContext: draw.chance(0.25),
  };
  const { failing } = behaviour;
  const hangs = failures > 0 && (failing === "hangs" || failing === "ignores its signal");
  const idempotent = !draw.chance(0.12);
  const hasUndo = draw.chance(0.6);
  const hasUndoUnsure = draw.chance(0.35);
  const concurrency = draw.chance(0.15) ? draw.whole(1, 2) : undefined;
  const mark = (feature: Feature, is: boolean): void => void (is && features.add(feature));
  mark("retry", attempts > 1 && failures > 0);
  mark("fails for good", failures >= attempts || (failures > 0 && failing === "throws for good"));
  mark("refused output", failures > 0 && failing === "is refused");
  mark("attempt timeout", hangs);
  mark("sub-steps", behaviour.substeps > 0);
  mark("context changed", behaviour.changesContext);
  mark("not idempotent", !idempotent);
  mark("undo", hasUndo);
  mark("failing undo", hasUndo && behaviour.undoFailures > 0);
  mark("undoUnsure", hasUndoUnsure);
  mark("agent concurrency", concurrency !== undefined);
  const timed = hangs || draw.chance(0.3);
  return agent(name, {
    retry: { attempts, delayMs: draw.whole(5, 200), factor: 2, jitter: draw.chance(0.3) },
    idempotent,
    ...(timed ? { timeoutMs: ATTEMPT_TIMEOUT_MS } : {}),
    ...(concurrency === undefined ? {} : { concurrency }),
    verify: (output) => output !== "wrong" || "the output is wrong",
    run: (input, ctx) => work(stage, behaviour, input, ctx),
    ...(hasUndo ? { undo: (_output, ctx) => takeBack(stage, behaviour, "undo", ctx) } : {}),
    ...(hasUndoUnsure ? { undoUnsure: (_input, ctx) => takeBack(stage, behaviour, "undo-unsure", ctx) } : {}),
  });
}

/** An agent that fails for good, and leaves nothing behind. */
export function failingAgent(name: string, stage: Stage, features: Set<Feature>): SimulatedAgent {
  features.add("fails for good");
  const behaviour: Behaviour = {
    name,
    turns: 1,
    waitMs: 0,
    failures: 1,
    failing: "throws",
    undoFailures: 0,
    substeps: 0,
    changesContext: false,
  };
  return agent(name, { run: (input: unknown, ctx) => work(stage, behaviour, input, ctx) });
}

async function work(stage: Stage, behaviour: Behaviour, input: unknown, ctx: StepContext): Promise<unknown> {
  note(stage, "run", "began", ctx);
  await stage.turns(behaviour.turns);
  if (behaviour.waitMs > 0) await stage.wait(behaviour.waitMs, ctx.signal);
  for (let index = 0; index < behaviour.substeps; index++) {
    const name = `part-${index}`;
    await ctx.run(name, async () => {
      note(stage, "sub-step", "began", ctx, name);
      await stage.turns(1);
      return index;
    });
  }
  if (ctx.attempt <= behaviour.failures) return fail(stage, behaviour, ctx);
  note(stage, "run", "effect", ctx);
  const { attributes } = ctx.context;
  // What comes out hangs on the context, so that a wrong one shows in the outcome.
  const output = Array.isArray(input)
    ? input.map((item) => mix([behaviour.name, item, attributes]))
    : mix([behaviour.name, input, attributes]);
  if (!behaviour.changesContext) return output;
  const changes = Number(attributes[behaviour.name] ?? 0) + 1;
  return ctx.with({ attributes: { [behaviour.name]: changes } }, output);
}

async function fail(stage: Stage, { failing, name }: Behaviour, ctx: StepContext): Promise<unknown> {
  const message = `${name} fails in attempt ${ctx.attempt}`;
  switch (failing) {
    case "throws":
      throw new TypeError(message);
    case "throws for good":
      throw new NonRetryableError(message);
    case "is refused":
      note(stage, "run", "effect", ctx);
      return "wrong";
    case "hangs":
      note(stage, "run", "effect", ctx);
      return stage.wait(ATTEMPT_TIMEOUT_MS * 100, ctx.signal);
    case "ignores its signal":
      return new Promise(() => {});
  }
}

async function takeBack(stage: Stage, behaviour: Behaviour, deed: Deed, ctx: StepContext): Promise<void> {
  note(stage, deed, "began", ctx);
  await stage.turns(behaviour.turns);
  if (ctx.attempt <= behaviour.undoFailures) throw new RangeError(`undoing fails in attempt ${ctx.attempt}`);
  note(stage, deed, "effect", ctx);
}

function note(stage: Stage, deed: Deed, moment: "began" | "effect", ctx: StepContext, name?: string): void {
  stage.note({
    deed,
    moment,
    run: ctx.runId,
    path: ctx.path,
    name,
    key: ctx.idempotencyKey,
    context: JSON.stringify(ctx.context.attributes),
    attempt: ctx.attempt,
  });
}
