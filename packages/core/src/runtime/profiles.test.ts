import { afterEach, expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { MemoryLog } from "../engine/memory/memory-store.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "../runtime.ts";

const poor = sequential("poor", {
  matches: { domain: "orders" },
  steps: [
    agent("fail", {
      run: () => {
        throw new Error("always");
      },
    }),
  ],
});
const profiles: NonNullable<RuntimeOptions["profiles"]> = {
  calm: { recovery: { "confidence-too-low": "reject" } },
  frozen: { domains: { orders: { explore: false } } },
};
const opened: Runtime[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((runtime) => runtime.close()));
});

async function open(options: Partial<RuntimeOptions> = {}): Promise<Runtime> {
  const runtime = await createRuntime({ patterns: [poor], engine: memoryEngine(), profiles, ...options });
  opened.push(runtime);
  return runtime;
}

async function statusOf(runtime: Runtime): Promise<string> {
  return (await (await runtime.delegate({ domain: "orders" }, 1)).outcome()).status;
}

test("a profile's settings hold while it is active, and the others again afterwards", async () => {
  const runtime = await open();
  for (let run = 0; run < 40; run++) await statusOf(runtime);
  expect([runtime.profile(), await statusOf(runtime)]).toEqual([undefined, "failed"]);
  await runtime.activate("calm");
  expect([runtime.profile(), await statusOf(runtime)]).toEqual(["calm", "rejected"]);
  await runtime.activate();
  expect([runtime.profile(), await statusOf(runtime)]).toEqual([undefined, "failed"]);
});

test("the active profile is an event that says by whom, and it holds after a restart", async () => {
  const log = new MemoryLog();
  const first = await open({ engine: memoryEngine({ log }) });
  await first.activate("frozen");
  await first.activate("frozen");
  const events = await Array.fromAsync(first.events({ follow: false }));
  expect(events.filter(({ kind }) => kind === "profile-activated")).toMatchObject([
    { run: "reeve:controls", profile: "frozen", by: "local" },
  ]);
  await first.close();
  expect((await open({ engine: memoryEngine({ log }) })).profile()).toBe("frozen");
});

test("a profile that is active in the log and unknown here is reported, and changes nothing", async () => {
  const log = new MemoryLog();
  const first = await open({ engine: memoryEngine({ log }) });
  await first.activate("calm");
  await first.close();
  const told: string[] = [];
  const second = await open({
    engine: memoryEngine({ log }),
    profiles: {},
    report: ({ what }) => told.push(what),
  });
  expect([await statusOf(second), await statusOf(second)]).toEqual(["failed", "failed"]);
  expect(told).toEqual(["there is no profile 'calm'"]);
});

test.each([
  ["clam", "there is no profile 'clam'", "did you mean 'calm'?"],
  [7, "there is no profile 7", "profiles: calm, frozen"],
])("activating %j says what there is", async (name, message, hint) => {
  const runtime = await open();
  const activate: (name: never) => Promise<void> = (given) => runtime.activate(given);
  await expect(Reflect.apply(activate, undefined, [name])).rejects.toMatchObject({ message, hint });
});

test.each([
  [{ calm: { preset: "brave" } }, "createRuntime: profiles['calm'].preset is brave"],
  [{ calm: { drainMs: 1 } }, "createRuntime: profiles['calm'].drainMs is 1"],
  [{ calm: { domains: { orders: { threshold: 2 } } } }, "profiles['calm'].domains['orders'].threshold is 2"],
  [
    { calm: { domains: { orders: { memory: "eager" } } } },
    "createRuntime: profiles['calm'].domains['orders'].memory is eager",
  ],
  [{ calm: 5 }, "createRuntime: profiles['calm'] is 5"],
])("a wrong profile names its place: %j", async (wrong, message) => {
  const options: object = { patterns: [poor], engine: memoryEngine(), profiles: wrong };
  const created: Promise<unknown> = Reflect.apply(createRuntime, undefined, [options]);
  await expect(created).rejects.toThrow(message);
});
