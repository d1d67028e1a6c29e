/** What a runtime does when its storage refuses, for a while or for good. */
import { expect, test } from "vitest";
import { ManualClock } from "../../clock.ts";
import { agent } from "../../delegation/agent.ts";
import { ReeveError } from "../../errors.ts";
import { sequential } from "../../patterns/sequential.ts";
import { createRuntime } from "../../runtime.ts";
import { MEMORY_CAPABILITIES, MemoryLog, openMemoryStore } from "../memory/memory-store.ts";
import { EmbeddedEngine } from "./embedded-engine.ts";

const full = new ReeveError("storage-unavailable", "the disk is full", { retryable: true });
const broken = new ReeveError("file-damaged", "the file is broken");

const first = agent("first", { run: async (value: number): Promise<number> => value + 1 });
const second = agent("second", { run: async (value: number): Promise<number> => value * 2 });
const pattern = sequential("sum", { steps: [first, second] });

/** A runtime on a log in memory whose commits throw what `storage.failure` is. */
async function setUp() {
  const log = new MemoryLog();
  const clock = new ManualClock();
  const storage: { failure: Error | undefined } = { failure: undefined };
  const reported: string[] = [];
  const memory = openMemoryStore(log);
  const engine = new EmbeddedEngine({
    capabilities: MEMORY_CAPABILITIES,
    clock,
    openStore: () => ({
      ...memory,
      commit: (batch) => {
        if (storage.failure) throw storage.failure;
        void memory.commit(batch);
      },
    }),
  });
  const runtime = await createRuntime({
    patterns: [pattern],
    engine,
    drainMs: 100,
    report: ({ what }) => reported.push(what),
  });
  return { log, clock, storage, reported, runtime };
}

async function turn(): Promise<void> {
  for (let count = 0; count < 4; count++) await new Promise((resolve) => setImmediate(resolve));
}

/** How `promise` stands after everything that is due has happened. */
async function standing(promise: Promise<unknown>): Promise<string> {
  let state = "pending";
  promise.then(
    () => (state = "resolved"),
    (error: unknown) => (state = error instanceof ReeveError ? error.code : "rejected"),
  );
  await turn();
  return state;
}

test("a start while storage refuses is acknowledged once it is on disk, and the run completes", async () => {
  const { log, clock, storage, reported, runtime } = await setUp();
  storage.failure = full;
  const started = runtime.start(pattern, 1, { id: "run" });
  expect(await standing(started)).toBe("pending");
  clock.advance(1_000);
  expect(log.events).toEqual([]);
  expect(new Set(reported)).toEqual(new Set(["writing to the log fails; runs pause until it succeeds"]));
  storage.failure = undefined;
  clock.advance(250);
  expect(await (await started).outcome()).toEqual({ status: "completed", output: 4 });
  expect(log.events.map(({ position }) => position)).toEqual(log.events.map((_event, index) => index + 1));
  await runtime.close();
});

test("a runtime can be closed while storage refuses and an attempt waits for its commit", async () => {
  const { clock, storage, runtime } = await setUp();
  storage.failure = full;
  void standing(runtime.start(pattern, 1, { id: "run" }));
  await turn();
  const closed = runtime.close();
  await turn();
  clock.advance(100);
  await turn();
  const state = await standing(closed);
  storage.failure = undefined;
  clock.advance(250);
  await closed;
  expect(state).toBe("resolved");
});

test("a runtime can be closed after its storage failed for good", async () => {
  const { clock, storage, reported, runtime } = await setUp();
  storage.failure = broken;
  void standing(runtime.start(pattern, 1, { id: "run" }));
  await turn();
  expect(reported).toEqual(["writing to the log failed for good"]);
  const closed = runtime.close();
  await turn();
  clock.advance(100);
  await turn();
  expect(await standing(closed)).toBe("resolved");
});

test("a runtime can be closed when its last commit is the first one that storage refuses", async () => {
  const { clock, storage, runtime } = await setUp();
  await (await runtime.start(pattern, 1, { id: "run" })).outcome();
  storage.failure = full;
  const closed = runtime.close();
  const state = await standing(closed);
  storage.failure = undefined;
  clock.advance(250);
  await closed;
  expect(state).toBe("resolved");
});

test("a runtime can be closed when the attempt that waits for its commit was cancelled before", async () => {
  const { log, clock, storage, runtime } = await setUp();
  storage.failure = full;
  void standing(runtime.start(pattern, 1, { id: "run" }));
  await turn();
  void standing(runtime.run("run").cancel("enough"));
  await turn();
  const closed = runtime.close();
  await turn();
  clock.advance(100);
  const state = await standing(closed);
  storage.failure = undefined;
  clock.advance(250);
  await closed;
  expect(state).toBe("resolved");
  expect(log.events).toEqual([]);
});

test("what was under way when the storage failed for good, and what comes after, rejects with its error", async () => {
  const { storage, runtime } = await setUp();
  storage.failure = broken;
  expect(await standing(runtime.start(pattern, 1, { id: "under-way" }))).toBe("file-damaged");
  expect(await standing(runtime.start(pattern, 1, { id: "after" }))).toBe("file-damaged");
  expect(await standing(runtime.close())).toBe("resolved");
});
