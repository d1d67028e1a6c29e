import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { agent, type AgentNode } from "../delegation/agent.ts";
import type { Event } from "../delegation/event.ts";
import type { Outcome } from "../delegation/outcome.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime } from "../runtime.ts";
import { Secret, secret } from "../secrets/secret.ts";
import { processAgent } from "./process-agent.ts";
import { workerAgent } from "./worker-agent.ts";

const module = new URL("./fixtures/misbehaving-worker.ts", import.meta.url);
const program = fileURLToPath(new URL("./fixtures/program.ts", import.meta.url));

function worker(name: string, timeoutMs?: number): AgentNode {
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  return workerAgent(name, { module, export: name, threads: 1, memoryMbMax: 128, ...limit });
}

function child(behaviour: string, timeoutMs?: number, ...args: readonly string[]): AgentNode {
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  return processAgent(behaviour, {
    command: [process.execPath, program, behaviour, ...args],
    killGraceMs: 100,
    ...limit,
  });
}

/** The outcome of a run whose only step is this agent, with the runtime closed, which waits for what still runs. */
async function outcomeOf(node: AgentNode, input: unknown): Promise<Outcome> {
  const pattern = sequential("only", { steps: [node] });
  await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine() });
  const run = await runtime.start(pattern.name, input);
  return await run.outcome();
}

test.each([
  ["throws", worker("throwCustom"), {}],
  ["exits its thread", worker("exit"), { code: "worker-exited" }],
  ["eats its memory", worker("eatMemory"), {}],
  ["returns what can't be handed over", worker("returnFunction"), {}],
  ["loops for ever", worker("hang", 300), { code: "attempt-timed-out" }],
])("a worker agent that %s fails its run, and the process goes on", async (_what, node, error) => {
  const outcome = await outcomeOf(node, { code: 3 });
  expect(outcome).toMatchObject({ status: "failed", error: { ...error, path: node.name, agent: node.name } });
});

test.each([
  ["exits with a code", child("exit", undefined, "3"), { code: "process-failed" }],
  ["is killed", child("killSelf"), { code: "process-killed" }],
  ["loops for ever", child("loop", 500), { code: "attempt-timed-out" }],
])("a process agent that %s fails its run", async (_what, node, error) => {
  expect(await outcomeOf(node, undefined)).toMatchObject({
    status: "failed",
    error: { ...error, agent: node.name },
  });
});

test("a cancelled run stops its endless thread and ends as cancelled", async () => {
  const pattern = sequential("only", { steps: [worker("hang")] });
  await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine() });
  const run = await runtime.start(pattern.name, {});
  for await (const event of run.events()) if (event.kind === "attempt-started") break;
  await run.cancel("enough");
  expect(await run.outcome()).toMatchObject({ status: "cancelled", reason: "enough" });
});

test("secrets in their wrappers cross into a thread and back", async () => {
  const outcome = await outcomeOf(worker("openSecret"), { key: secret("a key") });
  const output = outcome.status === "completed" ? outcome.output : undefined;
  expect(output).toEqual({ length: 5, made: expect.any(Secret) });
  const { made } = output as { readonly made: Secret };
  expect(made.reveal()).toBe("a key, changed");
});

test("agents in threads and processes see the context, and change it for the steps after them", async () => {
  const echo = processAgent("echo", {
    command: (_input: unknown, { context }) => [
      process.execPath,
      "-e",
      `console.log(${Number(context.attributes["depth"])} + 1)`,
    ],
    parse: (stdout, _end, ctx) => ctx.with({ attributes: { depth: Number(stdout) } }, stdout.trim()),
  });
  const last = agent("last", { run: (input: unknown, { context }) => ({ input, ...context.attributes }) });
  const steps: readonly AgentNode[] = [worker("deepen"), echo, last];
  const pattern = sequential("only", { steps });
  await using runtime = await createRuntime({ patterns: [pattern], engine: memoryEngine() });
  const run = await runtime.start(pattern, 1, { context: { attributes: { depth: 4, gone: 1 } } });
  expect(await run.outcome()).toEqual({ status: "completed", output: { input: "9", depth: 9 } });
  expect(await valuesOf(run.events())).toEqual([
    ["deepen", "moderate", ["attributes.depth", "attributes.gone"]],
    ["echo", "moderate", ["attributes.depth"]],
  ]);
});

test("a thread can't widen what it may do", async () => {
  expect(await outcomeOf(worker("overreach"), 1)).toMatchObject({
    status: "failed",
    error: { code: "permission-denied", message: "ctx.with can't change grants" },
  });
});

async function valuesOf(events: AsyncIterable<Event>): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const event of events) {
    if (event.kind === "context-changed")
      found.push([event.path, event.severity, event.diff.map(({ key }) => key)]);
  }
  return found;
}
