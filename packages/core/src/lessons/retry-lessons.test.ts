/** Retries: how many, when, and what is known of the failures. */
import assert from "node:assert/strict";
import { z } from "zod";
import { workerAgent } from "../agents/worker-agent.ts";
import type { AgentNode } from "../delegation/agent.ts";
import type { Outcome, StepError } from "../delegation/outcome.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { untilAborted } from "../engine/conformance/trial.ts";
import { NonRetryableError } from "../errors.ts";
import { approval } from "../patterns/approval.ts";
import { forEach } from "../patterns/for-each.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime } from "../runtime.ts";
import { lesson, machineLesson } from "./fixtures/lesson.ts";

const module = new URL("./fixtures/failing-worker.ts", import.meta.url);
const often = { retry: { attempts: 5, delayMs: 0 } };

/** The error's message and code, then its cause's, and so on. */
function chain(error: StepError | undefined): readonly (readonly [string, string])[] {
  return error ? [[error.message, error.code], ...chain(error.cause)] : [];
}

/** A run of one agent on the machine's clock, as threads need it. */
async function outcomeOf(node: AgentNode): Promise<{ readonly outcome: Outcome; readonly attempts: number }> {
  const pattern = sequential("only", { steps: [node] });
  await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine() });
  const run = await runtime.start(pattern.name, 0);
  const outcome = await run.outcome();
  const events = await Array.fromAsync(run.events());
  return { outcome, attempts: events.filter((event) => event.kind === "attempt-started").length };
}

lesson(
  "an error that says it is not worth a retry gets none, also out of a sub-step",
  ["inngest/inngest-js#209", "inngest/inngest#563", "dbos-inc/dbos-transact-ts#1243"],
  async (trial) => {
    class OrderGone extends NonRetryableError {}
    const direct = trial.agent("direct", () => Promise.reject(new OrderGone("no such order")), often);
    const inner = trial.agent(
      "inner",
      (_input, ctx) =>
        ctx.run("look up", () => {
          throw new NonRetryableError("no such order");
        }),
      often,
    );
    const patterns = [sequential("direct", { steps: [direct] }), sequential("inner", { steps: [inner] })];
    const runtime = await trial.open(patterns);
    for (const { name } of patterns) {
      const outcome = await trial.outcome(await runtime.start(name, 0));
      assert(outcome.status === "failed");
      assert.equal(outcome.error.message, "no such order");
    }
    assert.deepEqual(trial.ledger, ["direct", "inner"]);
  },
);

machineLesson(
  "an error that says it is not worth a retry gets none, also out of a thread",
  ["inngest/inngest-js#210"],
  async () => {
    const refuse = workerAgent("refuse", { module, export: "refuse", threads: 1, ...often });
    const { outcome, attempts } = await outcomeOf(refuse);
    assert(outcome.status === "failed");
    assert.deepEqual([outcome.error.name, attempts], ["NonRetryableError", 1]);
  },
);

lesson(
  "a run ends with its last attempt, without waiting for a retry that is never made",
  "dbos-inc/dbos-transact-py#667",
  async (trial) => {
    const failing = trial.agent("failing", () => Promise.reject(new Error("no")), {
      retry: { attempts: 2, delayMs: 60_000, delayMsMax: 60_000, jitter: false },
    });
    const pattern = sequential("p", { steps: [failing] });
    const run = await (await trial.open([pattern])).start(pattern, 0);
    await trial.logged("attempt-failed", "failing");
    await trial.advance(60_000);
    const now = trial.clock.now();
    assert.equal((await trial.outcome(run)).status, "failed");
    assert.equal(trial.clock.now(), now);
    assert.equal(trial.ledger.length, 2);
  },
);

lesson(
  "every attempt's own error stays in the log, not only the last one",
  "dbos-inc/dbos-transact-py#382",
  async (trial) => {
    const failing = trial.agent(
      "failing",
      (_input, ctx) => Promise.reject(new Error(`reason ${ctx.attempt}`)),
      { retry: { attempts: 3, delayMs: 1_000 } },
    );
    const pattern = sequential("p", { steps: [failing] });
    await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
    await trial.logged("attempt-failed", "failing");
    trial.crash();
    const run = (await trial.open([pattern])).run("r");
    await trial.within(run.outcome(), "the run ends", 100);
    const told = (await trial.events("r")).flatMap((event) =>
      event.kind === "attempt-failed" ? [[event.error.message, event.error.attempt]] : [],
    );
    assert.deepEqual(told, [
      ["reason 1", 1],
      ["reason 2", 2],
      ["reason 3", 3],
    ]);
  },
);

const causes = [
  ["the query failed", "thrown"],
  ["the connection was lost", "thrown"],
  ["socket hang up", "ECONNRESET"],
];

