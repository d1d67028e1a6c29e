import { expect, test } from "vitest";
import type { ActiveAlert } from "../delegation/alert.ts";
import type { Event, Fact } from "../delegation/event.ts";
import type { Fold } from "../delegation/fold.ts";
import { FACTS } from "../engine/store-samples.ts";
import { activity } from "./activity.ts";
import { alertLimits } from "./alert-limits.ts";
import { attemptsUnderWay } from "./attempts-under-way.ts";
import { builtInChanges, type BuiltInSources } from "./built-in-alerts.ts";
import { exportChanges } from "./export-alerts.ts";
import { queuedRuns } from "./queued-runs.ts";
import { vitalSigns } from "./vital-signs.ts";

const START = Date.UTC(2026, 0, 1);
const MINUTE_MS = 60_000;
const none: ReadonlyMap<string, ActiveAlert> = new Map();

function firing(...alerts: readonly string[]): ReadonlyMap<string, ActiveAlert> {
  return new Map(alerts.map((alert) => [alert, { alert, severity: "page", summary: "s", since: START }]));
}

function at(minutes: number, run: string, fact: Fact): Event {
  const head = { version: 1, run, seq: 1, position: 1 } as const;
  return { ...head, at: START + minutes * MINUTE_MS, ...fact };
}

function folded<State>(fold: Fold<State>, events: readonly Event[]): State {
  const state = events.reduce((now, event) => fold.apply(now, event, () => "orders"), fold.initial());
  // As it is after a restart from a checkpoint.
  const saved: unknown = JSON.parse(JSON.stringify(fold.save ? fold.save(state) : state));
  return fold.revive ? fold.revive(saved) : state;
}

function sourcesOf(events: readonly Event[]): BuiltInSources {
  return {
    underWay: folded(attemptsUnderWay, events),
    queued: folded(queuedRuns, events),
    signs: folded(vitalSigns, events),
    isSampled: true,
    activity: folded(activity, events),
  };
}

function changes(events: readonly Event[], minutes: number, active = none): readonly string[] {
  const found = builtInChanges(sourcesOf(events), alertLimits, active, START + minutes * MINUTE_MS);
  return found.map(({ alert, state }) => `${alert} ${state}`);
}

/** Runs that took two minutes each. */
const usual = Array.from({ length: 10 }, (_, run) =>
  at(0, `u${run}`, { ...FACTS["run-ended"], pattern: "orders", durationMs: 2 * MINUTE_MS }),
);
const begun = at(1, "r", FACTS["attempt-started"]);

test("an attempt is stuck when nothing was heard for three times what runs usually take, and is not once it was", () => {
  expect(changes([...usual, begun], 6)).toEqual([]);
  expect(changes([...usual, begun], 8)).toEqual(["stuck/orders firing"]);
  const progressed = [...usual, begun, at(5, "r", FACTS["step-progressed"])];
  expect(changes(progressed, 8)).toEqual([]);
  expect(changes(progressed, 8, firing("stuck/orders"))).toEqual(["stuck/orders resolved"]);
  expect(changes(progressed, 12)).toEqual(["stuck/orders firing"]);
  expect(changes([...usual, begun, at(2, "r", FACTS["step-completed"])], 90)).toEqual([]);
});

test("of a pattern that little is known of, an attempt is stuck after an hour", () => {
  expect(changes([begun], 60)).toEqual([]);
  expect(changes([begun], 61)).toEqual(["stuck/orders firing"]);
});

test("what waits for a person, a time, a retry or a version is not stuck", () => {
  const failed = at(2, "r", FACTS["attempt-failed"]);
  const waits = at(2, "r", FACTS["wait-started"]);
  const done = at(1, "r", FACTS["step-completed"]);
  const stranded = at(2, "r", FACTS["run-stranded"]);
  for (const events of [
    [begun, failed],
    [begun, done, waits],
    [begun, stranded],
  ])
    expect(changes([...usual, ...events], 600)).toEqual([]);
});

test("a summary says how many runs are stuck, where, and since when", () => {
  const sources = sourcesOf([...usual, begun, at(2, "s", { ...FACTS["attempt-started"], agent: "y" })]);
  const [change] = builtInChanges(sources, alertLimits, none, START + 11 * MINUTE_MS);
  expect(change?.summary).toMatch(
    /^2 runs of 'orders' are stuck at agent 'x': nothing was heard for 10 min, and 6(?:\.\d)? min are usual at most$/,
  );
});

const queued = (minutes: number, run: string, notBefore?: number): Event => {
  const admission = { places: [], ...(notBefore !== undefined && { notBefore }) };
  return at(minutes, run, { ...FACTS["run-started"], pattern: "orders", queued: true, admission });
};

test("a run that is queued for ten minutes fires an alert until it begins; one for later counts from then", () => {
  expect(changes([queued(0, "r")], 9)).toEqual([]);
  expect(changes([queued(0, "r")], 10)).toEqual(["oldest-queued/orders firing"]);
  expect(changes([queued(0, "r", START + 5 * MINUTE_MS)], 14)).toEqual([]);
  const admitted = [queued(0, "r"), at(11, "r", FACTS["run-admitted"])];
  expect(changes(admitted, 12, firing("oldest-queued/orders"))).toEqual(["oldest-queued/orders resolved"]);
});

function sample(
  minutes: number,
  figures: { readonly diskFreeBytes?: number; readonly loopDelayMsMax?: number },
): Event {
  const { sample: usually } = FACTS["resources-sampled"];
  return at(minutes, "reeve:x", { kind: "resources-sampled", sample: { ...usually, ...figures } });
}

test("a full disk and a blocked event loop fire alerts; without samples they stay what they are", () => {
  const bad = [sample(0, { diskFreeBytes: 1_000, loopDelayMsMax: 9_000 })];
  expect(changes(bad, 0.5)).toEqual(["disk-low firing", "loop-blocked firing"]);
  expect(changes(bad, 5)).toEqual([]);
  expect(changes(bad, 5, firing("disk-low", "loop-blocked"))).toEqual([]);
  const good = [...bad, sample(2, { diskFreeBytes: 1e12, loopDelayMsMax: 3 })];
  expect(changes(good, 2, firing("disk-low", "loop-blocked"))).toEqual([
    "disk-low resolved",
    "loop-blocked resolved",
  ]);
});

test("a log in memory has no disk", () => {
  expect(changes([sample(0, {})], 0, firing("disk-low"))).toEqual([]);
});

test("an export fires an alert while it is behind, and is resolved when it caught up or is no more", () => {
  const said = (lagMs: number, active: ReadonlyMap<string, ActiveAlert>): readonly string[] =>
    exportChanges(new Map([["traces", lagMs]]), 300_000, active).map(
      ({ state, summary }) => `${state}: ${summary}`,
    );
  expect(said(299_999, none)).toEqual([]);
  expect(said(600_000, none)).toEqual([
    "firing: the export of traces is 10 min behind the log; 5 min are too long",
  ]);
  expect(said(0, firing("export-lag/traces"))).toHaveLength(1);
  expect(exportChanges(new Map(), 1, firing("export-lag/traces"))).toMatchObject([{ state: "resolved" }]);
});
