/** Commits that storage refuses, or of which nobody knows whether it took them (S3, E13). */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { batchOf, FACTS, SampleLog } from "../store-samples.ts";
import type { RunRow, Store } from "../store.ts";
import { BatchWriter } from "./commit.ts";
import { openConnection, type Connection } from "./connection.ts";
import { openSqliteStore, storeOn } from "./open-sqlite-store.ts";
import { takeOwnerLock } from "./owner.ts";
import { packBatch } from "./pack-batch.ts";

let folder: string;
let file: string;
let connection: Connection;
let store: Store;
let samples: SampleLog;
let run: RunRow;
/** What the next COMMIT does before it reports a failed sync. */
let fault: "stores" | "loses" | undefined;
let reopened: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-commit-"));
  file = join(folder, "log.db");
  openSqliteStore(file, { durability: "fsync", access: "own" }).close();
  connection = openConnection(file, { durability: "fsync", role: "owner" });
  connection.configure();
  fault = undefined;
  reopened = 0;
  store = storeOn(faulty(connection), takeOwnerLock(file));
  samples = new SampleLog();
  run = samples.run();
  void store.commit(batchOf({ runs: [run], events: [samples.event(run)] }));
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

test.each(["stores", "loses"] as const)(
  "after a sync that %s the batch but fails, it is there once",
  (kind) => {
    const batch = batchOf({ events: [samples.event(run)], payloads: [samples.payload('"x"')] });
    fault = kind;
    expect(() => store.commit(batch)).toThrow(unavailable());
    expect(reopened).toBe(0);
    void store.commit(batch);
    expect(reopened).toBe(1);
    const next = batchOf({ events: [samples.event(run, FACTS["run-ended"])] });
    void store.commit(next);
    expect(store.history(run.key, 0, 10).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(store.payload(1)).toBe('"x"');
  },
);

test.each(["stores", "loses"] as const)(
  "after a sync that %s batches written together but fails, each is there once, however they come again",
  (kind) => {
    const writer = new BatchWriter(faulty(connection));
    const [first, second, third] = [samples.event(run), samples.event(run), samples.event(run)].map((event) =>
      packBatch(batchOf({ events: [event], payloads: [samples.payload('"x"')] })),
    );
    assert(first && second && third);
    fault = kind;
    expect(() => writer.write([first, second])).toThrow(unavailable());
    writer.write([first]);
    writer.write([second, third]);
    expect(store.history(run.key, 0, 10).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(store.highest()).toMatchObject({ position: 4, payload: 3 });
  },
);

test("a read-only database refuses, and takes the same batch when it is writable again", () => {
  const batch = batchOf({ events: [samples.event(run)] });
  connection.exec("PRAGMA query_only = 1");
  expect(() => store.commit(batch)).toThrow(unavailable());
  connection.exec("PRAGMA query_only = 0");
  void store.commit(batch);
  expect(store.history(run.key, 0, 10)).toHaveLength(2);
});

test("a write lock held by another process is waited for, then refused", () => {
  const other = new DatabaseSync(file);
  const batch = batchOf({ events: [samples.event(run)] });
  other.exec("BEGIN IMMEDIATE");
  expect(() => store.commit(batch)).toThrow(unavailable());
  other.exec("ROLLBACK");
  other.close();
  void store.commit(batch);
  expect(store.history(run.key, 0, 10)).toHaveLength(2);
});

test("a defect is not taken for refusing storage, and leaves nothing", () => {
  const second = samples.event(run);
  const late = samples.run({ domain: "other" });
  expect(() => store.commit(batchOf({ runs: [late], events: [second, second] }))).toThrow(/UNIQUE/);
  expect(store.runById(late.id)).toBeUndefined();
  void store.commit(batchOf({ runs: [late], events: [second] }));
  expect(store.history(run.key, 0, 10)).toHaveLength(2);
  expect(store.runById(late.id)).toEqual(late);
});

/** A connection whose COMMIT can fail as a failed sync does: SQLite can't tell how much reached the disk. */
function faulty(real: Connection): Connection {
  return {
    ...real,
    commit: () => {
      if (fault === undefined) return real.commit();
      real.exec(fault === "stores" ? "COMMIT" : "ROLLBACK");
      fault = undefined;
      // SQLITE_IOERR_FSYNC
      throw Object.assign(new Error("disk I/O error"), { errcode: 1034 });
    },
    reopen: () => {
      reopened++;
      real.reopen();
    },
  };
}

function unavailable(): unknown {
  return expect.objectContaining({
    code: "storage-unavailable",
    retryable: true,
    message: expect.stringContaining(file),
    hint: expect.any(String),
  });
}
