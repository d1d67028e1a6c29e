import {
  appendFileSync,
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
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ManualClock } from "../../clock.ts";
import { runArchive } from "./run-archive.ts";

const DAY_MS = 86_400_000;

let parent: string;
let folder: string;
let clock: ManualClock;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "reeve-archive-"));
  folder = join(parent, "runs", "old");
  clock = new ManualClock(Date.UTC(2026, 1, 28, 23, 59));
});

afterEach(() => rmSync(parent, { recursive: true }));

function fileOf(day: string): string {
  return join(folder, `${day}.jsonl.gz`);
}

function linesOf(day: string): readonly string[] {
  return gunzipSync(readFileSync(fileOf(day)))
    .toString()
    .split("\n")
    .slice(0, -1);
}

test("lines are appended to the file of the day, which only its user may read", async () => {
  const archive = runArchive(folder, clock);
  await archive(["1", "2"]);
  await archive(["né 📦"]);
  clock.advance(DAY_MS);
  await archive(["3"]);
  expect(readdirSync(folder)).toEqual(["2026-02-28.jsonl.gz", "2026-03-01.jsonl.gz"]);
  expect(linesOf("2026-02-28")).toEqual(["1", "2", "né 📦"]);
  expect(linesOf("2026-03-01")).toEqual(["3"]);
  expect(statSync(fileOf("2026-02-28")).mode & 0o777).toBe(0o600);
});

test("another process goes on after what was written", async () => {
  await runArchive(folder, clock)(["1"]);
  await runArchive(folder, clock)(["2"]);
  expect(linesOf("2026-02-28")).toEqual(["1", "2"]);
});

test("a write that was cut short anywhere is cut off, and nothing before it is lost", async () => {
  await runArchive(folder, clock)(["1"]);
  const whole = statSync(fileOf("2026-02-28")).size;
  await runArchive(folder, clock)(["2"]);
  const { size } = statSync(fileOf("2026-02-28"));
  for (let length = size; length >= whole; length--) {
    truncateSync(fileOf("2026-02-28"), length);
    await runArchive(folder, clock)(["3"]);
    const kept = length === size ? ["1", "2", "3"] : ["1", "3"];
    expect(linesOf("2026-02-28")).toEqual(kept);
    truncateSync(fileOf("2026-02-28"), whole);
    await runArchive(folder, clock)(["2"]);
  }
});

test("zeros that a power cut left at the end, also in the middle of the last write, are cut off", async () => {
  await runArchive(folder, clock)(["1"]);
  const whole = statSync(fileOf("2026-02-28")).size;
  appendFileSync(fileOf("2026-02-28"), Buffer.alloc(4_096));
  await runArchive(folder, clock)(["2"]);
  expect(linesOf("2026-02-28")).toEqual(["1", "2"]);
  const bytes = readFileSync(fileOf("2026-02-28"));
  writeFileSync(fileOf("2026-02-28"), bytes.fill(0, whole + 22));
  await runArchive(folder, clock)(["3"]);
  expect(linesOf("2026-02-28")).toEqual(["1", "3"]);
});

test("a file of somebody else's is refused and left as it is", async () => {
  await runArchive(folder, clock)(["1"]);
  writeFileSync(fileOf("2026-02-28"), "Dear diary");
  await expect(runArchive(folder, clock)(["2"])).rejects.toMatchObject({
    code: "storage-unavailable",
    retryable: true,
    hint: expect.stringContaining("one log"),
  });
  expect(readFileSync(fileOf("2026-02-28"), "utf8")).toBe("Dear diary");
});

test("a folder that can't be made is refused by name", async () => {
  writeFileSync(join(parent, "file"), "");
  await expect(runArchive(join(parent, "file"), clock)(["1"])).rejects.toMatchObject({
    code: "storage-unavailable",
    message: expect.stringContaining(join(parent, "file")),
  });
});
