/** What `verifyFile` finds in a damaged log, and that it finds nothing in a sound one (E14). */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { agent } from "../../delegation/agent.ts";
import { approval } from "../../patterns/approval.ts";
import { forEach } from "../../patterns/for-each.ts";
import { sequential } from "../../patterns/sequential.ts";
import { createRuntime } from "../../runtime.ts";
import { payloadsIn } from "../embedded/payloads-in.ts";
import { batchOf } from "../store-samples.ts";
import { backupFile } from "./backup-file.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { sqliteEngine } from "./sqlite-engine.ts";
import { verifyFile, type VerifyProgress } from "./verify-file.ts";

const double = agent("double", { run: async (value: number): Promise<number> => value * 2 });
const boom = agent("boom", {
  run: async (value: number): Promise<number> => {
    throw new Error(`no ${value}`);
  },
});
const keep = agent("keep", { run: async (value: number): Promise<number> => value, undo: async () => {} });
const big = agent("big", { run: async (): Promise<string> => "x".repeat(20_000) });
const patterns = [
  sequential("sum", { steps: [double, keep] }),
  sequential("broken", { steps: [keep, boom] }),
  sequential("big", { steps: [big] }),
  forEach("scan", {
    items: (count: number) => Array.from({ length: count }, (_, index) => index),
    step: double,
  }),
  sequential("asked", { steps: [keep, approval("ok?"), double] }),
] as const;

let origin: string;
let folder: string;
let file: string;

beforeAll(async () => {
  origin = mkdtempSync(join(tmpdir(), "reeve-verify-"));
  await using runtime = await createRuntime({
    patterns,
    engine: sqliteEngine(join(origin, "log.db"), { durability: "os", access: "own" }),
    report: () => {},
  });
  const [sum, broken, large, scan, asked] = patterns;
  const handles = [
    await runtime.start(sum, 1, { id: "sum-1" }),
    await runtime.start(broken, 2, { id: "broken-1" }),
    await runtime.start(large, undefined, { id: "big-1" }),
    await runtime.start(scan, 400, { id: "scan-1" }),
  ];
  await Promise.all(handles.map((handle) => handle.outcome()));
  const waiting = await runtime.start(asked, 3, { id: "asked-1" });
  for await (const { kind } of waiting.events({ follow: true })) if (kind === "wait-started") break;
  await (await runtime.start(sum, 4, { id: "sum-2" })).outcome();
});

afterAll(() => rmSync(origin, { recursive: true }));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-verify-"));
  file = join(folder, "log.db");
  copyFileSync(join(origin, "log.db"), file);
});

afterEach(() => rmSync(folder, { recursive: true }));

/** The pages of tables without rows: what is left in them of earlier content is never read. */
function emptyPages(): ReadonlySet<unknown> {
  const raw = new DatabaseSync(file);
  const tables = raw.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
  const empty = tables.filter(
    ({ name }) => raw.prepare(`SELECT 1 FROM "${String(name)}"`).get() === undefined,
  );
  const names = JSON.stringify(empty.map(({ name }) => name));
  const pages = raw
    .prepare("SELECT rootpage FROM sqlite_schema WHERE tbl_name IN (SELECT value FROM json_each(?))")
    .all(names);
  raw.close();
  return new Set(pages.map(({ rootpage }) => rootpage));
}

function change(sql: string): void {
  const raw = new DatabaseSync(file);
  raw.exec(sql);
  raw.close();
}

const KEY = (id: string): string => `(SELECT key FROM runs WHERE id = '${id}')`;
const LAST = (id: string): string => `(SELECT max(position) FROM events WHERE run_key = ${KEY(id)})`;

