/**
 * Writes and syncs that fail, by the hand of strace: nothing that was acknowledged is lost, nothing runs twice, and the
 * same process goes on once the disk works again (E3, E13).
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { canTrace } from "../../../simulation/system-trace.ts";
import { isObject } from "../columns.ts";
import { openSqliteStore } from "../open-sqlite-store.ts";
import { verifyFile } from "../verify-file.ts";

const RUNS = 12;
const isTraceable = canTrace();

/** What the child said, such as `{ said: "ended", run, status, calls }`. */
type Line = Readonly<Record<string, unknown>>;

function linesOf(text: string): readonly Line[] {
  const values: readonly unknown[] = text
    .trim()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  return values.filter(isObject);
}

/** What fails, on which file, with what: every call from the first up to the last number. */
const faults: readonly (readonly [
  title: string,
  calls: string,
  ending: string,
  error: string,
  when: string,
])[] = [
  ["one sync of the write-ahead log", "fdatasync,fsync", "-wal", "EIO", "9"],
  ["three syncs of the write-ahead log in a row", "fdatasync,fsync", "-wal", "EIO", "9..11"],
  ["the first sync of the write-ahead log after it was opened", "fdatasync,fsync", "-wal", "EIO", "5"],
  ["a write into the write-ahead log", "pwrite64", "-wal", "EIO", "30..33"],
  ["a write into the write-ahead log for want of room", "pwrite64", "-wal", "ENOSPC", "30..33"],
  ["a sync of the file, after a failed one of the log", "fdatasync,fsync", "", "EIO", "1..2"],
];

const skipped = isTraceable ? "" : " (skipped: strace is not installed or may not trace)";

describe(`faults of the disk${skipped}`, { skip: !isTraceable }, () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "reeve-faults-"));
    file = join(folder, "log.db");
    openSqliteStore(file, { durability: "fsync", access: "own" }).close();
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function runWith(rules: readonly string[], path: string): { lines: readonly Line[]; trace: string } {
    const child = join(import.meta.dirname, "fixtures", "fault-child.ts");
    const output = join(folder, "trace");
    const options = ["-f", "-P", path, ...rules.flatMap((rule) => ["-e", rule]), "-o", output];
    const node = [process.execPath, "--conditions=source", child, file];
    const { status, stdout, stderr } = spawnSync("strace", [...options, ...node], { encoding: "utf8" });
    expect(status, stderr).toBe(0);
    return { lines: linesOf(stdout), trace: readFileSync(output, "utf8") };
  }

  test.each(faults)("%s", async (_title, calls, ending, error, when) => {
    const names = calls.split(",");
    const rules = [`trace=${calls}`, ...names.map((name) => `inject=${name}:error=${error}:when=${when}`)];
    const { lines, trace } = runWith(rules, `${file}${ending}`);
    expect(trace).toContain("(INJECTED)");
    const ended = lines.filter((line) => line["said"] === "ended");
    expect(ended).toEqual(
      Array.from({ length: RUNS }, (_, index) => ({
        said: "ended",
        run: `run-${index}`,
        status: "completed",
        calls: 1,
      })),
    );
    for (const report of lines.filter((line) => line["said"] === "report")) {
      expect(report).toMatchObject({
        what: "writing to the log fails; runs pause until it succeeds",
        code: "storage-unavailable",
        hint: expect.any(String),
      });
    }
    if (ending === "-wal") expect(lines.some((line) => line["said"] === "report")).toBe(true);
    expect(await verifyFile(file)).toMatchObject({ ok: true, problems: [], runs: RUNS });
  });

  test("after a failed sync nothing is written into the log before it was opened again", () => {
    const rules = [
      "trace=openat,fdatasync,fsync,pwrite64",
      "inject=fdatasync:error=EIO:when=9",
      "inject=fsync:error=EIO:when=9",
    ];
    const { trace } = runWith(rules, `${file}-wal`);
    const after = trace.slice(trace.indexOf("(INJECTED)"));
    expect(after.indexOf("openat(")).toBeGreaterThan(0);
    expect(after.indexOf("openat(")).toBeLessThan(after.indexOf("pwrite64("));
  });

  test("a sync that fails while the log is opened refuses it, and leaves it sound", async () => {
    const rules = [
      "trace=fdatasync,fsync",
      "inject=fdatasync:error=EIO:when=1",
      "inject=fsync:error=EIO:when=1",
    ];
    const { lines } = runWith(rules, `${file}-wal`);
    expect(lines).toEqual([
      expect.objectContaining({
        said: "refused",
        code: "storage-unavailable",
        hint: expect.stringContaining("disk errors"),
      }),
    ]);
    expect(await verifyFile(file)).toMatchObject({ ok: true, problems: [] });
  });
});
