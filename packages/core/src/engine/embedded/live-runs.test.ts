import { expect, test } from "vitest";
import { ManualClock, type Clock } from "../../clock.ts";
import { agent } from "../../delegation/agent.ts";
import type { Context } from "../../delegation/context.ts";
import type { Event } from "../../delegation/event.ts";
import type { Pattern } from "../../delegation/pattern.ts";
import type { Schema } from "../../delegation/schema.ts";
import { Breakers } from "../../execution/breaker/breakers.ts";
import { interpret } from "../../execution/interpret.ts";
import { makeWalkHost } from "../../execution/make-walk-host.ts";
import { tracing } from "../../telemetry/keep-trace.ts";
import { approval } from "../../patterns/approval.ts";
import { delay } from "../../patterns/delay.ts";
import { sequential } from "../../patterns/sequential.ts";
import { fixedResources } from "../../resources/resources.ts";
import { seededRandom } from "../../random.ts";
import type { Engine } from "../engine.ts";
import { memoryEngine } from "../memory/memory-engine.ts";
import { MemoryLog } from "../memory/memory-store.ts";

const context: Context = {
  domain: "default",
  agentType: "default",
  priority: 2,
  attributes: {},
  principal: "local",
  grants: [],
};

/** One run of `pattern` on an engine whose walks are counted. */
async function setUp(
  pattern: Pattern,
  log: MemoryLog = new MemoryLog(),
  clock: ManualClock = new ManualClock(),
  engineClock: Clock = clock,
) {
  const engine: Engine = memoryEngine({ clock: engineClock, log });
  const walkHost = makeWalkHost(
    engine,
    {
      random: seededRandom(1),
      graceMs: 100,
      tracing: tracing(),
      recoveriesMax: 5,
      caller: { grants: [] },
      resources: () => fixedResources({ cpu: 0, memory: 0 }),
    },
    {
      choose: async () => {
        throw new Error("nothing is delegated here");
      },
      chooseAgain: () => undefined,
      knownPoor: () => undefined,
      timeoutMsIn: () => undefined,
      startDetached: () => Promise.reject(new Error("nothing is started here")),
      breakers: new Breakers({ engine, ofRuntime: undefined, report: () => {} }),
    },
  );
  const walks = { count: 0 };
  const reported: string[] = [];
  await engine.open({
    report: ({ what, error }) => reported.push(`${what}: ${String(error)}`),
    limitOf: () => undefined,
    controlsChanged: () => {},
    interpret: async (journal) => {
      walks.count++;
      await interpret(journal, pattern, walkHost);
    },
  });
  const start = () =>
    engine.start({ id: "run", pattern: pattern.name, patternVersion: "1", input: "1", context });
  return { engine, clock, log, walks, reported, start };
}

/** Lets everything that is due in this turn of the event loop happen, commits included. */
async function turn(): Promise<void> {
  for (let count = 0; count < 4; count++) await new Promise((resolve) => setImmediate(resolve));
}

async function reached(engine: Engine, kind: Event["kind"], path?: string): Promise<void> {
  for await (const event of engine.events({ run: "run" }))
    if (event.kind === kind && (path === undefined || event.path === path)) return;
}

/** Starts the run and lets it wait until it is out of memory. */
async function parked(pattern: Pattern) {
  const bench = await setUp(pattern);
  await bench.start();
  await reached(bench.engine, "wait-started");
  bench.clock.advance(2_000);
  await turn();
  return bench;
}

const adds = agent("adds", { run: async (value: number): Promise<number> => value + 1 });
const waits: Pattern = sequential("waits", { steps: [approval("boss"), adds] as never });

test("a run that has waited for less than two seconds is still in memory", async () => {
  const { engine, clock, walks, start } = await setUp(waits);
  await start();
  await reached(engine, "wait-started");
  clock.advance(1_999);
  await turn();
  await engine.signal("run", { path: "boss", answer: undefined, key: "1", by: "Ann" });
  expect(await engine.outcome("run")).toEqual({ status: "completed", output: 2 });
  expect(walks.count).toBe(1);
  await engine.close({ drainMs: 0 });
});

test("a run is dropped as soon when the time of day is set back", async () => {
  const clock = new ManualClock();
  const atNoon = clock.now();
  // As the system's clock does it: `now` stands still until the time of day is where it was.
  const setBack: Clock = {
    now: () => atNoon,
    monotonic: () => clock.monotonic(),
    timer: (...timer) => clock.timer(...timer),
    hold: () => clock.hold(),
  };
  const { engine, walks, start } = await setUp(waits, new MemoryLog(), clock, setBack);
  await start();
  await reached(engine, "wait-started");
  clock.advance(2_000);
  await turn();
  await engine.signal("run", { path: "boss", answer: undefined, key: "1", by: "Ann" });
  expect(await engine.outcome("run")).toEqual({ status: "completed", output: 2 });
  expect(walks.count).toBe(2);
  await engine.close({ drainMs: 0 });
});

