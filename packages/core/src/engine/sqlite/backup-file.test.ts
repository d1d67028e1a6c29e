/** Backups of a log that is in use, and their way back (E14). */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ManualClock } from "../../clock.ts";
import { batchOf, FACTS, SampleLog } from "../store-samples.ts";
import type { RunRow, Store } from "../store.ts";
import { backupFile } from "./backup-file.ts";
import { LOG_TABLES } from "./migrations/0001-log.ts";
import { openSqliteStore } from "./open-sqlite-store.ts";
import { restoreFile } from "./restore-file.ts";
import { verifyFile } from "./verify-file.ts";

let folder: string;
let file: string;
let backup: string;
let store: Store;
let samples: SampleLog;
let run: RunRow;
const children = new Set<ChildProcess>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-backup-"));
  file = join(folder, "log.db");
  backup = join(folder, "backup.db");
  store = openSqliteStore(file, { durability: "os", access: "own" });
  samples = new SampleLog();
  run = { ...samples.run(), startedAt: 0 };
  const started = samples.event(run, { ...FACTS["run-started"], input: 1 });
  run = { ...run, input: 1, startedAt: started.event.at };
  void store.commit(batchOf({ runs: [run], events: [started], payloads: [samples.payload('"in"')] }));
});

afterEach(async () => {
  store.close();
  for (const child of children) await end(child, "SIGKILL");
  rmSync(folder, { recursive: true });
});

/** One more event, so that moments differ. */
function go(): void {
  void store.commit(batchOf({ events: [samples.event(run)] }));
}

