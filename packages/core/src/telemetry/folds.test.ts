/** The folds on a real log: what they count, and that they count the same however they came to their state. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ManualClock } from "../clock.ts";
import { agent } from "../delegation/agent.ts";
import type { Event } from "../delegation/event.ts";
import type { Fold, FoldReader } from "../delegation/fold.ts";
import { sqliteEngine } from "../engine/sqlite/sqlite-engine.ts";
import { NonRetryableError } from "../errors.ts";
import { approval } from "../patterns/approval.ts";
import { delegate } from "../patterns/delegate.ts";
import { sequential } from "../patterns/sequential.ts";
import type { RunHandle } from "../run-handle.ts";
import { createRuntime, type Runtime } from "../runtime.ts";
import { activity, courseOf, statisticsOf, type Activity } from "./activity.ts";
import type { Metrics } from "./counts.ts";
import { failures, latestFailures, type Failures } from "./failures.ts";
import { metricList } from "./metric-list.ts";
import type { Labels } from "./metric.ts";
import { metrics } from "./metrics.ts";
import { needs, type Needs } from "./needs.ts";
import { objectives, type Objectives } from "./objectives.ts";
import { stepActivities, stepsOf, type StepActivities } from "./step-activity.ts";

const KEPT_MS = 60_000;

let folder: string;
let clock: ManualClock;
let runtime: Runtime | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-telemetry-"));
  clock = new ManualClock();
});

afterEach(async () => {
  await runtime?.close();
  rmSync(folder, { recursive: true });
});

const pay = agent("pay", {
  retry: { attempts: 3, delayMs: 0, jitter: false },
  run: (order: { readonly fails: number }, ctx) => {
    ctx.usage({ inputTokens: 10, outputTokens: 3, costUsd: 0.25 });
    if (order.fails > 3) throw new NonRetryableError("no such account");
    if (ctx.attempt <= order.fails) throw new Error("busy");
    return order;
  },
  undo: () => {},
});
const ship = agent("ship", {
  run: (order: { readonly fails: number }) => {
    if (order.fails === 2) throw new Error("no van");
    return order;
  },
});
const orders = sequential("orders", { matches: { domain: "orders" }, steps: [pay, ship] });
const asks = sequential("asks", { steps: [approval("ok")] });
const nested = sequential("nested", { steps: [delegate({ domain: "orders" }, { name: "order" })] });
const one = sequential("one", { steps: [ship], limits: [{ concurrency: 1 }] });
const letGo = Promise.withResolvers<void>();
const hold = agent("hold", { run: () => letGo.promise });
const takesTurns = sequential("takes turns", { steps: [approval("ok"), hold], limits: [{ concurrency: 1 }] });

interface Readers {
  readonly metrics: FoldReader<Metrics>;
  readonly activity: FoldReader<Activity>;
  readonly failures: FoldReader<Failures>;
  readonly steps: FoldReader<StepActivities>;
  readonly objectives: FoldReader<Objectives>;
  readonly needs: FoldReader<Needs>;
}

const held = objectives([
  { name: "orders-succeed", pattern: "orders", success: 0.9 },
  { name: "orders-are-quick", pattern: "orders", latency: { p: 0.9, ms: 2 } },
  { name: "asks-are-quick", pattern: "asks", latency: { p: 0.9, ms: 5 } },
]);

async function open(retention = false): Promise<{ readonly runtime: Runtime; readonly readers: Readers }> {
  const opened = await createRuntime({
    engine: sqliteEngine(join(folder, "log.db"), { durability: "os", clock }),
    patterns: [orders, asks, nested, one, takesTurns],
    ...(retention && { retention: { afterMs: KEPT_MS } }),
  });
  runtime = opened;
  const { engine } = opened;
  const readers = {
    metrics: await engine.fold(metrics()),
    activity: await engine.fold(activity),
    failures: await engine.fold(failures),
    steps: await engine.fold(stepActivities),
    objectives: await engine.fold(held),
    needs: await engine.fold(needs),
  };
  return { runtime: opened, readers };
}

/** As a checkpoint would keep it. */
function saved<State>(fold: Fold<State>, state: State): unknown {
  return JSON.parse(JSON.stringify(fold.save ? fold.save(state) : state));
}

function allSaved(readers: Readers): unknown {
  return [
    saved(metrics(), readers.metrics.state()),
    saved(activity, readers.activity.state()),
    saved(failures, readers.failures.state()),
    saved(stepActivities, readers.steps.state()),
    saved(held, readers.objectives.state()),
    saved(needs, readers.needs.state()),
  ];
}

