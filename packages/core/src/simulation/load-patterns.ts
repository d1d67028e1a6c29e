/** The mixed load of the killed process: patterns whose agents write each execution to a side file. */
import { writeSync } from "node:fs";
import { agent, type StepContext } from "../delegation/agent.ts";
import type { Runnable } from "../delegation/agent.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { systemClock } from "../clock.ts";
import { approval } from "../patterns/approval.ts";
import { delay } from "../patterns/delay.ts";
import { forEach } from "../patterns/for-each.ts";
import { meta } from "../patterns/meta.ts";
import { parallel } from "../patterns/parallel.ts";
import { sequential } from "../patterns/sequential.ts";
import { step } from "../patterns/step.ts";
import { mix } from "./draw.ts";

type Load = Pattern & Runnable<string, unknown>;

/** The approval that runs of `waiting` need. */
export const APPROVAL = "ok";

/** One line of the side file; written at once, so that a killed process has left it. */
export type SideLine =
  | {
      readonly life: number;
      readonly said: "began" | "done";
      readonly run: string;
      readonly path: string;
      readonly key: string;
    }
  | { readonly life: number; readonly said: "started"; readonly run: string }
  | {
      readonly life: number;
      readonly said: "committed";
      readonly run: string;
      readonly seq: number;
      readonly position: number;
      readonly kind: string;
      readonly path: string | undefined;
    };

/** @param descriptor of the side file, opened for appending. */
export function writeLine(descriptor: number, line: SideLine): void {
  writeSync(descriptor, `${JSON.stringify(line)}\n`);
}

/** @throws Error when the text is no such line. */
export function readLine(text: string): SideLine {
  const value: unknown = JSON.parse(text);
  if (isLine(value)) return value;
  throw new Error(`this is no line of a side file: ${text.slice(0, 200)}`);
}

function isLine(value: unknown): value is SideLine {
  return typeof value === "object" && value !== null && "said" in value && "run" in value;
}

/** The patterns; `life` counts the processes. */
export function loadPatterns(descriptor: number, life: number): readonly [Load, ...Load[]] {
  const clock = systemClock();
  const pause = (ctx: StepContext): Promise<void> =>
    new Promise((resolve) => void clock.timer(mix([ctx.runId, ctx.path, life]) % 5, resolve));
  const say = (said: "began" | "done", { runId: run, path, idempotencyKey: key }: StepContext): void =>
    writeLine(descriptor, { life, said, run, path, key });
  const execute = async (input: unknown, ctx: StepContext): Promise<number> => {
    say("began", ctx);
    await pause(ctx);
    say("done", ctx);
    return mix([input, ctx.path]);
  };
  const undo = async (_output: unknown, ctx: StepContext): Promise<void> =>
    void (await execute(undefined, ctx));
  const plain = agent("plain", { run: execute, undo });
  const narrow = agent("narrow", {
    run: execute,
    concurrency: 4,
    timeoutMs: 60_000,
  });
  const flaky = agent("flaky", {
    retry: { attempts: 3, delayMs: 2 },
    undo,
    run: (input, ctx) => {
      if (ctx.attempt < 3) throw new Error(`attempt ${ctx.attempt} fails`);
      return execute(input, ctx);
    },
  });
  const parts = agent("parts", {
    run: async (input, ctx) => {
      await ctx.run("first", () => pause(ctx));
      await ctx.run("second", () => pause(ctx));
      return execute(input, ctx);
    },
  });
  const boom = agent("boom", {
    run: () => {
      throw new Error("always");
    },
  });
  const chain = sequential("chain", { steps: [plain, flaky, parts] });
  const fan = parallel("fan", { tasks: { a: plain, b: narrow, c: chain }, needs: { c: ["a"] } });
  const each = forEach("each", {
    items: (input: unknown) => [0, 1, 2, 3].map((index) => mix([input, index])),
    step: narrow,
    concurrencyMax: 2,
  });
  const undoing = sequential("undoing", {
    steps: [plain, step<string, unknown, unknown>(flaky, { name: "b" }), boom],
  });
  const waiting = sequential("waiting", {
    steps: [plain, approval(APPROVAL), step<string, unknown, unknown>(delay(3), { name: "pause" }), narrow],
  });
  const phases = meta("phases", {
    phases: [
      { name: "one", patterns: [each, chain], coordination: "parallel" },
      { name: "two", patterns: [fan] },
    ],
  });
  return [chain, fan, each, undoing, waiting, phases];
}