describe("a sound log", () => {
  test("has no problems, and everything in it is counted", async () => {
    const progress: VerifyProgress[] = [];
    const report = await verifyFile(file, { onProgress: (each) => progress.push(each) });
    expect(report).toMatchObject({ ok: true, problems: [], runs: 6 });
    expect(report.events).toBeGreaterThan(800);
    expect(report.payloads).toBeGreaterThan(400);
    expect(new Set(progress.map(({ part }) => part))).toEqual(
      new Set(["pages", "events", "runs", "payloads"]),
    );
  });

  test("is not changed by it", async () => {
    const before = readFileSync(file);
    await verifyFile(file);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  test("is verified beside its owner", async () => {
    await using runtime = await createRuntime({
      patterns,
      engine: sqliteEngine(file, { durability: "os", access: "own" }),
      report: () => {},
    });
    const ids = Array.from({ length: 50 }, (_, index) => `more-${index}`);
    const runs = Promise.all(ids.map(async (id) => (await runtime.start(patterns[3], 20, { id })).outcome()));
    const during = await verifyFile(file);
    await runs;
    const after = await verifyFile(file);
    expect(during.problems).toEqual([]);
    expect(after).toMatchObject({ ok: true, runs: 56 });
  });
});

const damages: readonly (readonly [string, string, string, string])[] = [
  [
    "a changed event",
    `UPDATE events SET body = replace(body, 'keep', 'kept') WHERE position = ${LAST("asked-1")} - 2 OR run_key = ${KEY("asked-1")}`,
    "events",
    "event 1 of run asked-1",
  ],
  [
    "a run's lost end",
    `DELETE FROM events WHERE position = ${LAST("sum-1")}`,
    "runs",
    "run sum-1 is said to have ended, but its last events are missing",
  ],
  [
    "an unfinished run's lost last event",
    `DELETE FROM events WHERE position = ${LAST("asked-1")}`,
    "events",
    "events are missing: there is none at the position",
  ],
  [
    "a run that ended otherwise",
    `UPDATE runs SET group_id = (SELECT group_id FROM runs WHERE id = 'broken-1') WHERE id = 'sum-1'`,
    "runs",
    "outcome of run sum-1 is rolled-back, but its events say completed",
  ],
  [
    "a run that ended at another time",
    `UPDATE runs SET ended_at = ended_at + 1 WHERE id = 'sum-1'`,
    "runs",
    "ended_at of run sum-1",
  ],
  [
    "a run with another start",
    `UPDATE runs SET started_at = started_at + 1 WHERE id = 'asked-1'`,
    "runs",
    "started_at of run asked-1",
  ],
  [
    "a finished run said to go on",
    `UPDATE runs SET ended_at = NULL, group_id = (SELECT group_id FROM runs WHERE id = 'asked-1') WHERE id = 'sum-1'`,
    "runs",
    "state of run sum-1",
  ],
  ["a run with another input", `UPDATE runs SET input = 2 WHERE id = 'sum-1'`, "runs", "input of run sum-1"],
  ["a run's lost row", `DELETE FROM runs WHERE id = 'sum-1'`, "events", "belong to run number"],
  [
    "a run's lost events",
    `DELETE FROM events WHERE run_key = ${KEY("sum-1")}`,
    "runs",
    "run sum-1 does not begin with run-started",
  ],
  ["a lost payload", `DELETE FROM payloads WHERE id = 3`, "payloads", "payload 3 is not there"],
  ["a changed payload", `UPDATE payloads SET value = '7' WHERE id = 3`, "payloads", "payload 3"],
  [
    "a changed compressed payload",
    `UPDATE payloads SET value = CAST(substr(value, 1, 20) || x'00' || substr(value, 22) AS BLOB) WHERE typeof(value) = 'blob'`,
    "payloads",
    "checksum",
  ],
  [
    "a changed id of the log",
    `UPDATE settings SET value = replace(value, substr(value, 1, 1), 'x') WHERE name = 'log-id'`,
    "settings",
    "id of the log",
  ],
  ["a lost id of the log", `DELETE FROM settings WHERE name = 'log-id'`, "settings", "id of the log"],
  [
    "a checkpoint beyond the end",
    `INSERT INTO folds (name, version, position, state, checksum) VALUES ('f', 1, 1000000, '{}', 0)`,
    "folds",
    "checkpoint of f",
  ],
  [
    "a damaged request",
    `INSERT INTO inbox (request, checksum) VALUES ('{}', 7)`,
    "inbox",
    "request 1 in the inbox",
  ],
];

describe("damage is found, named and does not end the search", () => {
  test.each(damages)("%s", async (_title, sql, where, what) => {
    change(sql);
    const report = await verifyFile(file);
    expect(report.ok).toBe(false);
    expect(report.problems).toContainEqual(
      expect.objectContaining({
        where,
        what: expect.stringContaining(what),
        hint: expect.stringMatching(/backup/),
      }),
    );
  });

  test("a changed byte anywhere in the file is found", async () => {
    const empty = emptyPages();
    const bytes = readFileSync(file);
    const found: string[] = [];
    for (let page = 1; page < bytes.length / 4_096; page += 3) {
      if (empty.has(page + 1)) continue;
      const offset = page * 4_096 + 4_090;
      const changed = Buffer.from(bytes);
      changed[offset] = (changed[offset] ?? 0) ^ 0x04;
      writeFileSync(file, changed);
      const { ok } = await verifyFile(file);
      found.push(`${offset} ${ok ? "unnoticed" : "found"}`);
    }
    expect(found.filter((each) => each.endsWith("unnoticed"))).toEqual([]);
  });

  test("an index that lost an entry, and a file that lost pages", async () => {
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.subarray(0, bytes.length - 5 * 4_096));
    const report = await verifyFile(file);
    expect(report.ok).toBe(false);
    expect(report.problems[0]).toMatchObject({ hint: expect.stringContaining("backup") });
  });

  test("an empty file, and one that is no database", async () => {
    writeFileSync(file, "");
    expect(await verifyFile(file)).toMatchObject({ ok: false, problems: [{ where: "file" }] });
    writeFileSync(file, "Dear diary, ".repeat(1_000));
    await expect(verifyFile(file)).rejects.toMatchObject({ code: "file-not-reeve" });
    writeFileSync(`${file}-owner`, "");
    expect(await verifyFile(file)).toMatchObject({ ok: false, problems: [{ where: "file" }] });
  });

  test("a file that is not there is an error", async () => {
    await expect(verifyFile(join(folder, "missing.db"))).rejects.toMatchObject({
      code: "storage-unavailable",
    });
  });
});

test("a log of which runs were trimmed is sound, also in the middle of it", async () => {
  const store = openSqliteStore(file, { durability: "os", access: "own" });
  const run = store.runById("scan-1");
  const values = store.history(run?.key ?? 0, 0, 10_000).flatMap(payloadsIn);
  const position = store.lastEvent(run?.key ?? 0)?.position ?? 0;
  const trim = { runs: [run?.key ?? 0], payloads: values, position, rowsMax: 2 };
  void store.commit(batchOf({ trim }));
  expect(await verifyFile(file)).toMatchObject({ problems: [], runs: 5 });
  void store.commit(batchOf({ trim: { ...trim, runs: [], rowsMax: 10_000 } }));
  expect(await verifyFile(file)).toMatchObject({ problems: [], runs: 5 });
  store.close();
});

test("what may be told of a run after its end is no damage, and is backed up: feedback, and an attempt's late end", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reeve-verify-"));
  const [file, copy] = [join(folder, "log.db"), join(folder, "copy.db")];
  const { promise, resolve } = Promise.withResolvers<string>();
  const deaf = sequential("deaf", { steps: [agent("deaf", { run: () => promise })] });
  const engine = sqliteEngine(file, { durability: "os", access: "own" });
  const runtime = await createRuntime({ patterns: [deaf], engine, graceMs: 1 });
  const run = await runtime.start(deaf, undefined, { id: "deaf-1" });
  const begun = async (kind: string): Promise<void> => {
    for await (const event of runtime.events({ follow: true })) if (event.kind === kind) return;
  };
  await begun("attempt-started");
  await run.cancel("enough");
  await run.outcome();
  resolve("late");
  await begun("attempt-ended-late");
  await run.feedback(0.5);
  await runtime.close();
  expect((await verifyFile(file)).problems).toEqual([]);
  await expect(backupFile(file, copy)).resolves.toBeDefined();
  rmSync(folder, { recursive: true });
});

test("a store that was closed in the middle of work verifies", async () => {
  const store = openSqliteStore(file, { durability: "os", access: "own" });
  expect((await verifyFile(file)).ok).toBe(true);
  store.close();
});
