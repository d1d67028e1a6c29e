/** Retention as `createRuntime` offers it, on a file: the archive, and what goes on beside the trimming. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ManualClock } from "../../clock.ts";
import { agent } from "../../delegation/agent.ts";
import { decode } from "../../delegation/codec.ts";
import type { Event } from "../../delegation/event.ts";
import { approval } from "../../patterns/approval.ts";
import { sequential } from "../../patterns/sequential.ts";
import { seededRandom } from "../../random.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "../../runtime.ts";
import { memoryEngine } from "../memory/memory-engine.ts";
import { MEMORY_CAPABILITIES, openMemoryStore } from "../memory/memory-store.ts";
import { sqliteEngine } from "../sqlite/sqlite-engine.ts";
import { verifyFile } from "../sqlite/verify-file.ts";
import type { Trim } from "../store.ts";
import { EmbeddedEngine } from "./embedded-engine.ts";

const AFTER_MS = 10_000;

let folder: string;
let file: string;
let archive: string;
let clock: ManualClock;
let reported: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-retention-"));
  file = join(folder, "log.db");
  archive = join(folder, "archive");
  clock = new ManualClock();
  reported = [];
});

afterEach(() => rmSync(folder, { recursive: true }));

function open(options: Omit<RuntimeOptions, "engine">): Promise<Runtime> {
  return createRuntime({
    engine: sqliteEngine(file, { durability: "os", clock }),
    drainMs: 0,
    graceMs: 0,
    report: ({ what }) => reported.push(what),
    ...options,
  });
}

const keeps = sequential("keeps", {
  steps: [agent("a", { run: (input: unknown) => ({ input, at: new Date(0), big: 5n }) })],
});
const asks = sequential("asks", {
  steps: [agent("b", { run: (input: unknown) => [input] }), approval("ok"), agent("c", { run: () => "end" })],
});

/** Moves time until the condition holds. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 50_000; turn++) {
    if (await condition()) return;
    clock.advance(50);
    await new Promise((next) => void setImmediate(next));
  }
  throw new Error("it never happened");
}

interface Archived {
  readonly run: { readonly id: string; readonly outcome: string };
  readonly events: readonly Event[];
  readonly values: Readonly<Record<string, unknown>>;
}

function archived(): readonly Archived[] {
  return readdirSync(archive).flatMap((name) => {
    const text = gunzipSync(readFileSync(join(archive, name))).toString();
    return text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as Archived);
  });
}

test("each trimmed run can be read back from the archive, with its events and values", async () => {
  await using runtime = await open({ patterns: [keeps], retention: { afterMs: AFTER_MS, archive } });
  for (const id of ["a", "b", "c"]) await (await runtime.start(keeps, `of ${id}`, { id })).outcome();
  const events = await Array.fromAsync(runtime.events({ follow: false }));
  const records = (await runtime.runs({ descending: false })).runs;
  await until(async () => (await runtime.runs()).runs.length === 0);
  const lines = archived();
  expect(lines.map(({ run }) => run)).toEqual(JSON.parse(JSON.stringify(records)));
  expect(lines.flatMap((line) => line.events)).toEqual(JSON.parse(JSON.stringify(events)));
  for (const { run, events: own, values } of lines) {
    const step = own.find((event) => event.kind === "step-completed");
    const value = step?.kind === "step-completed" ? values[String(step.output)] : undefined;
    expect(decode(JSON.stringify(value))).toEqual({ input: `of ${run.id}`, at: new Date(0), big: 5n });
  }
});

test("nothing is trimmed while the archive can't be written; that is reported once, and it goes on by itself", async () => {
  writeFileSync(archive, "a file where the folder is to be");
  await using runtime = await open({ patterns: [keeps], retention: { afterMs: AFTER_MS, archive } });
  await (await runtime.start(keeps, 1)).outcome();
  await until(() => reported.length > 0);
  const failedAt = clock.now();
  await until(() => clock.now() > failedAt + AFTER_MS);
  expect(reported).toHaveLength(1);
  expect((await runtime.runs()).runs).toHaveLength(1);
  rmSync(archive);
  await until(async () => (await runtime.runs()).runs.length === 0);
  expect(archived()).toHaveLength(1);
});

test("beside a load of runs and forks every run is kept whole or archived, and the file stays sound", async () => {
  const random = seededRandom(3);
  await using runtime = await open({ patterns: [keeps, asks], retention: { afterMs: AFTER_MS, archive } });
  const ids: string[] = [];
  const waiting: string[] = [];
  for (let step = 0; step < 400; step++) {
    clock.advance(Math.floor(random.next() * 400));
    const id = `r${step}`;
    const chance = random.next();
    if (chance < 0.6) await runtime.start(keeps, "x".repeat(Math.floor(random.next() * 3_000)), { id });
    else if (chance < 0.85) await runtime.start(asks, step, { id });
    else {
      const source = ids[Math.floor(random.next() * ids.length)] ?? "";
      const forked = await runtime.run(source).fork({ from: "", id }).catch(refusedOnly);
      if (!forked) continue;
    }
    ids.push(id);
    if (chance >= 0.6) waiting.push(id);
    if (random.next() < 0.6)
      await runtime
        .run(waiting.shift() ?? "")
        .signal("ok")
        .catch(refusedOnly);
  }
  await until(async () => archived().length > 150);
  const kept = await Array.fromAsync(runtime.events({ follow: false }));
  const seqs = new Map<string, number>();
  for (const { run, seq } of kept) {
    expect(seq).toBe((seqs.get(run) ?? 0) + 1);
    seqs.set(run, seq);
  }
  const gone = new Map(archived().map(({ run, events }) => [run.id, events]));
  for (const events of gone.values()) expect(events.at(-1)?.kind).toBe("run-ended");
  expect(ids.filter((id) => !gone.has(id) && !seqs.has(id))).toEqual([]);
  expect(await verifyFile(file)).toMatchObject({ problems: [] });
  expect(reported).toEqual([]);
});

/** The run may have ended or left in the meantime. */
function refusedOnly(error: unknown): void {
  expect(error).toMatchObject({ code: expect.stringMatching(/^(run|signal)-/) });
}

