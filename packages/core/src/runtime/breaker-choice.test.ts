import { expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { Pattern } from "../delegation/pattern.ts";
import { degrade } from "../patterns/degrade.ts";
import { sequential } from "../patterns/sequential.ts";
import { createTestRuntime } from "../testing/create-test-runtime.ts";
import type { RuntimeOptions } from "../runtime.ts";

const breaker = { attemptsMin: 4, openMs: 1_000, probes: 1 };
const world = { isDown: true };
const shaky = agent("shaky", {
  run: async (input: number) => {
    if (world.isDown) throw new Error("no answer");
    return input;
  },
});
const firm = agent("firm", { run: async (input: number) => input });
const matches = { domain: "orders" };
const viaShaky = sequential("via-shaky", { matches, steps: [shaky] });
const viaFirm = sequential("via-firm", { matches, steps: [firm] });
const chain = degrade("chain", [viaShaky, viaFirm]);

/** A runtime in which the breaker of `shaky` is open. */
async function opened(patterns: readonly Pattern[], options: Partial<RuntimeOptions> = {}) {
  world.isDown = true;
  const { engine: _engine, random: _random, ...rest } = options;
  const runtime = await createTestRuntime({ patterns: [...patterns, viaShaky], breaker, ...rest });
  for (let run = 0; run < 4; run++) await (await runtime.start(viaShaky, 1)).outcome();
  expect(runtime.engine.controls().breakers.get("shaky")?.state).toBe("open");
  return runtime;
}

const SINCE =
  /^the breaker of agent 'shaky' is open since 2026-01-01T00:00:00\.\d+Z: 4 of the last 4 attempts failed$/;

test("a pattern that needs an agent whose breaker is open is not allowed, and the choice says why", async () => {
  await using runtime = await opened([viaFirm]);
  const previewed = await runtime.choose(matches);
  expect(previewed.pattern).toBe("via-firm");
  const refused = previewed.candidates.find(({ pattern }) => pattern === "via-shaky");
  expect(refused).toMatchObject({
    reason: "breaker-open",
    propensity: 0,
    because: expect.stringMatching(SINCE),
  });
  for (let task = 0; task < 5; task++) {
    const run = await runtime.delegate(matches, 1);
    expect((await run.outcome()).status).toBe("completed");
    expect((await run.record()).pattern).toBe("via-firm");
    const recorded = (await run.choice())?.candidates.find(({ pattern }) => pattern === "via-shaky");
    expect(recorded).toMatchObject({ reason: "breaker-open", because: expect.stringMatching(SINCE) });
  }
});

test("once it may be probed, one task at a time can be the probe", async () => {
  await using runtime = await opened([viaFirm]);
  world.isDown = false;
  await runtime.time.skip(1_500);
  expect((await runtime.choose(matches)).candidates.map(({ reason }) => reason)).toEqual([
    "allowed",
    "allowed",
  ]);
});

test("a level of a chain that needs it is passed over, and the log says why", async () => {
  await using runtime = await opened([chain]);
  const run = await runtime.start(chain, 7);
  expect(await run.outcome()).toEqual({ status: "completed", output: 7, level: "via-firm" });
  const events = await Array.fromAsync(run.events());
  const passed = events.find((event) => event.kind === "value-recorded" && event.path === "via-shaky/!level");
  expect(passed).toMatchObject({
    decision: expect.stringMatching(/^breaker: the breaker of agent 'shaky' is open since /),
  });
});

test("where nothing else is allowed a task waits, or is refused with the reason, as the settings say", async () => {
  {
    await using runtime = await opened([]);
    const run = await runtime.delegate(matches, 1);
    expect((await run.choice())?.recovery).toBe("queue");
    world.isDown = false;
    expect((await runtime.time.skipUntil(run.outcome())).status).toBe("completed");
  }
  await using runtime = await opened([], { recovery: { "resources-exhausted": "reject" } });
  const refused = await runtime.delegate(matches, 1);
  const outcome = await refused.outcome();
  expect(outcome).toMatchObject({ status: "rejected", error: { code: "resources-exhausted" } });
  expect(outcome.status === "rejected" && outcome.reason).toContain(
    "the breaker of agent 'shaky' is open since",
  );
});

test.each([
  [{ breaker: 5 }, "createRuntime: breaker is 5"],
  [{ breaker: { failureRate: 2 } }, "createRuntime: breaker.failureRate is 2"],
  [{ breaker: { failureRat: 0.5 } }, "createRuntime: breaker.failureRat is 0.5"],
  [{ breaker: { probes: 101 } }, "createRuntime: breaker.probes is 101"],
  [{ breaker: { openMs: Number.NaN } }, "createRuntime: breaker.openMs is NaN"],
  [{ breaker: { openMs: 1e16 } }, "createRuntime: breaker.openMs is 10000000000000000"],
  [{ breaker: { openMsMax: 1e16 } }, "createRuntime: breaker.openMsMax is 10000000000000000"],
])("a wrong option names its place: %j", async (options, message) => {
  const given: object = { patterns: [viaFirm], ...options };
  const created: Promise<unknown> = Reflect.apply(createTestRuntime, undefined, [given]);
  await expect(created).rejects.toThrow(message);
});

test("a wrong option of an agent names the agent", () => {
  const wrong: object = { breaker: { attemptsMin: 0 }, run: () => 1 };
  expect(() => void Reflect.apply(agent, undefined, ["odd", wrong])).toThrow(
    "agent 'odd': breaker.attemptsMin is 0",
  );
});
