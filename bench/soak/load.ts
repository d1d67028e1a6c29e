/**
 * The load of a soak: one pattern for each thing that runs do, made of agents that tell what they do. Outputs are known
 * beforehand, so that a judge can tell a wrong one.
 */
import { setTimeout } from "node:timers/promises";
import { agent, approval, delay, delegate, forEach, parallel, repeat, sequential, step } from "reeve";
import type { Pattern, StepContext } from "reeve";

export interface LoadOptions {
  /** Told when a step begins to have its effect, and when it has had it. */
  readonly say: (said: "began" | "done", ctx: StepContext) => void;
  /** How long an effect takes at most, in milliseconds. */
  readonly effectMsMax: number;
}

/** The approval that runs of `waiting` and `held` wait for. */
export const APPROVAL = "ok";

/** What a soak starts, one after the other; `leaf` is started by `parent` and `spawner`. */
export const STARTED = [
  "chain",
  "fan",
  "each",
  "loop",
  "parent",
  "waiting",
  "undoing",
  "careful",
  "chain",
  "busy",
  "spawner",
  "held",
] as const;

/** Runs of `busy` at once, for each of its keys. */
const BUSY_AT_ONCE = 3;

/** The output of a run of `pattern` that completes; undefined: such a run does not complete. */
export function expectedOutput(pattern: string, n: number): unknown {
  switch (pattern) {
    case "fan":
      return { a: n + 1, b: n + 1, c: n + 3 };
    case "each":
      return [n + 1, n + 2, n + 3, n + 4];
    case "chain":
    case "loop":
      return n + 3;
    case "parent":
    case "waiting":
    case "careful":
    case "spawner":
      return n + 2;
    case "leaf":
    case "busy":
      return n + 1;
    default:
      return undefined;
  }
}

/** How a run may end when nobody cancels it. */
export function expectedEnds(pattern: string): readonly string[] {
  if (pattern === "undoing") return ["rolled-back"];
  if (pattern === "held") return [];
  // The step that must not be made twice fails when its process was killed under it.
  return pattern === "careful" ? ["completed", "failed", "rolled-back"] : ["completed"];
}

export function loadPatterns(options: LoadOptions): readonly Pattern[] {
  const { add, narrow, flaky, parts, once, boom, spawn } = loadAgents(options);
  const served = (domain: string) => ({ matches: { domain: `soak.${domain}` } });
  const chain = sequential("chain", { ...served("chain"), steps: [add, flaky, parts] });
  const turn = sequential("turn", { ...served("turn"), steps: [delay(2, { name: "pause" }), add] });
  return [
    chain,
    parallel("fan", { ...served("fan"), tasks: { a: add, b: narrow, c: chain }, needs: { c: ["a"] } }),
    forEach("each", {
      ...served("each"),
      items: (n: number) => [n, n + 1, n + 2, n + 3],
      step: narrow,
      concurrencyMax: 2,
    }),
    sequential("loop", {
      ...served("loop"),
      steps: [repeat(turn, { until: (_output, ctx) => ctx.iteration === 2, max: 5 })],
    }),
    sequential("leaf", { ...served("leaf"), limits: [{ concurrency: 16 }], steps: [narrow] }),
    sequential("parent", { ...served("parent"), steps: [add, delegate({ domain: "soak.leaf" })] }),
    sequential("waiting", {
      ...served("waiting"),
      steps: [add, approval(APPROVAL), delay(3, { name: "pause" }), narrow],
    }),
    sequential("held", { ...served("held"), steps: [add, approval(APPROVAL)] }),
    sequential("undoing", {
      ...served("undoing"),
      steps: [add, step(add, { name: "more" }), boom],
    }),
    sequential("careful", { ...served("careful"), steps: [once, add] }),
    sequential("busy", {
      ...served("busy"),
      limits: [{ key: (_context, n: number) => String(n % 4), concurrency: BUSY_AT_ONCE }],
      steps: [narrow],
    }),
    sequential("spawner", { ...served("spawner"), steps: [spawn, add] }),
  ];
}

/** Inferred, so that the patterns know what each takes and gives. */
function loadAgents({ say, effectMsMax }: LoadOptions) {
  const effect = async (ctx: StepContext): Promise<void> => {
    say("began", ctx);
    if (effectMsMax > 0) await setTimeout(Math.random() * effectMsMax);
    say("done", ctx);
  };
  const plusOne = async (n: number, ctx: StepContext): Promise<number> => {
    await effect(ctx);
    return n + 1;
  };
  const undo = (_output: number, ctx: StepContext): Promise<void> => effect(ctx);
  const add = agent("add", { run: plusOne, undo });
  const narrow = agent("narrow", { run: plusOne, concurrency: 8, timeoutMs: 60_000 });
  const flaky = agent("flaky", {
    retry: { attempts: 2, delayMs: 2 },
    undo,
    run: (n: number, ctx): Promise<number> => {
      if (ctx.attempt < 2) throw new Error("the first attempt fails");
      return plusOne(n, ctx);
    },
  });
  const parts = agent("parts", {
    run: async (n: number, ctx) => {
      const half = await ctx.run("first", () => n + 0.5);
      await effect(ctx);
      return ctx.run("second", () => half + 0.5);
    },
  });
  const once = agent("once", { run: plusOne, idempotent: false });
  const boom = agent("boom", {
    run: (_input: number): number => {
      throw new Error("always");
    },
  });
  const spawn = agent("spawn", {
    run: async (n: number, ctx) => {
      await ctx.start("leaf", n);
      return plusOne(n, ctx);
    },
  });
  return { add, narrow, flaky, parts, once, boom, spawn };
}