test("an attempt that ends long after its run was trimmed writes nothing, and harms nobody", async () => {
  const ends: (() => void)[] = [];
  const deaf = agent("deaf", { run: () => new Promise<void>((resolve) => ends.push(resolve)) });
  const pattern = sequential("p", { steps: [deaf] });
  await using runtime = await open({ patterns: [pattern, keeps], retention: { afterMs: AFTER_MS } });
  const run = await runtime.start(pattern, 0, { id: "r" });
  await until(() => ends.length === 1);
  await run.cancel("enough");
  await until(async () => (await runtime.runs()).runs.length === 0);
  ends[0]?.();
  expect((await (await runtime.start(keeps, 1)).outcome()).status).toBe("completed");
  expect((await Array.fromAsync(runtime.events({ follow: false }))).some((event) => event.run === "r")).toBe(
    false,
  );
  expect(reported).toEqual([]);
});

test("a run that is damaged stays and is reported, and the others leave", async () => {
  await using runtime = await open({ patterns: [keeps], retention: { afterMs: AFTER_MS } });
  for (const id of ["a", "b", "c"]) await (await runtime.start(keeps, id, { id })).outcome();
  const database = new DatabaseSync(file);
  database.exec("UPDATE events SET checksum = checksum + 1 WHERE run_key = 2");
  database.close();
  await until(async () => (await runtime.runs()).runs.length === 1);
  expect(reported).toEqual(["run 'b' can't be trimmed"]);
});

/** 60 runs that are trimmed, by a store that says of each moment whether a thread would delete their rows. */
async function trimsOf(isAside: () => boolean): Promise<readonly (Trim & { readonly at: number })[]> {
  const trims: (Trim & { readonly at: number })[] = [];
  const memory = openMemoryStore();
  const engine = new EmbeddedEngine({
    capabilities: MEMORY_CAPABILITIES,
    clock,
    openStore: () => ({
      ...memory,
      trimsAside: isAside,
      commit: (batch) => {
        if (batch.trim) trims.push({ ...batch.trim, at: clock.now() });
        return memory.commit(batch);
      },
    }),
  });
  await using runtime = await createRuntime({
    patterns: [keeps],
    engine,
    retention: { afterMs: AFTER_MS },
  });
  await Promise.all(Array.from({ length: 60 }, async (_, n) => (await runtime.start(keeps, n)).outcome()));
  await until(async () => (await runtime.runs()).runs.length === 0);
  return trims;
}

test("nothing is trimmed while the thread that deletes rows starts, and then many at once", async () => {
  let askedAt: number | undefined;
  const startMs = 300;
  const [first, ...others] = await trimsOf(() => clock.now() - (askedAt ??= clock.now()) >= startMs);
  expect(first?.at).toBeGreaterThanOrEqual((askedAt ?? Infinity) + startMs);
  expect(first?.runs).toHaveLength(60);
  expect(others).toEqual([]);
});

test("where the thread doesn't come within two seconds, few rows are trimmed at once, without waiting again", async () => {
  let askedAt: number | undefined;
  const trims = await trimsOf(() => {
    askedAt ??= clock.now();
    return false;
  });
  expect(trims[0]?.at).toBeGreaterThanOrEqual((askedAt ?? Infinity) + 2_000);
  expect(trims.length).toBeGreaterThan(5);
  expect(trims.filter(({ rowsMax, runs }) => rowsMax > 48 || runs.length > 12)).toEqual([]);
  expect((trims.at(-1)?.at ?? Infinity) - (trims[0]?.at ?? 0)).toBeLessThan(2_000);
});

test("options out of bounds are refused with the value", async () => {
  const engine = memoryEngine();
  for (const retention of [{ afterMs: 999 }, { afterMs: Number.NaN }, { afterMs: 1_000, archive: "" }]) {
    await expect(createRuntime({ patterns: [keeps], engine, retention })).rejects.toMatchObject({
      code: "option-invalid",
      message: expect.stringMatching(/retention\.(afterMs is (999|NaN)|archive is )/),
    });
  }
});