lesson(
  "an error keeps its causes and their codes, through a restart and into the outcome",
  ["temporalio/sdk-typescript#2292", "inngest/inngest-js#92"],
  async (trial) => {
    const root = Object.assign(new TypeError("socket hang up"), { code: "ECONNRESET" });
    const failing = trial.agent("failing", () => {
      throw new Error("the query failed", { cause: new Error("the connection was lost", { cause: root }) });
    });
    const pattern = sequential("p", {
      steps: [trial.agent("first", () => 1, { undo: trial.crashing() }), failing],
    });
    await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
    await trial.crashed();
    const outcome = await trial.outcome((await trial.open([pattern])).run("r"));
    assert(outcome.status === "rolled-back");
    assert.deepEqual(chain(outcome.error), causes);
    assert.equal(outcome.error.cause?.cause?.name, "TypeError");
    assert.match(outcome.error.stack ?? "", /retry-lessons/);
  },
);

machineLesson("an error keeps its causes out of a thread", "temporalio/sdk-typescript#2292", async () => {
  const failing = workerAgent("failWithCauses", { module, export: "failWithCauses", threads: 1 });
  const { outcome } = await outcomeOf(failing);
  assert(outcome.status === "failed");
  assert.deepEqual(chain(outcome.error), causes);
});

lesson(
  "failures of every kind count towards the same number of attempts, timeouts too",
  ["taskforcesh/bullmq#1094", "temporalio/sdk-rust#575", "vercel/workflow#532"],
  async (trial) => {
    const failures: readonly ((input: unknown, ctx: Parameters<typeof untilAborted>[1]) => unknown)[] = [
      () => Promise.reject(new Error("thrown")),
      untilAborted,
      () => "not a number",
      () => -1,
      () => ({ then: (_: unknown, reject: (thrown: unknown) => void) => reject("thenable") }),
    ];
    const varied = trial.agent("varied", (input, ctx) => failures[ctx.attempt - 1]?.(input, ctx), {
      output: z.number(),
      verify: (output) => Number(output) >= 0,
      timeoutMs: 1_000,
      retry: { attempts: failures.length, delayMs: 10, factor: 1 },
    });
    const pattern = sequential("p", { steps: [varied] });
    const run = await (await trial.open([pattern], { graceMs: 1_000 })).start(pattern, 0, { id: "r" });
    const outcome = await trial.within(run.outcome(), "the run ends", 10);
    assert(outcome.status === "failed");
    assert.equal(outcome.error.attempt, failures.length);
    const codes = (await trial.events("r")).flatMap((event) =>
      event.kind === "attempt-failed" ? [event.error.code] : [],
    );
    assert.deepEqual(codes, ["thrown", "attempt-timed-out", "output-invalid", "verify-failed", "thrown"]);
    assert.equal(trial.ledger.length, failures.length);
  },
);

lesson(
  "an agent is told which attempt it is, in items and after a restart",
  "mastra-ai/mastra#22333",
  async (trial) => {
    const seen = new Map<string, number[]>();
    const flaky = trial.agent(
      "flaky",
      (input, ctx) => {
        seen.set(ctx.path, [...(seen.get(ctx.path) ?? []), ctx.attempt]);
        if (ctx.attempt < 3) throw new Error("no");
        return input;
      },
      { retry: { attempts: 3, delayMs: 1_000 } },
    );
    const pattern = forEach("p", { items: () => ["x", "y"], step: flaky });
    await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
    await trial.logged("attempt-failed", "[1]");
    trial.crash();
    const run = (await trial.open([pattern])).run("r");
    const outcome = await trial.within(run.outcome(), "the run ends", 100);
    assert.deepEqual(outcome, { status: "completed", output: ["x", "y"] });
    const counted = [1, 2, 3];
    assert.deepEqual(Object.fromEntries(seen), { "[0]": counted, "[1]": counted });
  },
);

lesson(
  "a deadline that passes amid retries ends the run when it passes, not before, and what kept failing is in its events",
  ["temporalio/sdk-go#120", "temporalio/temporal#185", "temporalio/sdk-go#1380"],
  async (trial) => {
    const failing = trial.agent("failing", () => Promise.reject(new Error("the mailbox is full")), {
      retry: { attempts: 100, delayMs: 40_000, factor: 1, delayMsMax: 40_000, jitter: false },
    });
    const pattern = sequential("p", { timeoutMs: 100_000, steps: [failing, approval("ok")] });
    const run = await (await trial.open([pattern])).start(pattern, 0, { id: "r" });
    await trial.logged("attempt-failed", "failing");
    await trial.advance(40_000);
    await trial.advance(40_000);
    await trial.advance(19_999);
    assert.equal((await run.record()).state, "waiting");
    assert.equal(trial.ledger.length, 3);
    await trial.advance(1);
    const outcome = await trial.outcome(run);
    assert.deepEqual([outcome.status, "afterMs" in outcome && outcome.afterMs], ["timed-out", 100_000]);
    const messages = (await trial.events("r")).flatMap((event) =>
      event.kind === "attempt-failed" ? [event.error.message] : [],
    );
    assert.deepEqual(new Set(messages), new Set(["the mailbox is full"]));
  },
);
