import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { afterEach, beforeAll, expect, it, vi } from "vitest";
import type { StepContext } from "../delegation/agent.ts";
import { stepContext } from "./fixtures/step-context.ts";
import { workerAgent, type WorkerAgentOptions } from "./worker-agent.ts";

const module = new URL("./fixtures/misbehaving-worker.ts", import.meta.url);
const opened: { readonly close: (() => Promise<void>) | undefined }[] = [];

function open(name: string, options: Partial<WorkerAgentOptions<unknown, unknown>> = {}) {
  const agent = workerAgent("dig", { module, export: name, threads: 2, ...options });
  opened.push(agent);
  return agent;
}

function attempt(
  agent: ReturnType<typeof open>,
  input: unknown = {},
  ctx: StepContext = stepContext().ctx,
): Promise<unknown> {
  return Promise.resolve(agent.run(input, ctx));
}

/** The system's count of this process's threads; where it can't be asked, `close` is trusted. */
function threadCount(): number {
  return existsSync("/proc/self/task") ? readdirSync("/proc/self/task").length : 0;
}

function raise(flag: SharedArrayBuffer): void {
  Atomics.store(new Int32Array(flag), 0, 1);
  Atomics.notify(new Int32Array(flag), 0);
}

let threadsBefore = 0;

beforeAll(async () => {
  // The platform's own threads are created when first needed, and stay.
  await Promise.all(Array.from({ length: 8 }, async () => readdir(import.meta.dirname)));
  threadsBefore = threadCount();
});

afterEach(async () => {
  for (const agent of opened.splice(0)) await agent.close?.();
  await vi.waitFor(() => assert(threadCount() <= threadsBefore, "a thread was left behind"), {
    timeout: 60_000,
  });
});

it("calls the exported function of a TypeScript module in another thread", async () => {
  expect(await attempt(open("default"), { a: 1, b: 2 })).toBe(3);
  expect(await attempt(open("whereAmI"))).toMatchObject({ isMainThread: false });
  expect(open("default")).toMatchObject({ kind: "agent", runsOn: "thread", name: "dig" });
});

it("tells how long stopping may take: longer than the thread gets to heed the signal", () => {
  expect(open("default").graceMs).toBeGreaterThan(5_000);
});

it("takes the module as URL, as text of a URL and as absolute path, and refuses others", async () => {
  for (const same of [module, module.href, module.pathname]) {
    expect(await attempt(open("default", { module: same }), { a: 2, b: 2 })).toBe(4);
  }
  for (const wrong of ["./dig.ts", "dig", "https://localhost/dig.js"]) {
    expect(() => open("default", { module: wrong })).toThrow(
      expect.objectContaining({ code: "agent-invalid", message: `agent 'dig': module is ${wrong}` }),
    );
  }
  expect(() => open("default", { module: "" })).toThrow("agent 'dig': module is ''");
  expect(() => workerAgent("dig", undefined as never)).toThrow(
    expect.objectContaining({ code: "agent-invalid" }),
  );
  for (const threads of [0, 1.5, -1]) expect(() => open("default", { threads })).toThrow(/threads is/);
  expect(() => open("default", { memoryMbMax: 127 })).toThrow("agent 'dig': memoryMbMax is 127");
});

it("bridges log, progress, heartbeat, usage and the facts of the attempt", async () => {
  const { ctx, told } = stepContext();
  expect(await attempt(open("reportEverything"), {}, ctx)).toEqual({
    idempotencyKey: "key",
    attempt: 1,
    path: "dig",
    runId: "run-1",
    aborted: false,
  });
  expect(told.map(({ what, values }) => [what, ...values.filter((value) => value !== undefined)])).toEqual([
    ["debug", "d"],
    ["warn", "w"],
    ["progress", 0.5, "half"],
    ["progress", 1],
    ["heartbeat"],
    ["usage", { inputTokens: 3 }],
  ]);
});

it("hands on what was thrown with its class name, message, code, stack and cause", async () => {
  await expect(attempt(open("throwCustom"))).rejects.toMatchObject({
    name: "DigFailed",
    message: "the ground is frozen",
    code: "E_DIG",
    stack: expect.stringContaining("misbehaving-worker.ts"),
    cause: { name: "TypeError", message: "ice" },
  });
  await expect(attempt(open("throwText"))).rejects.toMatchObject({
    message: 'a value that is not an Error was thrown: "oops"',
  });
});

it("fails the attempt with an exception that nobody caught, and works on in a new thread", async () => {
  const agent = open("throwUncaught", { threads: 1 });
  await expect(attempt(agent)).rejects.toMatchObject({ name: "RangeError", message: "nobody catches me" });
  await expect(attempt(agent)).rejects.toMatchObject({ name: "RangeError" });
});

it("fails the attempt when the thread exits, during it or after it, and works on in a new thread", async () => {
  const agent = open("exit", { threads: 1 });
  for (const code of [0, 3]) {
    await expect(attempt(agent, { code })).rejects.toMatchObject({
      code: "worker-exited",
      message: `agent 'dig': its thread ended itself with exit code ${code}`,
    });
  }
  const later = open("exitLater", { threads: 1 });
  expect(await attempt(later)).toBe("done");
  // The next one may meet the thread that is about to exit, but none waits for a thread that is gone.
  await expect.poll(() => attempt(later).catch(() => "exited")).toBe("done");
});