function eventsIn(name: string): number {
  const opened = openSqliteStore(name, { durability: "os", access: "guest" });
  try {
    return opened.history(run.key, 0, 10_000).length;
  } finally {
    opened.close();
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}

/** Runs a script with the module's exports at hand, in a process of its own. */
async function startScript(script: string): Promise<ChildProcess> {
  const child = spawn(
    process.execPath,
    ["--conditions=source", "--input-type=module", "-e", script, file, backup],
    {
      stdio: ["pipe", "pipe", "inherit"],
    },
  );
  children.add(child);
  await once(child.stdout, "data");
  return child;
}

const url = (name: string): string => JSON.stringify(import.meta.resolve(name));

describe("backup", () => {
  test("is one whole, private file with what was committed before", async () => {
    const umask = process.umask(0);
    try {
      const { bytes, verified } = await backupFile(file, backup);
      expect(verified).toMatchObject({ ok: true, runs: 1, events: 1, payloads: 1 });
      expect(bytes).toBe(statSync(backup).size);
    } finally {
      process.umask(umask);
    }
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).toSorted()).toEqual([
      "backup.db",
      "log.db",
      "log.db-owner",
      "log.db-shm",
      "log.db-wal",
    ]);
    go();
    expect(eventsIn(file)).toBe(2);
    expect(eventsIn(backup)).toBe(1);
  });

  test("of a log that another process writes to without a pause is that of one moment", async () => {
    store.close();
    const owner = await startScript(`
      const { openSqliteStore } = await import(${url("./open-sqlite-store.ts")});
      const { batchOf, SampleLog, FACTS } = await import(${url("../store-samples.ts")});
      const store = openSqliteStore(process.argv[1], { durability: "os", access: "own" });
      const samples = new SampleLog(store.highest());
      let payload = store.highest().payload;
      function write() {
        const value = { id: ++payload, value: '"' + "x".repeat(900) + '"' };
        const started = samples.run({ input: payload });
        const event = samples.event(started, { ...FACTS["run-started"], input: payload });
        void store.commit(batchOf({ runs: [{ ...started, startedAt: event.event.at }], events: [event], payloads: [value] }));
        setImmediate(write);
      }
      write();
      process.stdout.write("writing");`);
    for (let count = 0; count < 3; count++) {
      const made = await backupFile(file, join(folder, `backup-${count}.db`));
      expect(made.verified.problems).toEqual([]);
    }
    await end(owner, "SIGKILL");
    expect((await verifyFile(file)).problems).toEqual([]);
  });

  test("does not replace what is there, nor a log with --force", async () => {
    writeFileSync(backup, "earlier");
    await expect(backupFile(file, backup)).rejects.toMatchObject({
      code: "file-exists",
      hint: expect.stringContaining("--force"),
    });
    expect(readFileSync(backup, "utf8")).toBe("earlier");
    await backupFile(file, backup, { force: true });
    expect(eventsIn(backup)).toBe(1);
    const other = join(folder, "other.db");
    openSqliteStore(other, { durability: "os", access: "own" }).close();
    await expect(backupFile(file, other, { force: true })).rejects.toMatchObject({
      code: "file-exists",
      hint: expect.stringContaining("reeve restore"),
    });
    await expect(backupFile(file, file, { force: true })).rejects.toMatchObject({ code: "option-invalid" });
    await expect(backupFile(file, folder)).rejects.toMatchObject({ code: "option-invalid" });
  });

  test("tells how far it is", async () => {
    const payloads = Array.from({ length: 12_000 }, (_, index) => ({
      id: index + 2,
      value: `"${index}${"é".repeat(900)}"`,
    }));
    void store.commit(batchOf({ payloads }));
    const seen: number[] = [];
    await backupFile(file, backup, { onProgress: ({ remainingPages }) => seen.push(remainingPages) });
    expect(seen.length).toBeGreaterThan(1);
    expect(seen).toEqual(seen.toSorted((left, right) => right - left));
  });

  test("of a damaged log is refused and leaves nothing", async () => {
    store.close();
    const raw = new DatabaseSync(file);
    raw.exec("UPDATE payloads SET value = '\"out\"'");
    raw.close();
    await expect(backupFile(file, backup)).rejects.toMatchObject({
      code: "file-damaged",
      message: expect.stringContaining("payload 1"),
      hint: expect.stringContaining("reeve verify"),
    });
    expect(readdirSync(folder).filter((name) => name.startsWith("backup"))).toEqual([]);
  });

  test("of what is no log, or into a folder that is not there, says so", async () => {
    await expect(backupFile(join(folder, "missing.db"), backup)).rejects.toMatchObject({
      code: "storage-unavailable",
    });
    writeFileSync(join(folder, "diary.txt"), "Dear diary, ".repeat(100));
    await expect(backupFile(join(folder, "diary.txt"), backup)).rejects.toMatchObject({
      code: "file-not-reeve",
    });
    await expect(backupFile(file, join(folder, "no", "backup.db"))).rejects.toMatchObject({
      code: "storage-unavailable",
      hint: expect.stringContaining("folder"),
    });
  });

  test("what processes that were killed in the middle of it left is removed", async () => {
    const child = await startScript("process.stdout.write('here')");
    await end(child, "SIGKILL");
    const abandoned = [process.pid, child.pid].map((pid) => `backup.db.partial-${pid}`);
    for (const name of abandoned) writeFileSync(join(folder, name), "half");
    writeFileSync(join(folder, `backup.db.partial-${process.ppid}`), "at work");
    await backupFile(file, backup);
    const left = readdirSync(folder).filter((name) => name.includes(".partial-"));
    expect(left).toEqual([`backup.db.partial-${process.ppid}`]);
  });
});

