/** The tests run on the packages' sources, not on what was built last, and so does what they start. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, test } from "vitest";

const sources = join(import.meta.dirname, "..", "packages", "reeve", "src", "index.ts");
let folder = "";
let script = "";

beforeAll(() => {
  // Below the repository, where `reeve` can be resolved.
  folder = mkdtempSync(join(import.meta.dirname, "..", "node_modules", ".reeve-condition-"));
  script = join(folder, "resolve.cjs");
  writeFileSync(
    script,
    `const found = require.resolve("reeve");
     const { parentPort } = require("node:worker_threads");
     if (parentPort) parentPort.postMessage(found); else process.send(found);`,
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("a test resolves packages to sources", () => {
  expect(createRequire(import.meta.url).resolve("reeve")).toBe(sources);
});

test("a forked process resolves packages to sources", async () => {
  const child = fork(script);
  const [found]: unknown[] = await once(child, "message");
  expect(found).toBe(sources);
  child.disconnect();
  await once(child, "exit");
});

test("a worker thread resolves packages to sources", async () => {
  const worker = new Worker(script);
  const [found]: unknown[] = await once(worker, "message");
  expect(found).toBe(sources);
  await worker.terminate();
});
