/** What in a write-ahead log is damage, and what a write that a power cut interrupted (E14). */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { seededRandom } from "../../random.ts";
import { scanWal } from "./wal-scan.ts";

const HEADER = 32;
const FRAME = 24 + 4_096;
const COMMITS = 6;

let folder: string;
let file: string;
/** The log of `COMMITS` transactions, of several frames each. */
let wal: Buffer;
let frames: number;
/** Indexes of the frames that end a transaction. */
let ends: readonly number[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-wal-"));
  file = join(folder, "copy.db");
  writeLog(join(folder, "origin.db"), 1);
});

afterEach(() => rmSync(folder, { recursive: true }));

/** Fills `rounds` generations of one log, of which the last is shorter, and copies it as a killed process leaves it. */
function writeLog(origin: string, rounds: number): void {
  const database = new DatabaseSync(origin);
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE rows (id INTEGER PRIMARY KEY, value BLOB)");
  for (let round = rounds; round > 0; round--) {
    database.exec("PRAGMA wal_checkpoint(RESTART)");
    for (let count = 0; count < COMMITS * round; count++) {
      database.prepare("INSERT INTO rows (value) VALUES (randomblob(9000))").run();
    }
  }
  copyFileSync(origin, file);
  copyFileSync(`${origin}-wal`, `${file}-wal`);
  database.close();
  wal = readFileSync(`${file}-wal`);
  const salts = wal.subarray(16, 24);
  const all = Array.from({ length: (wal.length - HEADER) / FRAME }, (_, index) => index);
  const own = all.filter((index) => at(index, 8, 16).equals(salts));
  frames = own.length;
  ends = own.filter((index) => at(index, 4, 8).readUInt32BE() !== 0);
}

/** Bytes of a frame. */
function at(index: number, from: number, to: number): Buffer {
  return wal.subarray(HEADER + index * FRAME + from, HEADER + index * FRAME + to);
}

function scanned(change: (bytes: Buffer) => void): string | undefined {
  const bytes = Buffer.from(wal);
  change(bytes);
  writeFileSync(`${file}-wal`, bytes);
  return scanWal(file).damage;
}

/** How many rows SQLite finds. */
function rowsIn(name: string): number {
  const database = new DatabaseSync(name);
  try {
    return Number(database.prepare("SELECT count(*) AS count FROM rows").get()?.["count"]);
  } finally {
    database.close();
  }
}

function flip(bytes: Buffer, offset: number): void {
  bytes[offset] = (bytes[offset] ?? 0) ^ 0x10;
}

describe("what is whole", () => {
  test("no log, an empty one, and one that was written", () => {
    expect(scanWal(join(folder, "missing.db"))).toEqual({ frames: 0, damage: undefined });
    expect(scanWal(file)).toEqual({ frames, damage: undefined });
    writeFileSync(`${file}-wal`, "");
    expect(scanWal(file)).toEqual({ frames: 0, damage: undefined });
  });

  test("a log used again, with frames of an earlier round behind its end", () => {
    rmSync(folder, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), "reeve-wal-"));
    file = join(folder, "copy.db");
    writeLog(join(folder, "origin.db"), 3);
    expect(wal.length).toBeGreaterThan(HEADER + 2 * frames * FRAME);
    expect(scanWal(file)).toEqual({ frames, damage: undefined });
  });

  test("a log cut off anywhere: what remains has no gap", () => {
    const random = seededRandom(7);
    for (let count = 0; count < 40; count++) {
      const size = Math.floor(random.next() * wal.length);
      copyFileSync(join(folder, "origin.db"), file);
      writeFileSync(`${file}-wal`, wal.subarray(0, size));
      const whole = ends.filter((end) => HEADER + (end + 1) * FRAME <= size);
      expect(scanWal(file), `cut at ${size}`).toEqual({
        frames: (whole.at(-1) ?? -1) + 1,
        damage: undefined,
      });
    }
  });

  test.each(["zeros", "what was there before"])(
    "a last transaction of which some sectors still hold %s",
    (kind) => {
      const before = Buffer.alloc(wal.length, kind === "zeros" ? 0 : 0x5a);
      const first = (ends.at(-2) ?? 0) + 1;
      for (let offset = HEADER + first * FRAME; offset < wal.length; offset += 512) {
        // The frame before shares a sector with the first one, and is on disk.
        const from = Math.max(Math.floor(offset / 512) * 512, HEADER + first * FRAME);
        const damage = scanned((bytes) => before.copy(bytes, from, from, Math.ceil((from + 1) / 512) * 512));
        expect(damage, `sector at ${from}`).toBeUndefined();
      }
    },
  );
});

describe("what is damage", () => {
  test("one changed byte, wherever it stands", () => {
    const random = seededRandom(11);
    for (let index = 0; index < frames; index++) {
      for (let count = 0; count < 8; count++) {
        const inFrame = count < 3 ? Math.floor(random.next() * 24) : Math.floor(random.next() * FRAME);
        const damage = scanned((bytes) => flip(bytes, HEADER + index * FRAME + inFrame));
        expect(damage, `byte ${inFrame} of frame ${index}`).toContain(`frame ${index + 1} `);
      }
    }
  });

  test("a hole before a later transaction, whatever is in it", () => {
    const end = ends.at(-3) ?? 0;
    for (const fill of [0, 0xff]) {
      const damage = scanned((bytes) => bytes.fill(fill, HEADER + end * FRAME, HEADER + (end + 1) * FRAME));
      expect(damage).toMatch(new RegExp(`^frame ${end + 1} .*later transactions follow it`));
    }
  });

  test("a header that is not one: SQLite would take all frames for nothing", () => {
    for (const offset of [0, 3, 8, 17, 21, 25, 31]) {
      expect(scanned((bytes) => flip(bytes, offset))).toContain("header");
    }
    expect(rowsIn(file)).toBeLessThan(COMMITS);
  });
});

test("SQLite itself opens a log with a bad frame, and drops what follows", () => {
  expect(scanned((bytes) => flip(bytes, HEADER + 2 * FRAME + 100))).toBeDefined();
  expect(rowsIn(file)).toBeLessThan(COMMITS);
});

test("a scan beside a process that writes finds nothing", () => {
  const database = new DatabaseSync(join(folder, "busy.db"));
  database.exec("PRAGMA journal_mode = WAL; CREATE TABLE rows (id INTEGER PRIMARY KEY, value BLOB)");
  for (let count = 0; count < 50; count++) {
    database.prepare("INSERT INTO rows (value) VALUES (randomblob(9000))").run();
    if (count % 20 === 19) database.exec("PRAGMA wal_checkpoint(RESTART)");
    expect(scanWal(join(folder, "busy.db")).damage).toBeUndefined();
  }
  database.close();
});

test("a header alone is the beginning of a log", () => {
  truncateSync(`${file}-wal`, HEADER);
  expect(scanWal(file)).toEqual({ frames: 0, damage: undefined });
});