/** What the folds make of the whole log, fed by nobody but this function. */
async function fromScratch({ runtime: opened }: { readonly runtime: Runtime }): Promise<unknown> {
  const events: Event[] = [];
  for await (const event of opened.events({ follow: false })) events.push(event);
  const patterns = new Map<string, string>();
  for (const event of events) if (event.kind === "run-started") patterns.set(event.run, event.pattern);
  const folded = <State>(fold: Fold<State>): unknown =>
    saved(
      fold,
      events.reduce((state, event) => fold.apply(state, event, (run) => patterns.get(run)), fold.initial()),
    );
  return [
    folded(metrics()),
    folded(activity),
    folded(failures),
    folded(stepActivities),
    folded(held),
    folded(needs),
  ];
}

function value(state: Metrics, name: string, labels: Labels): number | undefined {
  const metric = metricList.find((one) => one.name === name);
  const wanted = JSON.stringify(labels);
  for (const point of metric?.read(state) ?? []) {
    if (JSON.stringify(point.labels) !== wanted) continue;
    return typeof point.value === "number" ? point.value : point.value.counts.reduce((sum, n) => sum + n, 0);
  }
  return undefined;
}

/** Moves time until the promise has settled. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  const progress = { isSettled: false };
  const settling = promise.finally(() => (progress.isSettled = true));
  while (!progress.isSettled) {
    clock.advance(1);
    await new Promise((next) => void setImmediate(next));
  }
  return settling;
}

async function end(run: RunHandle): Promise<void> {
  await settled(run.outcome());
}

/** Orders that complete, are retried, are rolled back and fail at once; a child; an approval that stays open. */
async function work(opened: Runtime): Promise<void> {
  for (const fails of [0, 1, 2, 4]) {
    await end(await opened.start(orders, { fails }));
    clock.advance(90_000);
  }
  await end(await opened.start(nested, { fails: 0 }));
  await opened.start(asks, "?", { id: "open" });
  const answered = await opened.start(asks, "?", { id: "answered" });
  await answered.signal("ok", "yes");
  await end(answered);
  const [first, second] = [await opened.start(one, { fails: 0 }), await opened.start(one, { fails: 0 })];
  await end(first);
  await end(second);
}

test("runs, steps, attempts, retries, undos, signals, children, tokens and cost are counted", async () => {
  const { runtime: opened, readers } = await open();
  await work(opened);
  const state = readers.metrics.state();
  const counted: readonly (readonly [string, Labels, number])[] = [
    ["reeve_runs_started", { pattern: "orders" }, 5],
    ["reeve_runs_ended", { pattern: "orders", outcome: "completed" }, 3],
    ["reeve_runs_ended", { pattern: "orders", outcome: "rolled-back" }, 1],
    ["reeve_runs_ended", { pattern: "orders", outcome: "failed" }, 1],
    ["reeve_run_duration_seconds", { pattern: "orders" }, 5],
    ["reeve_run_errors", { pattern: "orders", code: "thrown" }, 2],
    ["reeve_runs_active", { pattern: "asks" }, 1],
    ["reeve_signals_awaited", { pattern: "asks" }, 1],
    ["reeve_signals_received", { pattern: "asks" }, 1],
    ["reeve_children_started", { pattern: "nested" }, 1],
    ["reeve_runs_queued", { pattern: "one" }, 0],
    ["reeve_steps_ended", { pattern: "orders", agent: "pay", outcome: "completed" }, 4],
    ["reeve_steps_ended", { pattern: "orders", agent: "pay", outcome: "failed" }, 1],
    ["reeve_steps_ended", { pattern: "orders", agent: "ship", outcome: "failed" }, 1],
    ["reeve_attempts_ended", { agent: "pay", outcome: "failed" }, 4],
    ["reeve_retries", { agent: "pay" }, 3],
    ["reeve_undos_ended", { agent: "pay", outcome: "completed" }, 1],
    ["reeve_tokens", { agent: "pay", direction: "input" }, 80],
    ["reeve_cost_dollars", { agent: "pay" }, 2],
  ];
  for (const [name, labels, expected] of counted) {
    expect.soft(value(state, name, labels), `${name} ${JSON.stringify(labels)}`).toBe(expected);
  }
});

