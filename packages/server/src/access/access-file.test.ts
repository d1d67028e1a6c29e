/** A folder that is not there stands for one that can't be written to, which root could. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createToken } from "../index.ts";
import { accessFileOf, isWritableBeside, keptAccessOf, openAccess } from "./access-file.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-access-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("access is kept beside a log where that can be written, or is there already", () => {
  const log = join(folder, "log.db");
  expect(isWritableBeside(log)).toBe(true);
  expect(keptAccessOf(log)).toBe(accessFileOf(log));
  const elsewhere = join(folder, "gone", "log.db");
  expect(isWritableBeside(elsewhere)).toBe(false);
  expect(keptAccessOf(elsewhere)).toBeUndefined();
});

test("access that can't be kept is an error with a name, the file and the reason", () => {
  const log = join(folder, "gone", "log.db");
  const refused = expect.objectContaining({
    code: "storage-unavailable",
    message: expect.stringMatching(/log\.db\.access can't be written: ENOENT/),
  });
  expect(() => openAccess(accessFileOf(log))).toThrow(refused);
  expect(() => createToken(log, { name: "ci", scope: "read" })).toThrow(refused);
});
