/** Samples of the process in a log. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ManualClock } from "../clock.ts";
import { agent } from "../delegation/agent.ts";
import type { Event } from "../delegation/event.ts";
import { sqliteEngine } from "../engine/sqlite/sqlite-engine.ts";
import { verifyFile } from "../engine/sqlite/verify-file.ts";
import { sequential } from "../patterns/sequential.ts";
import { fixedResources } from "../resources/resources.ts";
import { metricList } from "./metric-list.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "../runtime.ts";

const DAY_MS = 86_400_000;
const START = Date.UTC(2026, 0, 1, 23, 59, 30);

let folder: string;
let clock: ManualClock;
let runtime: Runtime | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-samples-"));
  clock = new ManualClock(START);
});

afterEach(async () => {
  await runtime?.close();
  rmSync(folder, { recursive: true });
});

const copies = sequential("copies", { steps: [agent("copy", { run: (input: unknown) => input })] });

async function open(options: Partial<RuntimeOptions> = {}): Promise<Runtime> {
  const engine = sqliteEngine(join(folder, "log.db"), { durability: "os", clock });
  return (runtime = await createRuntime({ engine, patterns: [copies], telemetry: true, ...options }));
}

async function samples(opened: Runtime): Promise<readonly (Event & { kind: "resources-sampled" })[]> {
  const found: (Event & { kind: "resources-sampled" })[] = [];
  for await (const event of opened.events({ follow: false })) {
    if (event.kind === "resources-sampled") found.push(event);
  }
  return found;
}

/** Lets what was written reach the file. */
async function advance(opened: Runtime, ms: number): Promise<void> {
  clock.advance(ms);
  await opened.engine.fold(NOTHING);
}

const NOTHING = { name: "nothing", version: 1, initial: () => 0, apply: () => 0 };

test("the process is sampled every ten seconds, in runs of a day that nobody sees or can stop", async () => {
  const opened = await open({ resources: fixedResources({ cpu: 0.25, memory: 0.5 }) });
  await (await opened.start(copies, "x")).outcome();
  await advance(opened, 50_000);
  const found = await samples(opened);
  expect(found.map(({ at }) => (at - START) / 1_000)).toEqual([10, 20, 30, 40, 50]);
  expect([...new Set(found.map(({ run }) => run))]).toEqual([
    "reeve:resources:2026-01-01",
    "reeve:resources:2026-01-02",
  ]);
  expect(found[0]?.sample).toMatchObject({ pid: process.pid, elapsedMs: 10_000 });
  expect(found[0]?.sample.residentBytes).toBeGreaterThan(1e7);
  expect(found[0]?.sample.fileBytes).toBeGreaterThan(1_000);
  expect(found[0]?.sample.committedEvents).toBeGreaterThan(2);
  const { heapBytes, heapLimitBytes, diskFreeBytes, machineCpu, machineMemory } = found[0]?.sample ?? {};
  expect(heapLimitBytes).toBeGreaterThan(heapBytes ?? Infinity);
  expect(diskFreeBytes).toBeGreaterThan(0);
  expect([machineCpu, machineMemory]).toEqual([0.25, 0.5]);
  expect((await opened.runs()).runs.map(({ pattern }) => pattern)).toEqual(["copies"]);
  await expect(opened.run("reeve:resources:2026-01-02").cancel("no")).rejects.toThrow("there is no run");
  await expect(opened.start(copies, "x", { id: "reeve:mine" })).rejects.toThrow("can't have the id");
  expect(opened.telemetry?.metrics.state().sample).toEqual(found.at(-1)?.sample);
});

test("a day goes on after a restart, and one that a dead process left open is ended", async () => {
  await advance(await open(), 10_000);
  await runtime?.close();
  await advance(await open(), 10_000);
  expect((await samples(await again())).map(({ run, seq }) => [run, seq])).toEqual([
    ["reeve:resources:2026-01-01", 2],
    ["reeve:resources:2026-01-01", 3],
  ]);
  await runtime?.close();
  clock.advance(3 * DAY_MS);
  const later = await open();
  await advance(later, 10_000);
  const ended: string[] = [];
  for await (const event of later.events({ follow: false })) {
    if (event.kind === "run-ended") ended.push(event.run);
  }
  expect(ended).toEqual(["reeve:resources:2026-01-01"]);
  await later.close();
  expect((await verifyFile(join(folder, "log.db"))).problems).toEqual([]);
});