test("a dropped run is still shown as waiting", async () => {
  const { engine, walks } = await parked(waits);
  expect(await engine.find("run")).toMatchObject({ state: "waiting", outcome: undefined });
  expect((await engine.runs({ states: ["waiting"] })).runs).toHaveLength(1);
  expect(walks.count).toBe(1);
  await engine.close({ drainMs: 0 });
});

test("a dropped run is walked again when its signal comes, and goes on", async () => {
  const { engine, walks } = await parked(waits);
  expect(walks.count).toBe(1);
  await engine.signal("run", { path: "boss", answer: undefined, key: "1", by: "Ann" });
  expect(walks.count).toBe(2);
  expect(await engine.outcome("run")).toEqual({ status: "completed", output: 2 });
  await engine.close({ drainMs: 0 });
});

test("a dropped run is walked again when it is cancelled, and ends", async () => {
  const { engine, walks } = await parked(waits);
  await engine.cancel("run", { reason: "enough", by: "Ann" });
  expect(await engine.outcome("run")).toMatchObject({ status: "cancelled", reason: "enough" });
  expect(walks.count).toBe(2);
  await engine.close({ drainMs: 0 });
});

test("a dropped run is walked again when its earliest timer is due, at that time", async () => {
  const pattern: Pattern = sequential("waits", { timeoutMs: 90_000, steps: [delay(60_000), adds] as never });
  const { engine, clock, walks } = await parked(pattern);
  clock.advance(57_999);
  await turn();
  expect(walks.count).toBe(1);
  clock.advance(1);
  await turn();
  expect(walks.count).toBe(2);
  clock.advance(0);
  expect(await engine.outcome("run")).toEqual({ status: "completed", output: 2 });
  clock.advance(2_000);
  expect(clock.nextDueAt(), "a timer of the run is left").toBeUndefined();
  await engine.close({ drainMs: 0 });
});

test("a run is dropped and walked again as often as it waits", async () => {
  const pattern: Pattern = sequential("waits", {
    steps: [delay(10_000, { name: "first" }), delay(10_000, { name: "second" }), adds] as never,
  });
  const { engine, clock, walks } = await parked(pattern);
  const ended = engine.outcome("run");
  for (let count = 0; count < 60; count++) {
    clock.advance(500);
    await turn();
  }
  expect(await ended).toEqual({ status: "completed", output: 2 });
  expect(walks.count).toBe(3);
  await engine.close({ drainMs: 0 });
});

test("a dropped run's deadline ends it on time", async () => {
  const { engine, clock } = await parked(
    sequential("waits", { timeoutMs: 90_000, steps: [approval("boss")] }),
  );
  clock.advance(87_999);
  await turn();
  expect((await engine.find("run"))?.state).toBe("waiting");
  clock.advance(1);
  await turn();
  clock.advance(0);
  expect(await engine.outcome("run")).toMatchObject({ status: "timed-out", afterMs: 90_000 });
  await engine.close({ drainMs: 0 });
});

test("a run in a long backoff is dropped, and its next attempt is made when it is due", async () => {
  const attempts: number[] = [];
  const flaky = agent("flaky", {
    retry: { attempts: 2, delayMs: 10_000, jitter: false },
    run: async (_input: number, ctx): Promise<number> => {
      attempts.push(ctx.attempt);
      if (ctx.attempt === 1) throw new Error("first");
      return 7;
    },
  });
  const { engine, clock, walks, start } = await setUp(sequential("works", { steps: [flaky] }));
  await start();
  await reached(engine, "attempt-failed");
  clock.advance(2_000);
  await turn();
  clock.advance(7_999);
  await turn();
  expect([walks.count, attempts]).toEqual([1, [1]]);
  clock.advance(1);
  await turn();
  clock.advance(0);
  expect(await engine.outcome("run")).toEqual({ status: "completed", output: 7 });
  expect([walks.count, attempts]).toEqual([2, [1, 2]]);
  await engine.close({ drainMs: 0 });
});

test("every unfinished run is walked once at the next start, over the borders of pages", async () => {
  const bench = await setUp(waits);
  const request = { pattern: waits.name, patternVersion: "1", input: "1", context };
  await Promise.all(
    Array.from({ length: 1_203 }, (_, index) => bench.engine.start({ ...request, id: `run-${index}` })),
  );
  await bench.engine.signal("run-7", { path: "boss", answer: undefined, key: "1", by: "Ann" });
  await bench.engine.outcome("run-7");
  await bench.engine.close({ drainMs: 0 });
  const again = await setUp(waits, bench.log, bench.clock);
  await again.engine.resume();
  expect(again.walks.count).toBe(1_202);
  await again.engine.signal("run-1202", { path: "boss", answer: undefined, key: "1", by: "Ann" });
  expect(await again.engine.outcome("run-1202")).toEqual({ status: "completed", output: 2 });
  expect(again.walks.count).toBe(1_202);
  await again.engine.close({ drainMs: 0 });
});

