import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ManualClock } from "../../clock.ts";
import { makeFile } from "./make-file.ts";
import { SpareThread, UNUSED_MS } from "./spare-thread.ts";
import { WriterThread } from "./writer-thread.ts";

let folder: string;
let file: string;
let clock: ManualClock;
let isNeeded: boolean;
let spare: SpareThread;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-spare-"));
  file = join(folder, "log.db");
  makeFile(file);
  clock = new ManualClock();
  isNeeded = false;
  const start = (): WriterThread => new WriterThread(file, "os", 1_000);
  spare = new SpareThread({ clock, start, isNeeded: () => isNeeded });
});

afterEach(() => {
  spare.close();
  rmSync(folder, { recursive: true });
});

async function started(): Promise<WriterThread> {
  for (;;) {
    const thread = spare.ready();
    if (thread) return thread;
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}

test("a thread that nobody has used for a while is closed, and another one starts when it is needed", async () => {
  const first = await started();
  clock.advance(UNUSED_MS);
  expect(spare.current).toBe(first);
  expect(spare.ready()).toBe(first);
  clock.advance(UNUSED_MS);
  expect(spare.current).toBe(first);
  clock.advance(UNUSED_MS);
  expect(spare.current).toBeUndefined();
  await expect(first.checkpoint()).rejects.toThrow("closed");
  const second = await started();
  expect(second).not.toBe(first);
  await second.checkpoint();
});

test("a thread that has something to do, or that somebody counts on, is not closed", async () => {
  const thread = await started();
  const asked = thread.checkpoint();
  clock.advance(4 * UNUSED_MS);
  expect(spare.current).toBe(thread);
  await asked;
  isNeeded = true;
  clock.advance(4 * UNUSED_MS);
  expect(spare.current).toBe(thread);
  isNeeded = false;
  clock.advance(UNUSED_MS);
  expect(spare.current).toBeUndefined();
});

test("once all is closed, a thread that was closed for want of use has left the file alone", async () => {
  const thread = await started();
  await thread.checkpoint();
  expect(existsSync(`${file}-wal`)).toBe(true);
  clock.advance(2 * UNUSED_MS);
  expect(spare.current).toBeUndefined();
  spare.close();
  expect(existsSync(`${file}-wal`)).toBe(false);
});
