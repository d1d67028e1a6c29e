/** E13 on files and folders that this user may only read, or not even that. Root may everything, so a child is nobody. */
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../../store.ts";
import { batchOf, SampleLog } from "../../store-samples.ts";
import { isObject } from "../columns.ts";
import { openSqliteStore } from "../open-sqlite-store.ts";
import { verifyFile } from "../verify-file.ts";
import { mountSmallDisk, whyNoSmallDisk } from "./fixtures/small-disk.ts";

const NOBODY = 65_534;

const isRoot = process.getuid?.() === 0;
/** Whether a process of nobody can load the sources. */
const canBeNobody = isRoot && openAs("/nonexistent/log.db", "own")["code"] === "storage-unavailable";

/** What the child said: how many events it read, or code, message and hint. */
type Said = Readonly<Record<string, unknown>>;

function openAs(file: string, access: "own" | "guest"): Said {
  const child = join(import.meta.dirname, "fixtures", "open-child.ts");
  const { stdout } = spawnSync(process.execPath, ["--conditions=source", child, file, access], {
    encoding: "utf8",
    cwd: tmpdir(),
    ...(isRoot && { uid: NOBODY, gid: NOBODY }),
  });
  const said: unknown = stdout ? JSON.parse(stdout) : undefined;
  return isObject(said) ? said : {};
}

const reason = canBeNobody ? "" : " (skipped: only root can start a process as nobody)";

describe(`without the right to write${reason}`, { skip: !canBeNobody }, () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "reeve-readonly-"));
    chownSync(folder, NOBODY, NOBODY);
    file = join(folder, "log.db");
    const store = openSqliteStore(file, { durability: "fsync", access: "own" });
    const samples = new SampleLog();
    const run = samples.run();
    void store.commit(batchOf({ runs: [run], events: [samples.event(run)] }));
    store.close();
    for (const name of readdirSync(folder)) chownSync(join(folder, name), NOBODY, NOBODY);
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function expectRefused(said: Said): void {
    expect(said).toMatchObject({
      code: "storage-unavailable",
      message: expect.stringContaining(folder),
      hint: expect.stringMatching(/writ/),
    });
  }

  test("with the rights it needs, nobody opens the log", () => {
    expect(openAs(file, "own")).toEqual({ events: 1 });
  });

  test("a file that may only be read is refused to an owner and leaves nothing behind", () => {
    const before = readFileSync(file);
    chmodSync(file, 0o400);
    expectRefused(openAs(file, "own"));
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(folder).toSorted()).toEqual(["log.db", "log.db-owner"]);
    chmodSync(file, 0o600);
    expect(openAs(file, "own")).toEqual({ events: 1 });
  });

  test("a folder that may only be read is refused", () => {
    chmodSync(folder, 0o500);
    expectRefused(openAs(file, "own"));
    rmSync(`${file}-owner`);
    expectRefused(openAs(file, "own"));
    expect(readdirSync(folder)).toEqual(["log.db"]);
  });

  test("a new log in a folder that may only be read is refused and leaves nothing", () => {
    const closed = join(folder, "closed");
    mkdirSync(closed, { mode: 0o555 });
    expectRefused(openAs(join(closed, "log.db"), "own"));
    expect(readdirSync(closed)).toEqual([]);
  });

  test("a log that was closed can be looked at in a folder that may only be read, and nothing is left there", () => {
    chmodSync(folder, 0o500);
    chmodSync(file, 0o400);
    expect(openAs(file, "guest")).toEqual({ events: 1 });
    expect(readdirSync(folder).toSorted()).toEqual(["log.db", "log.db-owner"]);
  });

  test("a log that was left open says so in a folder that may only be read, and what helps", () => {
    const store = openSqliteStore(file, { durability: "fsync", access: "own" });
    const samples = new SampleLog();
    samples.run();
    void store.commit(batchOf({ runs: [samples.run()] }));
    const left = join(folder, "left");
    mkdirSync(left);
    for (const name of ["log.db", "log.db-wal"]) {
      copyFileSync(join(folder, name), join(left, name));
      chownSync(join(left, name), NOBODY, NOBODY);
    }
    store.close();
    chmodSync(left, 0o555);
    expectRefused(openAs(join(left, "log.db"), "guest"));
    expect(openAs(join(left, "log.db"), "guest")).toMatchObject({
      message: expect.stringContaining("was not closed"),
      hint: expect.stringContaining("Copy both files"),
    });
    chmodSync(left, 0o755);
    chownSync(left, NOBODY, NOBODY);
    expect(openAs(join(left, "log.db"), "guest")).toEqual({ events: 1 });
  });

  test("a file of somebody else that may not be read says so", () => {
    for (const name of readdirSync(folder)) chownSync(join(folder, name), 0, 0);
    expectRefused(openAs(file, "own"));
    expectRefused(openAs(file, "guest"));
  });

  test("a lock of somebody else beside a file of one's own says so", () => {
    chownSync(`${file}-owner`, 0, 0);
    expectRefused(openAs(file, "own"));
  });
});

const noDisk = whyNoSmallDisk();

describe(
  `a disk that is mounted for reading${noDisk === undefined ? "" : ` (skipped: ${noDisk})`}`,
  {
    skip: noDisk !== undefined,
  },
  () => {
    test("a log on it is read and verified, and once it is written to again, readers are told", async () => {
      using disk = mountSmallDisk(8 * 1_048_576);
      const file = join(disk.folder, "log.db");
      const open = (access: "own" | "guest"): Store => openSqliteStore(file, { durability: "os", access });
      const samples = new SampleLog();
      const run = samples.run();
      const owner = open("own");
      await owner.commit(batchOf({ runs: [run], events: [samples.event(run)] }));
      owner.close();
      disk.remount("ro");
      const guest = open("guest");
      expect(guest.eventsAfter(0, 100)).toHaveLength(1);
      expect(guest.foreignWrite()).toBe(false);
      expect(await verifyFile(file)).toMatchObject({ runs: 1, events: 1 });
      disk.remount("rw");
      const again = open("own");
      expect(() => guest.foreignWrite()).toThrow("was opened as a log that nobody writes to");
      again.close();
      guest.close();
    });
  },
);