it("names module and export when either is missing or broken", async () => {
  const missing = new URL("./fixtures/no-such-file.ts", import.meta.url);
  await expect(attempt(open("default", { module: missing }))).rejects.toMatchObject({
    code: "worker-failed",
    message: expect.stringMatching(
      /^agent 'dig': the module file:.*no-such-file\.ts \(export 'default'\) can't be loaded/,
    ),
  });
  const broken = new URL("./fixtures/broken-worker.ts", import.meta.url);
  await expect(attempt(open("default", { module: broken }))).rejects.toMatchObject({
    message: expect.stringMatching(/can't be loaded: Error: broken at load$/),
  });
  await expect(attempt(open("nothing"))).rejects.toMatchObject({
    code: "worker-failed",
    message: `agent 'dig': the module ${module.href}: has no export 'nothing'`,
    hint: expect.stringContaining("default, eatArrays") as unknown,
  });
  await expect(attempt(open("notAFunction"))).rejects.toMatchObject({ message: /is no function$/ });
});

it("refuses inputs and outputs that can't cross, and the thread stays", async () => {
  await expect(attempt(open("default"), { a: () => 1 })).rejects.toMatchObject({
    code: "worker-failed",
    message: expect.stringMatching(/its input can't be handed to a thread/) as unknown,
  });
  await expect(attempt(open("returnFunction"))).rejects.toMatchObject({
    code: "worker-failed",
    message: expect.stringMatching(/what 'returnFunction' returned can't leave its thread/) as unknown,
  });
});

it("ends an endless loop when the signal aborts; the other attempt of the pool finishes", async () => {
  const hanging = stepContext();
  const agent = open("hang");
  const other = open("waitFor");
  const flag = new SharedArrayBuffer(4);
  const waiting = stepContext();
  const result = attempt(other, { flag }, waiting.ctx);
  const stopped = attempt(agent, {}, hanging.ctx);
  await Promise.all([waiting.until("progress"), hanging.until("progress")]);
  hanging.abort("customer called");
  await expect(stopped).rejects.toMatchObject({
    code: "attempt-cancelled",
    message: "agent 'dig' was stopped while it worked: customer called",
  });
  raise(flag);
  expect(await result).toEqual(expect.any(Number));
});

it("two attempts of one pool: one thread is ended, the other finishes, and a waiting third gets a thread", async () => {
  const agent = open("hangOrWait");
  const [hanging, waiting, third] = [stepContext(), stepContext(), stepContext()];
  const flag = new SharedArrayBuffer(4);
  const stopped = attempt(agent, {}, hanging.ctx);
  const result = attempt(agent, { flag }, waiting.ctx);
  await Promise.all([waiting.until("progress"), hanging.until("progress")]);
  const queued = attempt(agent, { flag }, third.ctx);
  hanging.abort(new Error("timed out"));
  await expect(stopped).rejects.toThrow("timed out");
  await third.until("progress");
  raise(flag);
  const threads = await Promise.all([result, queued]);
  expect(new Set(threads).size).toBe(2);
});

it("spares the thread of a function that heeds its signal, and rejects all the same", async () => {
  const { ctx, abort, until } = stepContext();
  const stopped = attempt(open("heed"), {}, ctx);
  await until("progress");
  abort(new Error("no longer needed"));
  await expect(stopped).rejects.toThrow("no longer needed");
});

it("does not begin when the signal aborted before, nor when it aborts while waiting for a thread", async () => {
  const before = stepContext();
  before.abort("early");
  await expect(attempt(open("default"), {}, before.ctx)).rejects.toMatchObject({ code: "attempt-cancelled" });
  const agent = open("hang", { threads: 1 });
  const [first, second] = [stepContext(), stepContext()];
  const hanging = attempt(agent, {}, first.ctx);
  await first.until("progress");
  const queued = attempt(agent, {}, second.ctx);
  second.abort("not any more");
  await expect(queued).rejects.toThrow("not any more");
  first.abort();
  await expect(hanging).rejects.toMatchObject({ code: "attempt-cancelled" });
});

it("fails the attempt, not the process, when a thread runs out of memory", async () => {
  for (const eater of ["eatMemory", "eatArrays", "eatMap", "eatBuffers"]) {
    await expect(attempt(open(eater, { memoryMbMax: 128 }))).rejects.toMatchObject({
      code: "worker-exited",
      message: "agent 'dig': its thread used more than 128 MB of memory and was ended",
      hint: "work on less at once, or raise `memoryMbMax`",
    });
  }
});

it("replaces a thread that keeps memory", async () => {
  const agent = open("leak", { memoryMbMax: 200, threads: 1 });
  const threads = new Set<unknown>();
  for (let count = 0; count < 40; count++) threads.add(await attempt(agent));
  expect(threads.size).toBeGreaterThan(1);
});

it("close ends threads that hang, and a later attempt begins anew", async () => {
  const agent = open("hangOrWait", { threads: 1 });
  const { ctx, until } = stepContext();
  const hanging = attempt(agent, {}, ctx);
  await until("progress");
  const closing = agent.close?.();
  await expect(hanging).rejects.toMatchObject({ message: "agent 'dig' was closed while it worked" });
  await closing;
  await expect.poll(threadCount).toBeLessThanOrEqual(threadsBefore);
  const flag = new SharedArrayBuffer(4);
  raise(flag);
  expect(await attempt(agent, { flag })).toEqual(expect.any(Number));
});

it("works in a script given as text, and ends by itself without close", () => {
  const script = `
    import { workerAgent } from ${JSON.stringify(new URL("./worker-agent.ts", import.meta.url).href)};
    import { stepContext } from ${JSON.stringify(new URL("./fixtures/step-context.ts", import.meta.url).href)};
    const agent = workerAgent("dig", { module: ${JSON.stringify(module.href)} });
    console.log(await agent.run({ a: 1, b: 2 }, stepContext().ctx));`;
  const options = ["-C", "source", "--input-type=module", "-e", script];
  const ended = spawnSync(process.execPath, options, { encoding: "utf8" });
  expect([ended.status, ended.stdout, ended.stderr]).toEqual([0, "3\n", ""]);
});
