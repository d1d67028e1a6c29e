/** What can be seen of registering, replacing and removing without a restart; runs and restarts are E10's. */
import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { delegate } from "../patterns/delegate.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime, type Runtime } from "../runtime.ts";

function greet(word: string, version = word): Pattern {
  const say = agent("say", { timeoutMs: 1_000, run: async (name: string) => `${word} ${name}` });
  return sequential("greet", { version, matches: { domain: "greetings" }, steps: [say] });
}

const ask = sequential("ask", { steps: [delegate({ domain: "greetings" })] });

async function open(...patterns: readonly Pattern[]): Promise<Runtime> {
  return createRuntime({ patterns, engine: memoryEngine() });
}

async function outputOf(runtime: Runtime, pattern: string): Promise<unknown> {
  const outcome = await (await runtime.start(pattern, "Ada")).outcome();
  return outcome.status === "completed" ? outcome.output : outcome.status;
}

test("a pattern registered while the runtime runs is started by name, and chosen", async () => {
  await using runtime = await open(ask);
  await expect(runtime.start("greet", "Ada")).rejects.toMatchObject({ code: "pattern-not-found" });
  expect(await outputOf(runtime, "ask")).toBe("failed");
  await runtime.register(greet("hello"));
  expect(await outputOf(runtime, "greet")).toBe("hello Ada");
  expect(await outputOf(runtime, "ask")).toBe("hello Ada");
  expect(runtime.patterns.map(({ name }) => name)).toEqual(["ask", "greet"]);
});

test("a replaced pattern is neither listed nor chosen; the removal of the last version brings none back", async () => {
  await using runtime = await open(ask, greet("hello"));
  await runtime.replace(greet("good day"));
  expect(await outputOf(runtime, "ask")).toBe("good day Ada");
  expect(runtime.patterns.map(({ version }) => version)).toEqual([undefined, "good day"]);
  await runtime.unregister("greet");
  await expect(runtime.start("greet", "Ada")).rejects.toMatchObject({
    code: "pattern-not-found",
    hint: "it was removed while the runtime ran; register it again",
  });
  expect(await outputOf(runtime, "ask")).toBe("failed");
});

test("a pattern whose functions alone changed replaces the one of the same version", async () => {
  await using runtime = await open(greet("hello", "1"));
  await expect(runtime.register(greet("hi", "1"))).rejects.toMatchObject({ code: "pattern-duplicate" });
  await runtime.replace(greet("hi", "1"));
  expect(await outputOf(runtime, "greet")).toBe("hi Ada");
});

test("removing the newest version makes the one before it start new runs", async () => {
  const [first, second] = [greet("hello"), greet("hi")];
  await using runtime = await open(first, second, ask);
  expect(await outputOf(runtime, "ask")).toBe("hi Ada");
  await runtime.unregister(second);
  expect(await outputOf(runtime, "ask")).toBe("hello Ada");
});

test("what was never registered is not removed or replaced", async () => {
  await using runtime = await open();
  await expect(runtime.unregister("greet")).rejects.toMatchObject({ code: "pattern-not-found" });
  await expect(runtime.unregister(greet("hello"))).rejects.toMatchObject({ code: "pattern-not-found" });
  await expect(runtime.replace(greet("hello"))).rejects.toMatchObject({ code: "pattern-not-found" });
});

test("a wrong pattern is refused and leaves what was there", async () => {
  await using runtime = await open(greet("hello"));
  const say = agent("say", { run: async () => "" });
  const wrong = sequential("greet", { version: "2", matches: { domain: "gree(" }, steps: [say] });
  await expect(runtime.replace(wrong)).rejects.toMatchObject({
    code: "pattern-invalid",
    message: expect.stringContaining("pattern 'greet': matches.domain is gree(") as string,
  });
  await expect(runtime.register(say as never)).rejects.toMatchObject({
    message: "register: the pattern is an agent ('say'), and no pattern",
  });
  expect(await outputOf(runtime, "greet")).toBe("hello Ada");
});

test("registering resolves with advice", async () => {
  await using runtime = await open();
  const say = agent("say", { run: async (name: string) => name });
  const advice = await runtime.register(sequential("workflow", { steps: [say] }));
  expect(advice.map(({ code }) => code)).toEqual(["name-generic", "timeout-missing"]);
});

test("the default ceiling of grants grows with what is registered; one that was set does not", async () => {
  const charge = agent("charge", { requires: ["money"], run: async () => "paid" });
  const pay = sequential("pay", { steps: [charge] });
  await using runtime = await open(greet("hello"));
  expect(await outputOf(runtime, "greet")).toBe("hello Ada");
  await runtime.register(pay);
  expect(await outputOf(runtime, "pay")).toBe("paid");
  await using narrow = await createRuntime({ patterns: [], engine: memoryEngine(), grants: [] });
  await narrow.register(pay);
  expect(await outputOf(narrow, "pay")).toBe("rejected");
});

test("a closed runtime registers nothing", async () => {
  const runtime = await open();
  await runtime.close();
  await expect(runtime.register(greet("hello"))).rejects.toMatchObject({ code: "runtime-closed" });
});
