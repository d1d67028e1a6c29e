import { mkdtemp, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRuntime } from "../../runtime.ts";
import { logOwner } from "./log-owner.ts";
import { sqliteEngine } from "./sqlite-engine.ts";

test("a log names the process that owns it, while one does", async () => {
  const folder = await mkdtemp(join(tmpdir(), "reeve-owner-"));
  const file = join(folder, "log.db");
  expect(logOwner(file)).toBeUndefined();
  const runtime = await createRuntime({ patterns: [], engine: sqliteEngine(file) });
  expect(logOwner(file)).toEqual({
    pid: process.pid,
    host: hostname(),
    since: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
  });
  await runtime.close();
  expect(logOwner(file)).toBeUndefined();
  await rm(folder, { recursive: true });
});