test("a run with a running attempt stays in memory, however long it takes", async () => {
  const { promise, resolve: finish } = Promise.withResolvers<number>();
  const long = agent("long", { run: () => promise });
  const { engine, clock, walks, start } = await setUp(sequential("works", { steps: [long] }));
  await start();
  await reached(engine, "attempt-started");
  for (let count = 0; count < 5; count++) {
    clock.advance(2_000);
    await turn();
  }
  finish(7);
  expect(await engine.outcome("run")).toEqual({ status: "completed", output: 7 });
  expect(walks.count).toBe(1);
  await engine.close({ drainMs: 0 });
});

test("a run that waits for a slow schema of its own is not dropped for ever", async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const slow: Schema<unknown, number> = {
    "~standard": {
      version: 1,
      vendor: "test",
      validate: async (value) => {
        asked.resolve();
        await answer.promise;
        return { value: Number(value) };
      },
    },
  };
  const inner = sequential("inner", { input: slow, steps: [adds] as never });
  const { engine, clock, start } = await setUp(sequential("outer", { steps: [inner] as never }));
  await start();
  await asked.promise;
  await turn();
  clock.advance(2_000);
  await turn();
  answer.resolve();
  await turn();
  clock.advance(2_000);
  await turn();
  expect((await engine.find("run"))?.state).toBe("ended");
  await engine.close({ drainMs: 0 });
});

test("a signal that nobody awaits yet does not keep the run in memory for ever", async () => {
  const { engine, clock, walks, start } = await setUp(waits);
  await start();
  await reached(engine, "wait-started");
  await engine.signal("run", { path: "later", answer: undefined, key: "1", by: "Ann" });
  for (let count = 0; count < 3; count++) {
    clock.advance(2_000);
    await turn();
  }
  await engine.signal("run", { path: "boss", answer: undefined, key: "2", by: "Ann" });
  expect(walks.count, "it was dropped, so it is walked again").toBe(2);
  await engine.close({ drainMs: 0 });
});

test("closing lets running attempts end, and begins no other", async () => {
  const began: string[] = [];
  const { promise, resolve: finish } = Promise.withResolvers<number>();
  const first = agent("first", { run: () => promise });
  const second = agent("second", { run: async () => void began.push("second") });
  const pattern: Pattern = sequential("works", { steps: [first, second] as never });
  const bench = await setUp(pattern);
  await bench.start();
  await reached(bench.engine, "attempt-started");
  const closed = bench.engine.close({ drainMs: 1_000 });
  bench.clock.advance(999);
  finish(7);
  await closed;
  expect(began).toEqual([]);
  expect(bench.log.events.map(({ kind }) => kind)).toEqual([
    "run-started",
    "attempt-started",
    "step-completed",
  ]);
  expect(bench.clock.nextDueAt(), "a timer is left").toBeUndefined();
  const again = await setUp(pattern, bench.log, bench.clock);
  await again.engine.resume();
  expect(await again.engine.outcome("run")).toMatchObject({ status: "completed" });
  expect(began).toEqual(["second"]);
  await again.engine.close({ drainMs: 0 });
});

test("attempts still running when the drain is over are stopped, lost, and made again at the next start", async () => {
  const calls: { readonly attempt: number; readonly key: string }[] = [];
  const long = agent("long", {
    run: (_input: number, ctx) => {
      calls.push({ attempt: ctx.attempt, key: ctx.idempotencyKey });
      if (calls.length > 1) return 7;
      return new Promise<number>((_resolve, reject) =>
        ctx.signal.addEventListener("abort", () => reject(new Error("stopped"))),
      );
    },
  });
  const pattern: Pattern = sequential("works", { steps: [long] });
  const bench = await setUp(pattern);
  await bench.start();
  await reached(bench.engine, "attempt-started");
  const closed = bench.engine.close({ drainMs: 1_000 });
  await turn();
  bench.clock.advance(1_000);
  await closed;
  expect(bench.log.events.map(({ kind }) => kind)).toEqual(["run-started", "attempt-started"]);
  const again = await setUp(pattern, bench.log, bench.clock);
  await again.engine.resume();
  expect(await again.engine.outcome("run")).toEqual({ status: "completed", output: 7 });
  expect(again.log.events.map(({ kind }) => kind)).toEqual([
    "run-started",
    "attempt-started",
    "attempt-lost",
    "attempt-started",
    "step-completed",
    "run-ended",
  ]);
  expect(calls).toEqual([calls[0], calls[0]]);
  await again.engine.close({ drainMs: 0 });
});

test("closing drops parked runs without waking them, and leaves no timer", async () => {
  const { engine, clock, walks } = await parked(sequential("waits", { steps: [delay(60_000)] as never }));
  await engine.close({ drainMs: 0 });
  expect(clock.nextDueAt()).toBeUndefined();
  clock.advance(100_000);
  await turn();
  expect(walks.count).toBe(1);
});
