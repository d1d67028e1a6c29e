/** Events that share a row are read as if each had its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { batchOf, FACTS, SampleLog } from "../store-samples.ts";
import type { EventRow, Store } from "../store.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

let folder: string;
let store: Store;
let log: SampleLog;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-rows-"));
  store = openSqliteStore(join(folder, "log.db"), { durability: "os", access: "own" });
  log = new SampleLog();
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

test("a run's neighbours in a batch share a row, and pages may begin and end within it", () => {
  const runs = [log.run(), log.run(), log.run()];
  const written: EventRow[] = [];
  for (let commit = 0; commit < 3; commit++) {
    const events = runs.flatMap((run) => Array.from({ length: 4 }, () => log.event(run)));
    void store.commit(batchOf({ runs: commit === 0 ? runs : [], events }));
    written.push(...events);
  }
  expect(rowCounts()).toEqual(Array.from({ length: 9 }, () => 4));
  expect(store.highest().position).toBe(36);
  const all = written.map(({ event }) => event);
  for (let after = 0; after <= 36; after++) {
    for (const limit of [1, 2, 3, 4, 5, 9]) {
      expect(store.eventsAfter(after, limit)).toEqual(all.slice(after, after + limit));
    }
  }
  for (const { key, id } of runs) {
    const own = all.filter(({ run }) => run === id);
    for (let after = 0; after <= 13; after++) {
      for (const limit of [1, 3, 4, 6]) {
        expect(store.history(key, after, limit)).toEqual(own.slice(after, after + limit));
      }
    }
    expect(store.lastEvent(key)).toEqual(own.at(-1));
  }
});

test("a row takes 256 events at most, and none after 64 KB", () => {
  const run = log.run();
  const many = Array.from({ length: 600 }, () => log.event(run));
  void store.commit(batchOf({ runs: [run], events: many }));
  expect(rowCounts()).toEqual([256, 256, 88]);
  const long = { ...FACTS["step-logged"], message: "x".repeat(40_000) };
  const large = Array.from({ length: 5 }, () => log.event(run, long));
  void store.commit(batchOf({ events: large }));
  expect(rowCounts().slice(3)).toEqual([2, 2, 1]);
  expect(store.history(run.key, 0, 1_000)).toEqual([...many, ...large].map(({ event }) => event));
});

test("the context of a run is stored once, and another one beside it is kept as it was", () => {
  const [own, other] = [log.run({ domain: "own" }), log.run({ domain: "other" })];
  const started = { ...FACTS["run-started"], context: own.context };
  const events = [log.event(own, started), log.event(other, started)];
  void store.commit(batchOf({ runs: [own, other], events }));
  expect(store.eventsAfter(0, 2)).toEqual(events.map(({ event }) => event));
  expect(bodies().map((body) => body.includes("grants"))).toEqual([false, true]);
});

test("times, also equal and fractional ones and 0, are read as written", () => {
  const run = log.run();
  const times = [0, 0, 0.5, 1_700_000_000_000.25, 1_700_000_000_000.25, 1_700_000_000_001];
  const events = times.map((at) => {
    const { runKey, event } = log.event(run);
    return { runKey, event: { ...event, at } };
  });
  void store.commit(batchOf({ runs: [run], events }));
  expect(store.history(run.key, 0, 9).map(({ at }) => at)).toEqual(times);
});

function rowCounts(): readonly number[] {
  return raw("SELECT count FROM events ORDER BY position").map(Number);
}

function bodies(): readonly string[] {
  return raw("SELECT body FROM events ORDER BY position").map(String);
}

function raw(sql: string): readonly unknown[] {
  const database = new DatabaseSync(join(folder, "log.db"), { readOnly: true });
  try {
    return database.prepare(sql).all().flatMap(Object.values);
  } finally {
    database.close();
  }
}
