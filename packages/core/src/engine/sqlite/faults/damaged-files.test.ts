/**
 * E14 on files as disks and people damage them: cut off, overwritten, flipped, emptied. Opening and reading either
 * works and loses nothing, or is refused with a code and a hint; the process lives on.
 */
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ReeveError } from "../../../errors.ts";
import { batchOf, FACTS, SampleLog } from "../../store-samples.ts";
import { openSqliteStore } from "../open-sqlite-store.ts";
import { verifyFile } from "../verify-file.ts";

const RUNS = 40;
const PAGE = 4_096;

let origin: string;
let folder: string;
let file: string;

/** A log whose file holds the first half of its runs, and whose -wal the second, as a killed owner leaves it. */
beforeAll(() => {
  origin = mkdtempSync(join(tmpdir(), "reeve-damaged-"));
  const made = join(origin, "made.db");
  const samples = new SampleLog();
  const write = (count: number): void => {
    for (let index = 0; index < count; index++) {
      const payload = samples.payload(`"${index} ${"wörter ".repeat(100)}"`);
      const run = samples.run({ input: payload.id });
      const started = samples.event(run, { ...FACTS["run-started"], input: payload.id });
      void store.commit(
        batchOf({ runs: [{ ...run, startedAt: started.event.at }], events: [started], payloads: [payload] }),
      );
    }
  };
  let store = openSqliteStore(made, { durability: "fsync", access: "own" });
  write(RUNS / 2);
  store.close();
  store = openSqliteStore(made, { durability: "fsync", access: "own" });
  write(RUNS / 2);
  for (const ending of ["", "-wal", "-shm"])
    copyFileSync(`${made}${ending}`, join(origin, `log.db${ending}`));
  writeFileSync(join(origin, "log.db-owner"), "");
  store.close();
});

afterAll(() => rmSync(origin, { recursive: true }));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-damaged-"));
  file = join(folder, "log.db");
  for (const ending of ["", "-wal", "-shm", "-owner"])
    copyFileSync(join(origin, `log.db${ending}`), `${file}${ending}`);
});

afterEach(() => rmSync(folder, { recursive: true }));

interface Read {
  readonly runs: number;
  readonly payloads: number;
}

/** Opens the log and reads all of it; the refusal, if there is one. */
function readAll(): Read | ReeveError {
  try {
    const store = openSqliteStore(file, { durability: "os", access: "own" });
    try {
      const { payload } = store.highest();
      for (let id = 1; id <= payload; id++) store.payload(id);
      return { runs: store.eventsAfter(0, 1_000).length, payloads: payload };
    } finally {
      store.close();
    }
  } catch (error) {
    if (error instanceof ReeveError) return error;
    throw error;
  }
}

const damaged = (): unknown =>
  expect.objectContaining({ code: "file-damaged", hint: expect.stringMatching(/backup/) });
const whole: Read = { runs: RUNS, payloads: RUNS };

function flip(name: string, offset: number): void {
  const bytes = readFileSync(name);
  bytes[offset] = (bytes[offset] ?? 0) ^ 0x01;
  writeFileSync(name, bytes);
}

describe("the write-ahead log", () => {
  test("whole, it is read to its end", () => {
    expect(readAll()).toEqual(whole);
  });

  test("one flipped byte is refused, wherever it is, and the files stay as they were", () => {
    const size = statSync(`${file}-wal`).size;
    for (let offset = 16; offset < size; offset += Math.floor(size / 25)) {
      copyFileSync(join(origin, "log.db-wal"), `${file}-wal`);
      flip(`${file}-wal`, offset);
      const before = readFileSync(`${file}-wal`);
      expect(readAll(), `byte ${offset}`).toEqual(damaged());
      expect(readFileSync(`${file}-wal`).equals(before)).toBe(true);
      expect(() => openSqliteStore(file, { durability: "os", access: "guest" })).toThrow(
        expect.objectContaining({ code: "file-damaged" }),
      );
    }
  });

  test("cut off, a prefix without a gap remains", async () => {
    const size = statSync(`${file}-wal`).size;
    const read: number[] = [];
    for (let part = 1; part < 8; part++) {
      for (const ending of ["", "-wal"]) copyFileSync(join(origin, `log.db${ending}`), `${file}${ending}`);
      truncateSync(`${file}-wal`, Math.floor((size * part) / 8));
      const { problems, runs } = await verifyFile(file);
      expect(problems).toEqual([]);
      expect(readAll()).toEqual({ runs, payloads: runs });
      read.push(runs);
    }
    expect(read).toEqual(read.toSorted((left, right) => left - right));
    expect(read[0]).toBeGreaterThanOrEqual(RUNS / 2);
  });

  test("garbage in the -shm is of no consequence", () => {
    writeFileSync(`${file}-shm`, Buffer.alloc(32_768, 0xa5));
    expect(readAll()).toEqual(whole);
    writeFileSync(`${file}-shm`, "x");
    expect(readAll()).toEqual(whole);
  });
});

describe("the file", () => {
  /** As a closed log is: everything in the file. */
  beforeEach(() => void readAll());

  test("one flipped byte is refused when it is read, or changes nothing that is read", async () => {
    const bytes = readFileSync(file);
    let refused = 0;
    for (let offset = 0; offset < bytes.length; offset += 997) {
      writeFileSync(file, bytes);
      flip(file, offset);
      const read = readAll();
      if (read instanceof ReeveError) {
        refused++;
        expect(["file-damaged", "file-too-new"], `byte ${offset}: ${read.message}`).toContain(read.code);
        expect(read.hint, `byte ${offset}`).toMatch(/backup|Update/);
      } else {
        expect(read, `byte ${offset}`).toEqual(whole);
      }
    }
    expect(refused).toBeGreaterThan(10);
  });

  test("a header that is not one is damage where a log was, whatever byte of it", () => {
    const bytes = readFileSync(file);
    for (const offset of [0, 5, 15, 16, 17, 18, 21, 22, 23, 68, 71]) {
      writeFileSync(file, bytes);
      // The largest change: a flipped bit can give another value that is allowed.
      const changed = Buffer.from(bytes);
      changed[offset] = 0xff - (changed[offset] ?? 0);
      writeFileSync(file, changed);
      expect(readAll(), `byte ${offset}`).toEqual(damaged());
      expect(readdirSync(folder)).toContain("log.db-owner");
    }
  });

  test("cut off, it is refused", () => {
    const size = statSync(file).size;
    for (const kept of [size - 1, size - PAGE, size - 3 * PAGE, size / 2, PAGE, 100, 1]) {
      const bytes = readFileSync(join(folder, "log.db"));
      truncateSync(file, Math.floor(kept));
      expect(readAll(), `${kept} of ${size} bytes`).toEqual(damaged());
      writeFileSync(file, bytes);
    }
  });

  test("empty, it is refused and not begun anew", () => {
    writeFileSync(file, "");
    expect(readAll()).toEqual(damaged());
    expect(statSync(file).size).toBe(0);
    expect(() => openSqliteStore(file, { durability: "os", access: "guest" })).toThrow(
      expect.objectContaining({ code: "file-damaged" }),
    );
  });
});

test("a -wal whose file is gone, or empty, is kept", () => {
  const wal = readFileSync(`${file}-wal`);
  rmSync(file);
  expect(readAll()).toEqual(damaged());
  writeFileSync(file, "");
  expect(readAll()).toEqual(damaged());
  expect(readFileSync(`${file}-wal`).equals(wal)).toBe(true);
});
