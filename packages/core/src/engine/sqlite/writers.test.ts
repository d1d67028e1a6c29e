/** Batches that a thread writes, and the change from one writer to the other. */
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock, type Clock } from "../../clock.ts";
import { batchOf, FACTS, SampleLog } from "../store-samples.ts";
import type { Batch, Store } from "../store.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { verifyFile } from "./verify-file.ts";

const WAL_HEAD_BYTES = 32;
const FRAME_BYTES = 24 + 4_096;

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-writers-"));
  file = join(folder, "log.db");
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(writer: "auto" | "thread", clock: Clock = systemClock()): Store {
  return openSqliteStore(file, { durability: "fsync", access: "own", writer, clock });
}

/** A batch with many events of one run, which begins in it. */
function largeBatch(samples: SampleLog, events = 200): Batch {
  const run = samples.run();
  const started = samples.event(run, FACTS["run-started"]);
  return batchOf({
    runs: [run],
    events: [started, ...Array.from({ length: events - 1 }, () => samples.event(run))],
  });
}

function walBytes(): number {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

/** How many transactions are in the write-ahead log: the last page of one says how large the file is. */
function walCommits(): number {
  const log = readFileSync(`${file}-wal`);
  let commits = 0;
  for (let at = WAL_HEAD_BYTES; at < log.length; at += FRAME_BYTES)
    if (log.readUInt32BE(at + 4) > 0) commits++;
  return commits;
}

/** How often the write-ahead log has begun anew: its header counts that. */
function timesBegunAnew(): number {
  const head = Buffer.alloc(16);
  const log = openSync(`${file}-wal`, "r");
  readSync(log, head);
  closeSync(log);
  return head.readUInt32BE(12);
}

test("what a thread has written is read as it was given", async () => {
  const store = open("thread");
  const samples = new SampleLog();
  const run = samples.run();
  const events = [samples.event(run), samples.event(run)];
  const payload = samples.payload(JSON.stringify(`a\ttab, a\nline and ${"much more ".repeat(500)}`));
  await store.commit(batchOf({ runs: [run], events, payloads: [payload] }));
  expect(store.runById(run.id)).toEqual(run);
  expect(store.history(run.key, 0, 10)).toEqual(events.map(({ event }) => event));
  expect(store.payload(payload.id)).toBe(payload.value);
  const ended = { key: run.key, state: "ended", outcome: "completed", endedAt: 7 } as const;
  await store.commit(batchOf({ changes: [ended], events: [samples.event(run, FACTS["run-ended"])] }));
  expect(store.runById(run.id)).toEqual({ ...run, state: "ended", outcome: "completed", endedAt: 7 });
  store.close();
});

test("a batch that the file can't take is refused as a whole, and the writer goes on with the next", async () => {
  const store = open("thread");
  const samples = new SampleLog();
  const run = samples.run();
  const event = samples.event(run);
  await expect(store.commit(batchOf({ runs: [run], events: [event, event] }))).rejects.toThrow(/UNIQUE/);
  expect(store.runById(run.id)).toBeUndefined();
  await store.commit(batchOf({ runs: [run], events: [event] }));
  expect(store.runById(run.id)).toEqual(run);
  store.close();
});

test("storage that refuses a thread's batch is told by its code, with what helps", async () => {
  const store = open("thread");
  const samples = new SampleLog();
  await store.commit(largeBatch(samples));
  const other = openSqliteStore(file, { durability: "fsync", access: "guest" });
  other.close();
  const locking = new DatabaseSync(file);
  locking.exec("BEGIN IMMEDIATE");
  const batch = largeBatch(samples);
  await expect(store.commit(batch)).rejects.toMatchObject({
    code: "storage-unavailable",
    retryable: true,
    hint: expect.any(String),
  });
  locking.exec("ROLLBACK");
  locking.close();
  await store.commit(batch);
  expect(store.highest().position).toBe(400);
  store.close();
});

test("batches that come while the thread writes are stored in order, and refused with the one before them", async () => {
  const store = open("thread");
  const samples = new SampleLog();
  await store.commit(largeBatch(samples));
  expect(store.takesAnother()).toBe(false);
  const batches = Array.from({ length: 4 }, () => largeBatch(samples));
  const commitAll = (): readonly Promise<void>[] => batches.map(async (batch) => store.commit(batch));
  const locking = new DatabaseSync(file);
  locking.exec("BEGIN IMMEDIATE");
  const refused = commitAll();
  expect(store.takesAnother()).toBe(false);
  const reason = expect.objectContaining({ code: "storage-unavailable", retryable: true });
  expect(await Promise.allSettled(refused)).toEqual(batches.map(() => ({ status: "rejected", reason })));
  locking.exec("ROLLBACK");
  locking.close();
  expect(store.highest().position).toBe(200);
  await Promise.all(commitAll());
  expect(store.eventsAfter(0, 2_000).map(({ position }) => position)).toEqual(
    Array.from({ length: 1_000 }, (_, index) => index + 1),
  );
  store.close();
  const { problems } = await verifyFile(file);
  expect(problems.filter(({ what }) => what.includes("checksum"))).toEqual([]);
});

test("no batch that was given behind one that failed is stored, until it is given again", async () => {
  const store = open("thread");
  const samples = new SampleLog();
  await store.commit(largeBatch(samples));
  const run = samples.run();
  const twice = samples.event(run);
  const broken = batchOf({ runs: [run], events: [twice, twice] });
  const behind = batchOf({ payloads: [samples.payload('"x"')] });
  for (let tries = 0; tries < 20; tries++) {
    const refused = await Promise.allSettled([broken, behind].map(async (batch) => store.commit(batch)));
    expect(refused.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  }
  expect(store.highest().payload).toBe(0);
  await store.commit(behind);
  expect(store.highest().payload).toBe(1);
  store.close();
});

test("batches that wait for the thread are written together", async () => {
  const store = open("thread");
  const samples = new SampleLog();
  await store.commit(largeBatch(samples));
  let transactions = 4;
  // On a busy machine the thread may be done with one before the next is given.
  for (let tries = 0; tries < 100 && transactions === 4; tries++) {
    const before = walCommits();
    await Promise.all(Array.from({ length: 4 }, async () => store.commit(largeBatch(samples))));
    transactions = walCommits() - before;
  }
  expect(transactions).toBeLessThan(4);
  store.close();
});

test("a thread takes over while writes take long, and each run's chain goes on unbroken", async () => {
  const pace = { writeMs: 0, now: 0 };
  const store = open("auto", { ...systemClock(), monotonic: () => (pace.now += pace.writeMs) });
  const samples = new SampleLog();
  const run = samples.run();
  void store.commit(batchOf({ runs: [run], events: [samples.event(run, FACTS["run-started"])] }));
  const write = async (batch: Batch): Promise<"here" | "thread"> => {
    const storing = store.commit(batch);
    await storing;
    // The thread starts beside the engine, which goes on writing meanwhile.
    await new Promise<void>((resolve) => void setImmediate(resolve));
    return storing ? "thread" : "here";
  };
  const writeUntil = async (writer: "here" | "thread", batch: () => Batch): Promise<void> => {
    for (let tries = 0; tries < 5_000; tries++) if ((await write(batch())) === writer) return;
    throw new Error(`no batch was written by ${writer}`);
  };
  const small = (): Batch => batchOf({ events: [samples.event(run)] });
  for (let changes = 0; changes < 3; changes++) {
    pace.writeMs = 10;
    await writeUntil("thread", () => largeBatch(samples));
    expect(await write(small())).toBe("thread");
    pace.writeMs = 0;
    await writeUntil("here", small);
    expect(await write(small())).toBe("here");
  }
  store.close();
  // What the samples say of values and times does not fit together; here it is about the chain.
  const { problems } = await verifyFile(file);
  expect(problems.filter(({ what }) => what.includes("checksum"))).toEqual([]);
});

test("a thread that is there writes a batch of very many events, also where writes are quick", async () => {
  const store = open("auto", { ...systemClock(), monotonic: () => 0 });
  while (!store.trimsAside()) await new Promise<void>((resolve) => void setImmediate(resolve));
  const samples = new SampleLog();
  expect(store.commit(largeBatch(samples, 2_047))).toBeUndefined();
  store.close();
  const other = open("auto", { ...systemClock(), monotonic: () => 0 });
  while (!other.trimsAside()) await new Promise<void>((resolve) => void setImmediate(resolve));
  const storing = other.commit(largeBatch(samples, 2_048));
  expect(storing).toBeInstanceOf(Promise);
  await storing;
  other.close();
});

test(
  "the write-ahead log is copied and begins anew while the thread writes",
  { timeout: 60_000 },
  async () => {
    const pace = { now: 0 };
    // Each write seems to take long, so that the thread makes it.
    const store = open("auto", { ...systemClock(), monotonic: () => (pace.now += 10) });
    const samples = new SampleLog();
    const text = JSON.stringify("x".repeat(900));
    let begunAnew = 0;
    // Much sooner than a write would copy it by itself.
    while (begunAnew === 0 && walBytes() < 40_000_000) {
      const payloads = Array.from({ length: 100 }, () => samples.payload(text));
      await store.commit(batchOf({ payloads }));
      await new Promise<void>((resolve) => void setImmediate(resolve));
      begunAnew = timesBegunAnew();
    }
    expect(begunAnew).toBeGreaterThan(0);
    store.close();
    expect((await verifyFile(file)).problems).toEqual([]);
  },
);

test("after a refused trim the thread writes the next batch, since it alone knows of any doubt", async () => {
  const pace = { writeMs: 10, now: 0 };
  const store = open("auto", { ...systemClock(), monotonic: () => (pace.now += pace.writeMs) });
  const samples = new SampleLog();
  for (let tries = 0; tries < 5_000 && store.commit(largeBatch(samples)) === undefined; tries++)
    await new Promise<void>((resolve) => void setImmediate(resolve));
  pace.writeMs = 0;
  for (let tries = 0; tries < 5_000; tries++) {
    const storing = store.commit(largeBatch(samples));
    await storing;
    if (!storing) break;
  }
  const locking = new DatabaseSync(file);
  locking.exec("BEGIN IMMEDIATE");
  const trim = { runs: [], payloads: [], position: 0, rowsMax: 10 };
  await expect(store.commit(batchOf({ trim }))).rejects.toMatchObject({ code: "storage-unavailable" });
  locking.exec("ROLLBACK");
  locking.close();
  const next = store.commit(largeBatch(samples));
  expect(next).toBeInstanceOf(Promise);
  await next;
  store.close();
});

test("a store that is asked whether a trim holds anybody up starts the thread that would write it", async () => {
  const store = open("auto");
  expect(store.trimsAside()).toBe(false);
  while (!store.trimsAside()) await new Promise<void>((resolve) => void setImmediate(resolve));
  const trim = { runs: [], payloads: [], position: 0, rowsMax: 10 };
  const storing = store.commit(batchOf({ trim }));
  expect(storing).toBeInstanceOf(Promise);
  await storing;
  store.close();
});

test("once a store is closed its thread has left the file alone", async () => {
  const store = open("thread");
  await store.commit(largeBatch(new SampleLog()));
  store.close();
  expect(existsSync(`${file}-wal`)).toBe(false);
});

test("a store can be closed while its thread is still starting", () => {
  const store = open("thread");
  store.close();
  expect(existsSync(`${file}-wal`)).toBe(false);
});
