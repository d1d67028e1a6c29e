import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keysInFile, parseKeys } from "./keys.ts";

const first = Buffer.alloc(32, 1);
const second = Buffer.alloc(32, 2);
let folder = "";
let file = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-keys-"));
  file = join(folder, "log.db.key");
});

afterEach(() => rmSync(folder, { recursive: true }));

test("a key is 32 bytes in base64, base64url or hexadecimal digits, or a passphrase", () => {
  for (const text of [first.toString("base64"), first.toString("base64url"), first.toString("hex")]) {
    expect(parseKeys(` ${text}\n`, "key").map(({ bytes }) => bytes)).toEqual([first]);
  }
  const [passphrase] = parseKeys("correct horse battery staple", "key");
  expect(passphrase?.bytes).toHaveLength(32);
  expect(() => parseKeys("too short", "REEVE_KEY")).toThrow(
    expect.objectContaining({ code: "option-invalid", message: expect.not.stringContaining("too short") }),
  );
});

test("the first key of a file seals, all of them open", () => {
  writeFileSync(file, `${second.toString("base64")}\n${first.toString("base64")}\n`, { mode: 0o600 });
  const keys = keysInFile(file, undefined);
  const [old] = parseKeys(first.toString("hex"), "key");
  expect(keys.sealing().bytes).toEqual(second);
  expect(keys.opening(old?.id ?? "")?.bytes).toEqual(first);
});

test("a given key seals, and those of the file still open", () => {
  writeFileSync(file, first.toString("base64"));
  chmodSync(file, 0o644);
  const [old] = parseKeys(first.toString("hex"), "key");
  const keys = keysInFile(file, second.toString("base64"));
  expect(keys.sealing().bytes).toEqual(second);
  expect(keys.opening(old?.id ?? "")?.bytes).toEqual(first);
  expect(statSync(file).mode & 0o777, "a key file that others may read is closed to them").toBe(0o600);
});

test("two processes that need the file at the same time use one key", () => {
  const [one, other] = [keysInFile(file, undefined), keysInFile(file, undefined)];
  expect([one.exists(), other.exists()]).toEqual([false, false]);
  expect(one.sealing().id).toBe(other.sealing().id);
  expect(readFileSync(file, "utf8")).toMatch(/^[\w+/]{43}=\n$/);
});

test("a file that can't be made or read is an error that says which", () => {
  expect(() => keysInFile(join(folder, "gone", "log.key"), undefined).sealing()).toThrow(
    expect.objectContaining({
      code: "secret-key-missing",
      message: expect.stringContaining("can't be made"),
    }),
  );
  mkdirSync(file);
  expect(() => keysInFile(file, undefined).sealing()).toThrow(
    expect.objectContaining({
      code: "secret-key-missing",
      message: expect.stringContaining("can't be read"),
    }),
  );
});