describe("restore", () => {
  const clock = new ManualClock(Date.UTC(2026, 10, 21, 9, 30, 5));
  const aside = "log.db.replaced-20261121T093005Z";

  test("puts the backup in the log's place and keeps what was there, with its -wal", async () => {
    await backupFile(file, backup);
    go();
    store.close();
    // As a killed owner leaves it: the last events are in the -wal only.
    const owner = await startScript(`
      const { openSqliteStore } = await import(${url("./open-sqlite-store.ts")});
      openSqliteStore(process.argv[1], { durability: "os", access: "own" });
      process.stdin.resume();
      process.stdout.write("open");`);
    await end(owner, "SIGKILL");
    expect(existsSync(`${file}-wal`)).toBe(true);
    const restored = await restoreFile(backup, file, { clock });
    expect(restored).toMatchObject({ file, replaced: join(folder, aside), verified: { ok: true } });
    expect(readdirSync(folder).toSorted()).toEqual(
      ["backup.db", "log.db", "log.db-owner", aside, `${aside}-shm`, `${aside}-wal`].toSorted(),
    );
    expect(eventsIn(file)).toBe(1);
    expect(eventsIn(join(folder, aside))).toBe(2);
    expect(eventsIn(backup)).toBe(1);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    openSqliteStore(file, { durability: "os", access: "own" }).close();
    await restoreFile(backup, file, { clock });
    expect(existsSync(join(folder, `${aside}-2`))).toBe(true);
  });

  test("is refused while a process owns the log", async () => {
    await backupFile(file, backup);
    await expect(restoreFile(backup, file)).rejects.toMatchObject({
      code: "file-owned",
      hint: expect.any(String),
    });
    go();
    expect(eventsIn(file)).toBe(2);
  });

  test("a guest that still reads what was replaced does not touch what took its place", async () => {
    await backupFile(file, backup);
    const guest = openSqliteStore(file, { durability: "os", access: "guest" });
    store.close();
    await restoreFile(backup, file, { clock });
    store = openSqliteStore(file, { durability: "os", access: "own" });
    samples = new SampleLog();
    samples.event(run);
    go();
    expect(() => guest.putInbox({ kind: "cancel", run: run.id, reason: "", by: "" })).toThrow(
      expect.objectContaining({ code: "storage-unavailable", message: expect.stringContaining("replaced") }),
    );
    guest.close();
    expect(existsSync(`${file}-wal`)).toBe(true);
    expect((await verifyFile(file)).problems).toEqual([]);
    expect(eventsIn(file)).toBe(2);
  });

  test("of a backup that is not sound changes nothing", async () => {
    await backupFile(file, backup);
    store.close();
    const raw = new DatabaseSync(backup);
    raw.exec("UPDATE payloads SET value = '\"out\"'");
    raw.close();
    const before = readdirSync(folder).toSorted();
    await expect(restoreFile(backup, file)).rejects.toMatchObject({ code: "file-damaged" });
    expect(readdirSync(folder).toSorted()).toEqual(before);
    expect(eventsIn(file)).toBe(1);
  });

  test("a log that is damaged, empty or gone is replaced as well, and a lone -wal set aside", async () => {
    await backupFile(file, backup);
    store.close();
    for (const damage of ["", "not a database".repeat(1_000), undefined]) {
      if (damage === undefined) rmSync(file);
      else writeFileSync(file, damage);
      writeFileSync(`${file}-wal`, "left over");
      expect(() => openSqliteStore(file, { durability: "os", access: "own" })).toThrow(
        expect.objectContaining({ code: "file-damaged" }),
      );
      await restoreFile(backup, file, { clock });
      expect(existsSync(`${file}-wal`)).toBe(false);
      expect(eventsIn(file)).toBe(1);
      openSqliteStore(file, { durability: "os", access: "own" }).close();
    }
  });

  test("a backup of an earlier format is brought into the current one", async () => {
    const raw = new DatabaseSync(backup);
    raw.exec(`${LOG_TABLES} PRAGMA application_id = 1380271446; PRAGMA user_version = 1`);
    raw.close();
    store.close();
    expect(await restoreFile(backup, file, { clock })).toMatchObject({ verified: { ok: true, runs: 0 } });
    openSqliteStore(file, { durability: "os", access: "own" }).close();
  });

  test("to a new place makes a log there; a backup that is missing leaves no trace", async () => {
    await backupFile(file, backup);
    mkdirSync(join(folder, "new"));
    const there = join(folder, "new", "log.db");
    await expect(restoreFile(join(folder, "missing.db"), there)).rejects.toMatchObject({
      code: "storage-unavailable",
    });
    expect(readdirSync(join(folder, "new"))).toEqual([]);
    expect(await restoreFile(backup, there)).toMatchObject({ replaced: undefined });
    expect(eventsIn(there)).toBe(1);
    await expect(restoreFile(backup, backup)).rejects.toMatchObject({ code: "option-invalid" });
  });
});
