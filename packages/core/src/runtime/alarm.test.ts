import { afterEach, expect, test } from "vitest";
import { ManualClock } from "../clock.ts";
import { agent } from "../delegation/agent.ts";
import type { Event } from "../delegation/event.ts";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { MemoryLog } from "../engine/memory/memory-store.ts";
import { approval } from "../patterns/approval.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "../runtime.ts";

const MINUTE_MS = 60_000;
const opened: Runtime[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((runtime) => runtime.close()));
});

const orders = sequential("orders", {
  steps: [
    agent("pay", {
      run: (works: boolean) => {
        if (!works) throw new Error("declined");
      },
    }),
  ],
});
const objectives = [{ name: "succeed", pattern: "orders", success: 0.99 }];

async function open(clock: ManualClock, options: Partial<RuntimeOptions> = {}): Promise<Runtime> {
  const runtime = await createRuntime({
    patterns: [orders],
    engine: memoryEngine({ clock }),
    objectives,
    ...options,
  });
  opened.push(runtime);
  return runtime;
}

async function work(runtime: Runtime, runs: number, works: boolean): Promise<void> {
  for (let run = 0; run < runs; run++) await (await runtime.start(orders, works)).outcome();
}

/** What the log says of alerts, in order. */
async function changes(runtime: Runtime): Promise<readonly string[]> {
  const said: (Event & { kind: "alert-changed" })[] = [];
  for await (const event of runtime.events({ follow: false })) {
    if (event.kind === "alert-changed") said.push(event);
  }
  return said.map(({ alert, state }) => `${alert} ${state}`);
}

test("alerts fire and are resolved at evaluation, each change is one event, and none follows from a restart", async () => {
  const log = new MemoryLog();
  const clock = new ManualClock();
  const first = await open(clock, { engine: memoryEngine({ clock, log }) });
  await work(first, 20, false);
  expect(first.alerts()).toEqual([]);
  clock.advance(MINUTE_MS);
  const firing = ["1h", "6h", "3d"].map((window) => `objective/succeed/${window}`);
  expect(first.alerts().map(({ alert }) => alert)).toEqual(firing);
  expect(first.alerts()[0]).toMatchObject({ severity: "page", pattern: "orders" });
  clock.advance(3 * MINUTE_MS);
  await expect.poll(() => changes(first)).toEqual(firing.map((alert) => `${alert} firing`));
  await first.close();
  const second = await open(clock, { engine: memoryEngine({ clock, log }) });
  expect(second.alerts().map(({ alert }) => alert)).toEqual(firing);
  clock.advance(6 * MINUTE_MS);
  await work(second, 10, true);
  clock.advance(MINUTE_MS);
  expect(second.alerts().map(({ alert }) => alert)).toEqual(firing.slice(1));
  await expect.poll(() => changes(second)).toHaveLength(4);
});

test("an alert whose objective was taken away is resolved, also where no objective is left", async () => {
  const log = new MemoryLog();
  const clock = new ManualClock();
  const first = await open(clock, { engine: memoryEngine({ clock, log }) });
  await work(first, 20, false);
  clock.advance(MINUTE_MS);
  expect(first.alerts()).toHaveLength(3);
  await first.close();
  const second = await open(clock, { engine: memoryEngine({ clock, log }), objectives: [] });
  clock.advance(MINUTE_MS);
  expect(second.alerts()).toEqual([]);
});

test("what was known from samples is over where a restart samples the process no more", async () => {
  const log = new MemoryLog();
  const clock = new ManualClock();
  const first = await open(clock, { engine: memoryEngine({ clock, log }), telemetry: true, objectives: [] });
  const about = { severity: "page", summary: "it was so" } as const;
  for (const alert of ["disk-low", "loop-blocked"])
    await first.engine.control({ kind: "alert-changed", alert, state: "firing", ...about });
  await first.close();
  const second = await open(clock, { engine: memoryEngine({ clock, log }), objectives: [] });
  expect(second.alerts()).toHaveLength(2);
  clock.advance(MINUTE_MS);
  expect(second.alerts()).toEqual([]);
});

test("an objective that makes no sense is refused before anything is opened", async () => {
  const wrong = [{ name: "succeed", pattern: "orders", success: 99 }];
  await expect(open(new ManualClock(), { objectives: wrong })).rejects.toMatchObject({
    code: "option-invalid",
    message: "createRuntime: objectives[0].success is 99",
  });
});

const breaks = agent("breaks", {
  run: () => {
    throw new Error("declined");
  },
});
const holds = agent("holds", {
  retry: { attempts: 1 },
  run: () => 1,
  undo: () => {
    throw new Error("locked");
  },
});
const trips = sequential("trips", { steps: [holds, breaks] });

test("a failed undo fires an alert where telemetry was asked for, until the run is retried", async () => {
  const clock = new ManualClock();
  const runtime = await open(clock, { patterns: [trips], objectives: [], telemetry: true });
  const run = await runtime.start(trips, 0);
  expect((await run.outcome()).status).toBe("rollback-failed");
  clock.advance(MINUTE_MS);
  expect(runtime.alerts()).toContainEqual(
    expect.objectContaining({ alert: "rollback-failed/trips", pattern: "trips" }),
  );
  await (await run.retry()).cancel("done by hand");
  await expect
    .poll(() => {
      clock.advance(MINUTE_MS / 2);
      return changes(runtime);
    })
    .toContain("rollback-failed/trips resolved");
});

test("stranded runs fire an alert until their version is registered again", async () => {
  const log = new MemoryLog();
  const clock = new ManualClock();
  const asks = sequential("asks", { version: "1", steps: [approval("ok")] });
  const first = await open(clock, { engine: memoryEngine({ clock, log }), patterns: [asks] });
  await first.start(asks, 0, { id: "waits" });
  await first.close();
  const second = await open(clock, { engine: memoryEngine({ clock, log }), patterns: [] });
  await expect.poll(async () => (await second.run("waits").record()).state).toBe("stranded");
  clock.advance(MINUTE_MS);
  expect(second.alerts()).toMatchObject([{ alert: "stranded/asks", severity: "page", pattern: "asks" }]);
  await second.register(asks);
  clock.advance(MINUTE_MS);
  expect(second.alerts()).toEqual([]);
});