test("how far an exporter is behind is in the samples, and in the metrics, while it is watched", async () => {
  const opened = await open();
  await (await opened.start(copies, "x")).outcome();
  let position = 0;
  const unwatch = opened.watchExport("away", () => position);
  await advance(opened, 10_000);
  const events = (await samples(opened)).at(-1)?.sample.exports?.[0]?.events;
  expect(events).toBeGreaterThan(2);
  const lag = metricList.find(({ name }) => name === "reeve_export_lag_events");
  const state = opened.telemetry?.metrics.state();
  expect(state && lag?.read(state)).toEqual([{ labels: { exporter: "away" }, value: events }]);
  position = Infinity;
  await advance(opened, 10_000);
  expect((await samples(opened)).at(-1)?.sample.exports).toEqual([{ name: "away", events: 0, lagMs: 0 }]);
  unwatch();
  await advance(opened, 10_000);
  expect((await samples(opened)).at(-1)?.sample).not.toHaveProperty("exports");
});

test("what a receiver refuses for good while it is watched is in the samples, and counted in the metrics", async () => {
  const opened = await open();
  let refused = 7;
  opened.watchExport(
    "picky",
    () => Infinity,
    () => refused,
  );
  await advance(opened, 10_000);
  refused = 9;
  await advance(opened, 10_000);
  refused = 12;
  await advance(opened, 20_000);
  const said = (await samples(opened)).map(({ sample }) => sample.exports?.[0]?.refused);
  expect(said).toEqual([undefined, 2, 3, undefined]);
  const counter = metricList.find(({ name }) => name === "reeve_export_refused");
  const state = opened.telemetry?.metrics.state();
  expect(state && counter?.read(state)).toEqual([{ labels: {}, value: 5 }]);
});

test("how long choosing took is in the next sample, and in the metrics", async () => {
  const parcels = sequential("parcels", { matches: { domain: "parcels" }, steps: [copies] });
  const opened = await open({ patterns: [parcels] });
  for (let parcel = 0; parcel < 3; parcel++)
    await (await opened.delegate({ domain: "parcels" }, parcel)).outcome();
  await opened.choose({ domain: "parcels" });
  await advance(opened, 10_000);
  const choices = (await samples(opened)).at(-1)?.sample.choices;
  expect(choices?.counts.reduce((left, right) => left + right)).toBe(3);
  await advance(opened, 10_000);
  expect((await samples(opened)).at(-1)?.sample).not.toHaveProperty("choices");
  const metric = metricList.find(({ name }) => name === "reeve_choice_duration_seconds");
  const state = opened.telemetry?.metrics.state();
  expect(state && metric?.read(state)).toMatchObject([{ value: { counts: choices?.counts } }]);
});

async function again(): Promise<Runtime> {
  await runtime?.close();
  return open();
}

test("without telemetry nothing is sampled, and what is asked wrongly is refused", async () => {
  const opened = await open({ telemetry: false });
  await advance(opened, 60_000);
  expect(await samples(opened)).toEqual([]);
  expect(opened.telemetry).toBeUndefined();
  await expect(open({ telemetry: { limitsMs: [-1] } })).rejects.toThrow("telemetry is");
});

test("names beyond those that are let in are warned of once", async () => {
  const reported: string[] = [];
  const patterns = Array.from({ length: 102 }, (_, index) =>
    sequential(`p${index}`, { steps: [agent(`a${index}`, { run: () => 1 })] }),
  );
  const opened = await open({ patterns, report: ({ what }) => reported.push(what) });
  for (const pattern of patterns) await (await opened.start(pattern, 1)).outcome();
  await advance(opened, 30_000);
  expect(reported).toEqual([
    "metrics count some patterns as 'other'",
    "metrics count some agents as 'other'",
  ]);
});
