/** E13 on a real disk that is full: runs pause with one clear report, go on when there is room, and nothing is lost. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { agent } from "../../../delegation/agent.ts";
import { ReeveError } from "../../../errors.ts";
import { forEach } from "../../../patterns/for-each.ts";
import { sequential } from "../../../patterns/sequential.ts";
import { createRuntime, type Runtime } from "../../../runtime.ts";
import { backupFile } from "../backup-file.ts";
import { openSqliteStore } from "../open-sqlite-store.ts";
import { sqliteEngine } from "../sqlite-engine.ts";
import { verifyFile } from "../verify-file.ts";
import { mountSmallDisk, whyNoSmallDisk, type SmallDisk } from "./fixtures/small-disk.ts";

const MEBIBYTE = 1_048_576;
const ITEMS = 40;
const RUNS_PER_WAVE = 20;
const WAVES_MAX = 50;
/** So long is the write-ahead log at most when it is first copied into the file. */
const CHECKPOINT_BYTES = 4_000 * 4_096;

const reason = whyNoSmallDisk();

const skipped = reason === undefined ? "" : ` (skipped: ${reason})`;

describe(`a full disk${skipped}`, { skip: reason !== undefined }, () => {
  let disk: SmallDisk;
  let file: string;
  let reports: { readonly what: string; readonly error: unknown }[];
  /** How often each item's agent was called. */
  let calls: Map<number, number>;
  let onReport: () => void;
  /** Whether the write-ahead log had been copied into the file, or was to be, when the disk became full. */
  let wasCopied: boolean;

  beforeEach(() => {
    disk = mountSmallDisk(40 * MEBIBYTE);
    file = join(disk.folder, "log.db");
    reports = [];
    calls = new Map();
    onReport = () => {};
  });

  afterEach(() => disk[Symbol.dispose]());

  const write = agent("write", {
    run: async (item: number): Promise<string> => {
      calls.set(item, (calls.get(item) ?? 0) + 1);
      return `${item} ${Array.from({ length: 500 }, (_, index) => (item * 7_919 + index * 104_729) % 999_983).join(" ")}`;
    },
  });
  const scan = forEach("scan", {
    items: (input: { readonly from: number }) =>
      Array.from({ length: ITEMS }, (_, index) => input.from + index),
    step: write,
    concurrencyMax: 4,
  });
  const small = sequential("small", {
    steps: [agent("inc", { run: async (value: number): Promise<number> => value + 1 })],
  });

  function open(): Promise<Runtime> {
    return createRuntime({
      patterns: [scan, small],
      engine: sqliteEngine(file, { access: "own" }),
      report: (problem) => {
        reports.push(problem);
        onReport();
      },
    });
  }

  /** Resolves with the first report. */
  function reported(): Promise<void> {
    return new Promise((resolve) => {
      onReport = resolve;
      if (reports.length > 0) resolve();
    });
  }

  function expectOneClearReport(): void {
    expect(reports.map(({ what }) => what)).toEqual([
      "writing to the log fails; runs pause until it succeeds",
    ]);
    expect(reports[0]?.error).toMatchObject({
      code: "storage-unavailable",
      hint: expect.stringContaining("Free some space"),
    });
  }

  async function expectSound(): Promise<void> {
    expect((await verifyFile(file)).problems).toEqual([]);
  }

  /** Starts runs until storage refuses, makes room, and lets them end. */
  async function fillWhileRunsGoOn(runtime: Runtime, spareBytes: number): Promise<void> {
    disk.fill(spareBytes);
    const full = reported();
    const ended: Promise<string>[] = [];
    for (let wave = 0; reports.length === 0 && wave < WAVES_MAX; wave++) {
      for (let count = 0; count < RUNS_PER_WAVE; count++) {
        const input = { from: ended.length * ITEMS };
        ended.push(runtime.start(scan, input).then(async (run) => (await run.outcome()).status));
      }
      await Promise.race([full, Promise.all(ended)]);
    }
    expectOneClearReport();
    wasCopied = statSync(`${file}-wal`).size > CHECKPOINT_BYTES || statSync(file).size > MEBIBYTE;
    disk.free();
    expect(new Set(await Promise.all(ended))).toEqual(new Set(["completed"]));
    expect(calls.size).toBe(ended.length * ITEMS);
    // Nothing crashed, so nothing ran twice either.
    expect(new Set(calls.values())).toEqual(new Set([1]));
    expect(reports).toHaveLength(1);
  }

  test("while runs go on", async () => {
    {
      await using runtime = await open();
      await fillWhileRunsGoOn(runtime, MEBIBYTE);
    }
    await expectSound();
  });

  test("with no room for anything, from the first write on", async () => {
    {
      await using runtime = await open();
      await (await runtime.start(small, 1)).outcome();
      await fillWhileRunsGoOn(runtime, 0);
    }
    await expectSound();
  });

  test("while the write-ahead log is copied into the file", async () => {
    {
      await using runtime = await open();
      // There is room for the log until it is to be copied, and none for the file to grow by what is in it.
      await fillWhileRunsGoOn(runtime, 17 * MEBIBYTE);
      expect(wasCopied).toBe(true);
    }
    await expectSound();
  });

  test("reads go on, and a runtime can be closed and opened again later", async () => {
    const runtime = await open();
    const first = await runtime.start(small, 1, { id: "first" });
    await first.outcome();
    disk.fill();
    const starts: Promise<unknown>[] = [];
    for (let index = 0; index < 200; index++) {
      starts.push(
        runtime
          .start(scan, { from: index * ITEMS }, { id: `late-${index}` })
          .catch((error: unknown) => error),
      );
    }
    await reported();
    expect(await runtime.run("first").outcome()).toEqual({ status: "completed", output: 2 });
    await runtime.close();
    for (const started of await Promise.all(starts)) expect(started).toBeInstanceOf(ReeveError);
    disk.free();
    await expectSound();
    await using again = await open();
    expect(await again.run("first").outcome()).toEqual({ status: "completed", output: 2 });
  });

  test("when the log is made: it fails clearly, leaves nothing, and works once there is room", async () => {
    for (const spare of [0, 4_096, 8_192, 16_384, 32_768, 65_536]) {
      disk.fill(spare);
      const refused = refusalOf(() => openSqliteStore(file, { durability: "fsync", access: "own" }).close());
      expect(refused, `${spare} bytes`).toMatchObject({
        code: "storage-unavailable",
        hint: expect.stringContaining("Free some space"),
      });
      const left = readdirSync(disk.folder).filter((name) => name !== "filler" && name !== "log.db-owner");
      expect(
        left.filter((name) => !name.startsWith("log.db")),
        `${spare} bytes`,
      ).toEqual([]);
      expect(left.filter((name) => name.includes("-new"))).toEqual([]);
      disk.free();
      if (existsSync(file)) await expectSound();
    }
    await using runtime = await open();
    expect(await (await runtime.start(small, 1)).outcome()).toEqual({ status: "completed", output: 2 });
  });

  test("when a log is opened: it fails clearly, and the log is as it was", async () => {
    {
      await using runtime = await open();
      await (await runtime.start(small, 1, { id: "first" })).outcome();
    }
    disk.fill();
    const refused = refusalOf(() => openSqliteStore(file, { durability: "fsync", access: "own" }).close());
    expect(refused).toMatchObject({
      code: "storage-unavailable",
      hint: expect.stringContaining("Free some space"),
    });
    disk.free();
    await using runtime = await open();
    expect(await runtime.run("first").outcome()).toEqual({ status: "completed", output: 2 });
    await expectSound();
  });

  test("when a backup is made: it fails clearly and leaves nothing", async () => {
    {
      await using runtime = await open();
      await (await runtime.start(scan, { from: 0 })).outcome();
    }
    const backup = join(disk.folder, "backup.db");
    for (const spare of [0, 8_192, 40_960]) {
      disk.fill(spare);
      await expect(backupFile(file, backup)).rejects.toMatchObject({
        code: "storage-unavailable",
        hint: expect.stringContaining("Free some space"),
      });
      expect(readdirSync(disk.folder).filter((name) => name.startsWith("backup"))).toEqual([]);
    }
    disk.free();
    expect((await backupFile(file, backup)).verified.ok).toBe(true);
  });
});

function refusalOf(action: () => void): ReeveError | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof ReeveError) return error;
    throw error;
  }
}
