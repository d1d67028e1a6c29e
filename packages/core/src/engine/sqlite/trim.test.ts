/** Trims of a file: what is gone at once, what is deleted little by little, and what is never given again. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { batchOf, FACTS, SampleLog, START } from "../store-samples.ts";
import type { RunRow, Store, Trim } from "../store.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { verifyFile } from "./verify-file.ts";

let folder: string;
let file: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-trim-"));
  file = join(folder, "log.db");
  store = open();
});

afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

function open(): Store {
  return openSqliteStore(file, { durability: "os", access: "own" });
}

const ENDED = { state: "ended", outcome: "completed" } as const;

/** Writes ended runs with `events` events each, one commit per event, and one value per event. */
function write(samples: SampleLog, runs: number, events: number, more: Partial<RunRow> = {}): RunRow[] {
  const rows = Array.from({ length: runs }, () =>
    samples.run({ ...ENDED, endedAt: START + 1_000, input: undefined, ...more }),
  );
  void store.commit(batchOf({ runs: rows }));
  for (let index = 0; index < events; index++) {
    const written = rows.map((row) => {
      const payload = samples.payload(JSON.stringify(`value of ${row.id} `.repeat(40)));
      const fact = { ...FACTS["step-completed"], path: `s${index}`, output: payload.id };
      return { payload, event: samples.event(row, fact) };
    });
    void store.commit(
      batchOf({ events: written.map(({ event }) => event), payloads: written.map(({ payload }) => payload) }),
    );
  }
  return rows;
}

function trimOf(rows: readonly RunRow[], rowsMax: number): Trim {
  const events = rows.flatMap((row) => store.history(row.key, 0, 100_000));
  return {
    runs: rows.map(({ key }) => key),
    payloads: events.flatMap((event) => (event.kind === "step-completed" ? (event.output ?? []) : [])),
    position: Math.max(...events.map(({ position }) => position)),
    rowsMax,
  };
}

function count(table: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return Number(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.["count"]);
  } finally {
    database.close();
  }
}

test("a trimmed run is gone at once, however many commits deleting its rows takes", () => {
  const samples = new SampleLog();
  const [old] = write(samples, 1, 100);
  const [kept] = write(samples, 1, 10);
  if (!old || !kept) throw new Error("runs were written");
  const left = store.history(kept.key, 0, 100);
  void store.commit(batchOf({ trim: trimOf([old], 30) }));
  expect(store.runById(old.id)).toBeUndefined();
  expect(store.runByKey(old.key)).toBeUndefined();
  expect(store.history(old.key, 0, 100)).toEqual([]);
  expect(store.lastEvent(old.key)).toBeUndefined();
  expect(store.eventsAfter(0, 1_000)).toEqual(left);
  expect(store.findRuns({}).runs.map(({ id }) => id)).toEqual([kept.id]);
  let commits = 1;
  for (let before = count("events") + count("payloads"); store.trimmed().isLeft; commits++) {
    void store.commit(batchOf({ trim: { runs: [], payloads: [], position: 0, rowsMax: 30 } }));
    const after = count("events") + count("payloads");
    expect(before - after).toBeLessThanOrEqual(30);
    before = after;
  }
  expect(commits).toBe(7);
  expect(count("events") + count("payloads")).toBe(20);
  expect(store.trimmed()).toEqual({ position: 100, isLeft: false });
});

test("large values are deleted few at a time", () => {
  const samples = new SampleLog();
  const run = samples.run({ ...ENDED, endedAt: START + 1 });
  const large = Array.from({ length: 4 }, (_, index) => samples.payload(JSON.stringify(randomText(index))));
  const event = samples.event(run, FACTS["run-ended"]);
  void store.commit(batchOf({ runs: [run], events: [event], payloads: large }));
  const payloads = large.map(({ id }) => id);
  void store.commit(batchOf({ trim: { runs: [run.key], payloads, position: 1, rowsMax: 70 } }));
  expect(count("payloads")).toBe(1);
});

/** 200 KB that don't compress to less than half of it. */
function randomText(seed: number): string {
  let [text, state] = ["", seed + 1];
  while (text.length < 200_000) {
    state = (state * 48_271) % 2_147_483_647;
    text += state.toString(36);
  }
  return text;
}

test("no position, value or run takes the number of a trimmed one, also after a restart", () => {
  const samples = new SampleLog();
  const rows = write(samples, 3, 5);
  const highest = store.highest();
  void store.commit(batchOf({ trim: trimOf(rows, 1_000) }));
  expect(store.eventsAfter(0, 10)).toEqual([]);
  expect(store.highest()).toEqual(highest);
  store.close();
  store = open();
  expect(store.highest()).toEqual(highest);
  expect(store.trimmed()).toEqual({ position: highest.position, isLeft: false });
});

test("a file whose runs were trimmed verifies, also in the middle of it", async () => {
  const samples = new SampleLog();
  const rows = write(samples, 4, 50, { input: undefined });
  const started = store.runsAfter(0, 10);
  expect(started).toEqual(rows);
  void store.commit(batchOf({ trim: trimOf(rows, 40) }));
  for (; store.trimmed().isLeft;) {
    expect(await verifyFile(file)).toMatchObject({ problems: [], runs: 0 });
    void store.commit(batchOf({ trim: { runs: [], payloads: [], position: 0, rowsMax: 100 } }));
  }
  expect(await verifyFile(file)).toMatchObject({ problems: [], runs: 0, payloads: 0 });
});

test("the note of what was trimmed is checked", () => {
  const samples = new SampleLog();
  void store.commit(batchOf({ trim: trimOf(write(samples, 1, 2), 100) }));
  const database = new DatabaseSync(file);
  database.exec("UPDATE settings SET value = '9' || value WHERE name = 'trimmed'");
  database.close();
  expect(() => store.trimmed()).toThrow(expect.objectContaining({ code: "file-damaged" }));
});

test("runs that came of another one are found by an index of their own, and none of the others is in it", () => {
  const samples = new SampleLog();
  const [plain] = write(samples, 3, 1);
  const parent = { run: "run-1", path: "a", attached: true };
  const rows = [
    ...write(samples, 1, 1, { origin: { parent } }),
    ...write(samples, 1, 1, { origin: { forkedFrom: { run: "run-1", from: undefined } } }),
    ...write(samples, 1, 1, { origin: { parent, forkedFrom: { run: "run-1", from: "" } } }),
  ];
  write(samples, 1, 1, { origin: { parent: { ...parent, run: "run-2" } } });
  write(samples, 1, 1, { origin: { schedule: { name: "nightly", dueAt: 1 } } });
  expect(store.runsOf(plain?.id ?? "", 0, 10)).toEqual(rows);
  expect(store.runsOf("run-1", rows[0]?.key ?? 0, 1)).toEqual([rows[1]]);
  const database = new DatabaseSync(file, { readOnly: true });
  const plan = database
    .prepare(
      "EXPLAIN QUERY PLAN SELECT key FROM runs WHERE json_extract(origin, '$.parent.run') = 'x' AND key > 5",
    )
    .all();
  const entries = database
    .prepare("SELECT name, ncell FROM dbstat WHERE name IN ('runs_by_parent', 'runs_by_fork')")
    .all();
  database.close();
  expect(String(plan[0]?.["detail"])).toContain("runs_by_parent");
  expect(Object.fromEntries(entries.map((row) => [row["name"], row["ncell"]]))).toEqual({
    runs_by_parent: 3,
    runs_by_fork: 2,
  });
});
