/** Damaged content is refused when it is read, with what is wrong and how to restore (E14). */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { batchOf, FACTS, SampleLog } from "../store-samples.ts";
import type { Store } from "../store.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";

let folder: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-damage-"));
  const samples = new SampleLog();
  const runs = [samples.run({ id: "order-1" }), samples.run({ id: "order-2" })];
  const kinds = ["run-started", "attempt-started", "step-completed", "run-ended"] as const;
  const events = kinds.flatMap((kind) => runs.map((run) => samples.event(run, FACTS[kind])));
  const payloads = [
    samples.payload('"one"'),
    samples.payload('"two"'),
    samples.payload(`"${"x".repeat(9_000)}"`),
  ];
  const checkpoints = [{ fold: "f", version: 1, position: 3, state: "{}" }];
  store = open();
  void store.commit(batchOf({ runs, events, payloads, checkpoints }));
  store.putInbox({ kind: "cancel", run: "order-1", reason: "", by: "Ann" });
  store.close();
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

const changes: readonly (readonly [string, string])[] = [
  ["one byte of its body", "body = replace(body, '[2', '[4')"],
  ["its position", "position = -1"],
  ["its count", "count = 2"],
  ["its checksum", "checksum = checksum + 1"],
];

test.each(changes)("a row of events with %s changed is named", (_title, change) => {
  damage(`UPDATE events SET ${change} WHERE run_key = 1 AND seq = 2`);
  expect(() => store.history(1, 0, 10)).toThrow(named("event 2 of run order-1"));
  expect(() => store.eventsAfter(-10, 100)).toThrow(named("event 2 of run order-1"));
  expect(() => store.history(1, 1, 1)).toThrow(named("event 2 of run order-1"));
  expect(store.history(2, 0, 10)).toHaveLength(4);
});

test("a lost event is missed by whatever comes after it", () => {
  damage("DELETE FROM events WHERE run_key = 1 AND seq = 2");
  expect(() => store.history(1, 0, 10)).toThrow(named("event 2 of run order-1"));
  expect(() => store.history(1, 2, 10)).toThrow(named("event 2 of run order-1"));
  expect(() => store.eventsAfter(0, 100)).toThrow(named("event 2 of run order-1"));
  expect(() => store.eventsAfter(2, 100)).toThrow(named("event 2 of run order-1"));
});

test("a run's lost first event is missed", () => {
  damage("DELETE FROM events WHERE run_key = 1 AND seq = 1");
  expect(() => store.history(1, 0, 10)).toThrow(named("event 1 of run order-1"));
  expect(() => store.history(1, 1, 10)).toThrow(named("event 1 of run order-1"));
  expect(() => store.eventsAfter(0, 100)).toThrow(named("event 1 of run order-1"));
});

test("a row of which only the last event is wanted is checked as a whole", () => {
  store = open();
  const samples = new SampleLog(store.highest());
  const run = samples.run({ id: "order-3" });
  void store.commit(
    batchOf({ runs: [run], events: [samples.event(run), samples.event(run), samples.event(run)] }),
  );
  store.close();
  damage(
    "UPDATE events SET body = CAST(substr(body, 1, 4) || '7' || substr(body, 6) AS TEXT) WHERE run_key = 3",
  );
  for (const read of [
    () => store.history(3, 2, 1),
    () => store.lastEvent(3),
    () => store.eventsAfter(store.highest().position - 1, 1),
  ]) {
    expect(read).toThrow(named("event 1 of run order-3"));
  }
});

test("a compressed row is checked as well", () => {
  store = open();
  const samples = new SampleLog(store.highest());
  const run = samples.run({ id: "order-3" });
  void store.commit(batchOf({ runs: [run], events: Array.from({ length: 100 }, () => samples.event(run)) }));
  store.close();
  damage(`UPDATE events SET body = CAST(substr(body, 1, 20) || x'00' || substr(body, 22) AS BLOB)
          WHERE run_key = 3 AND typeof(body) = 'blob'`);
  expect(() => store.history(3, 50, 1)).toThrow(named("event 1 of run order-3"));
});

test("events that changed places between runs are noticed", () => {
  damage(`UPDATE events SET run_key = 3 - run_key, seq = seq + 100 WHERE seq = 3;
          UPDATE events SET seq = seq - 100 WHERE seq > 100`);
  expect(() => store.history(1, 0, 10)).toThrow(named("event 3 of run order-1"));
});

test("a run's changed id or context is noticed at its first event", () => {
  damage("UPDATE runs SET id = 'order-9' WHERE key = 1");
  expect(() => store.history(1, 0, 10)).toThrow(named("event 1 of run order-9"));
  store.close();
  damage(`UPDATE runs SET context = '{"principal":"admin"}' WHERE key = 2`);
  expect(() => store.history(2, 0, 10)).toThrow(named("event 1 of run order-2"));
});

test("the run's later events are not written onto a damaged one unnoticed", () => {
  damage("UPDATE events SET body = replace(body, 'completed', 'cancelled') WHERE run_key = 2 AND seq = 4");
  expect(() => store.lastEvent(2)).toThrow(named("event 4 of run order-2"));
});

test("payloads, checkpoints and requests are checked as well", () => {
  damage(`UPDATE payloads SET value = '"oni"' WHERE id = 1;
          UPDATE payloads SET value = CAST(substr(value, 1, 20) || x'00' || substr(value, 22) AS BLOB) WHERE id = 3;
          UPDATE folds SET state = '[]';
          UPDATE inbox SET request = replace(request, 'order-1', 'order-2')`);
  expect(() => store.payload(1)).toThrow(named("payload 1"));
  expect(store.payload(2)).toBe('"two"');
  expect(() => store.payload(3)).toThrow(named("payload 3"));
  expect(() => store.checkpoint("f")).toThrow(named("the checkpoint of f"));
  expect(() => store.inbox(1)).toThrow(named("request 1 in the inbox"));
});

test("a payload in another one's place is noticed", () => {
  damage(
    "UPDATE payloads SET (value, checksum) = (SELECT value, checksum FROM payloads WHERE id = 2) WHERE id = 1",
  );
  expect(() => store.payload(1)).toThrow(named("payload 1"));
});

function open(): Store {
  return openSqliteStore(join(folder, "log.db"), { durability: "os", access: "own" });
}

function damage(sql: string): void {
  const raw = new DatabaseSync(join(folder, "log.db"));
  raw.exec(sql);
  raw.close();
  store = open();
}

function named(what: string): unknown {
  return expect.objectContaining({
    code: "file-damaged",
    message: expect.stringContaining(what),
    hint: expect.stringContaining("backup"),
  });
}