test("a run with a limit counts as queued only until it begins", async () => {
  const { runtime: opened, readers } = await open();
  const queued = (): number | undefined =>
    value(readers.metrics.state(), "reeve_runs_queued", { pattern: "takes turns" });
  const first = await opened.start(takesTurns, 1);
  expect(queued()).toBe(0);
  await first.signal("ok", true);
  const second = await opened.start(takesTurns, 2);
  expect(queued()).toBe(1);
  letGo.resolve();
  await end(first);
  await second.signal("ok", true);
  await end(second);
  expect(queued()).toBe(0);
});

test("failures are grouped by pattern, step and code, and the graph of a pattern has its numbers", async () => {
  const { runtime: opened, readers } = await open();
  await work(opened);
  const [latest, ...earlier] = latestFailures(readers.failures.state());
  expect(latest).toMatchObject({ pattern: "orders", path: "pay", code: "thrown", runs: 1, attempts: 4 });
  expect(latest?.example.message).toBe("no such account");
  expect(latest?.lastAt).toBeGreaterThan(latest?.firstAt ?? Infinity);
  expect(earlier).toMatchObject([{ path: "ship", runs: 1, attempts: 1, agent: "ship" }]);
  const steps = stepsOf(readers.steps.state(), "orders");
  expect(Object.fromEntries(steps)).toMatchObject({
    pay: { agent: "pay", running: 0, completed: 4, failed: 1, retried: 3 },
    "pay/undo": { completed: 1 },
    ship: { completed: 3, failed: 1 },
  });
});

test("success and durations are known over time", async () => {
  const { runtime: opened, readers } = await open();
  await work(opened);
  const state = readers.activity.state();
  const range = { from: clock.now() - 600_000, now: clock.now() };
  expect(statisticsOf(state, { pattern: "orders" }, range)).toMatchObject({ good: 3, bad: 2, success: 0.6 });
  const { widthMs, points } = courseOf(state, "all runs", range);
  expect(widthMs).toBe(60_000);
  expect(points.length).toBeGreaterThan(3);
  expect(points.reduce((sum, { good }) => sum + good, 0)).toBe(3 + 1 + 1 + 2);
  const day = { from: clock.now() - 86_400_000, now: clock.now() };
  expect(courseOf(state, { agent: "pay" }, day).widthMs).toBe(600_000);
  expect(statisticsOf(state, { agent: "pay" }, day)).toMatchObject({ good: 4, bad: 4 });
});

test("a restart from checkpoints and a rebuild from scratch come to the same state", async () => {
  const before = await open();
  await work(before.runtime);
  expect(allSaved(before.readers)).toEqual(await fromScratch(before));
  await before.runtime.close();
  const after = await open();
  expect(allSaved(after.readers)).toEqual(allSaved(before.readers));
  await goOn(after.runtime);
  expect(allSaved(after.readers)).toEqual(await fromScratch(after));
});

/** Goes on with what was left open, whose pattern only the store remembers. */
async function goOn(opened: Runtime): Promise<void> {
  await opened.run("open").signal("ok", "yes");
  await end(opened.run("open"));
  await end(await opened.start(orders, { fails: 1 }));
}

test("who follows the log with a fold that is followed already gets the same state, and no other version of it", async () => {
  const { runtime: opened, readers } = await open();
  const again = await opened.engine.fold(metrics());
  await expect(opened.engine.fold(metrics({ limitsMs: [750] }))).rejects.toThrow("in another version");
  await end(await opened.start(orders, { fails: 0 }));
  expect(again.state()).toBe(readers.metrics.state());
  expect(value(again.state(), "reeve_runs_started", { pattern: "orders" })).toBe(1);
});

test("what was counted stays when its runs are trimmed, over a restart, too", async () => {
  const before = await open(true);
  await work(before.runtime);
  await goOn(before.runtime);
  const counted = allSaved(before.readers);
  const { engine } = before.runtime;
  for (let turn = 0; (await before.runtime.runs()).runs.length > 0; turn++) {
    expect(turn).toBeLessThan(50_000);
    clock.advance(50);
    await new Promise((next) => void setImmediate(next));
  }
  expect(await engine.find("open")).toBeUndefined();
  expect(allSaved(before.readers)).toEqual(counted);
  await before.runtime.close();
  const after = await open(true);
  expect(after.readers.metrics.since()).toBe(0);
  expect(allSaved(after.readers)).toEqual(counted);
});
