import { chmodSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { examineFile } from "./examine-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-examine-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a log that does not exist yet is judged by its folder", () => {
  expect(examineFile(join(folder, "reeve.db")).map(({ level }) => level)).not.toContain("warning");
  const missing = join(folder, "missing");
  expect(examineFile(join(missing, "reeve.db"))).toEqual([
    { level: "problem", what: `there is no folder ${missing} for the log`, remedy: `mkdir -p ${missing}` },
  ]);
});

test.skipIf(process.platform === "win32")(
  "a log that others can read is a warning with the command that helps",
  () => {
    const file = join(folder, "reeve.db");
    writeFileSync(file, "", { mode: 0o600 });
    expect(examineFile(file).some(({ level }) => level === "warning")).toBe(false);
    chmodSync(file, 0o644);
    expect(examineFile(file)).toContainEqual({
      level: "warning",
      what: `${file} can be read by other users`,
      remedy: `chmod 600 ${file}`,
    });
  },
);

test("a write-ahead log that is not being checkpointed is a warning", () => {
  const file = join(folder, "reeve.db");
  writeFileSync(file, "", { mode: 0o600 });
  writeFileSync(`${file}-wal`, "");
  // Sparse: takes no room.
  truncateSync(`${file}-wal`, 300 * 1_024 * 1_024);
  expect(examineFile(file)).toContainEqual(
    expect.objectContaining({ level: "warning", what: `${file}-wal has 300 MiB` }),
  );
});
