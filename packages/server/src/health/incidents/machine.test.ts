/** Incidents: the process, its disk or what it talks to. The sentence names cause, since when and repair. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agent, approval, memoryEngine, sequential, sqliteEngine } from "@reeve/core";
import { FaultyDisk, ManualClock } from "@reeve/core/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { exportTraces } from "../../telemetry/export-traces.ts";
import { found, incident, START } from "./incident.ts";

const WAIT = { timeout: 60_000 };
const work = agent("work", { run: () => 1 });
const orders = sequential("orders", { steps: [work] });
const fail = agent("fail", {
  retry: { attempts: 1 },
  run: () => {
    throw new Error("declined");
  },
});
const breaks = sequential("breaks", { steps: [fail] });

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-incident-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test("a full disk: nothing can be written, and the sentence says so until there is room", async () => {
  const disk = new FaultyDisk();
  const clock = new ManualClock(START);
  await using it = await incident(
    { patterns: [orders], engine: disk.engine({ clock }), telemetry: false },
    clock,
  );
  await it.work("orders");
  disk.fill();
  const run = it.runtime.start("orders", 0, { id: "r1" });
  await vi.waitFor(async () => {
    clock.advance(1_000);
    expect(found(await it.health(), "storage-refused")?.sentence).toMatch(
      /^The log can't be written since 12:\d\d UTC: .+; make room, or make the file writable: runs pause meanwhile and nothing is lost$/,
    );
  }, WAIT);
  disk.free();
  clock.advance(60_000);
  await (await run).outcome();
  await vi.waitFor(async () => {
    clock.advance(1_000);
    expect(found(await it.health(), "storage-refused")).toBeUndefined();
  }, WAIT);
});

test("a disk that fills up: the sentence says how much is free before there is none", async () => {
  const clock = new ManualClock(START);
  const engine = sqliteEngine(join(folder, "log.db"), { clock });
  // More than any disk has.
  await using it = await incident({ patterns: [orders], engine, alerts: { diskFreeBytes: 1e18 } }, clock);
  expect((await it.shows("disk-low")).sentence).toMatch(
    /^[\d.]+ [MG]B are free for the log; below 1000000000 GB there may soon be none, since 12:0\d UTC; make room on the disk of the log, or have retention remove ended runs/,
  );
});

test("the event loop was blocked: the sentence says for how long, and what helps", async () => {
  await using it = await incident({ patterns: [orders], alerts: { loopBlockedMs: 50 } });
  await vi.waitFor(async () => {
    // The platform measures from its first look on, anew after each sample; it looks twenty times a second.
    await new Promise((resolve) => setTimeout(resolve, 150));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await it.pass(0.5);
    expect(found(await it.health(), "loop-blocked")?.sentence).toMatch(
      /^the event loop was blocked for .+ at most in the last minute; 50 ms are too long, since 12:\d\d UTC; move work that takes the processor's time to a workerAgent/,
    );
  }, WAIT);
});

test("memory runs out: the sentence says how much is taken up and allowed", async () => {
  const thresholds = [{ name: "memory", residentBytes: 1e6, severity: "page" }] as const;
  await using it = await incident({ patterns: [orders], alerts: { thresholds } });
  expect(await it.shows("threshold-passed")).toMatchObject({
    level: "failing",
    sentence: expect.stringMatching(
      /^the process takes up [\d.]+ [MG]B of memory; 1 MB are allowed, since 12:0\d UTC; see what takes it up/,
    ),
  });
});

test("nobody receives what is exported: the sentence says how far behind it is", async () => {
  const clock = new ManualClock(START);
  await using it = await incident({ patterns: [breaks], engine: memoryEngine({ clock }) }, clock);
  const url = `http://127.0.0.1:${await closedPort()}/v1/traces`;
  const traces = exportTraces(it.runtime, { url, name: "jaeger" });
  try {
    await it.work("breaks");
    expect((await it.shows("export-behind")).sentence).toMatch(
      /^the export of jaeger is [\d.]+ \w+ behind the log; 5 min are too long, since 12:\d\d UTC; start its receiver, or correct its address; nothing is lost/,
    );
  } finally {
    await traces.close();
  }
  await it.isOver("export-behind");
});

test("a version is gone: the sentence names the pattern of the stranded run, and the version", async () => {
  const file = join(folder, "stranded.db");
  const asks = sequential("asks", { version: "1", steps: [approval("ok")] });
  const first = new ManualClock(START);
  {
    await using before = await incident(
      { patterns: [asks], engine: sqliteEngine(file, { clock: first }) },
      first,
    );
    await before.runtime.start("asks", 0, { id: "r1" });
    await before.reaches("r1", "wait-started");
  }
  const clock = new ManualClock(START + 60_000);
  await using it = await incident({ patterns: [], engine: sqliteEngine(file, { clock }) }, clock);
  await vi.waitFor(async () => {
    expect(found(await it.health(), "stranded")?.sentence).toMatch(
      /^A run is stranded in asks since 12:01 UTC: .*version '?1'?.*; register the version of the pattern that they began with, or cancel them/,
    );
  }, WAIT);
});

/** A port at which nobody listens. */
function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
