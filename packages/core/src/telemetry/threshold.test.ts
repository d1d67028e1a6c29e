import { expect, test } from "vitest";
import type { ActiveAlert } from "../delegation/alert.ts";
import type { Event } from "../delegation/event.ts";
import { FACTS } from "../engine/store-samples.ts";
import { activity } from "./activity.ts";
import { thresholdChanges, type Threshold, type ThresholdSources } from "./threshold.ts";

const NOW = Date.UTC(2026, 0, 1, 12);
const MINUTE_MS = 60_000;
const none: ReadonlyMap<string, ActiveAlert> = new Map();

function firing(name: string): ReadonlyMap<string, ActiveAlert> {
  const alert = `threshold/${name}`;
  return new Map([[alert, { alert, severity: "page", summary: "s", since: 0 }]]);
}

/** So many runs that took so long and ended a minute ago, the first ones badly. */
function runs(count: number, durationMs: number, bad = 0, minutesAgo = 1): readonly Event[] {
  const error = { name: "Error", message: "m", code: "thrown", path: "" };
  const failed = { status: "failed", error, undone: [], notUndone: [], unsure: [], kept: [] } as const;
  return Array.from({ length: count }, (_, run) => ({
    ...FACTS["run-ended"],
    ...(run < bad && { outcome: failed }),
    ...({ version: 1, run: "r", seq: 1, position: 1, at: NOW - minutesAgo * MINUTE_MS } as const),
    pattern: "orders",
    durationMs,
  }));
}

function sources(events: readonly Event[], more: Partial<ThresholdSources> = {}): ThresholdSources {
  const state = events.reduce((now, event) => activity.apply(now, event), activity.initial());
  return { activity: state, signs: [], ...more };
}

function said(threshold: Threshold, known: ThresholdSources, active = none): readonly string[] {
  return thresholdChanges([threshold], known, active, NOW).map(
    ({ state, severity, summary }) => `${state} ${severity}: ${summary}`,
  );
}

const quick: Threshold = {
  name: "quick",
  pattern: "orders",
  responseTime: { p: 0.9, ms: 1_000 },
  severity: "page",
};

test("a pattern that answers too late fires its alert, and resolves it when it answers in time", () => {
  expect(said(quick, sources([...runs(8, 10), ...runs(2, 5_000)]))).toEqual([
    expect.stringMatching(
      /^firing page: 90 % of 10 runs of 'orders' took up to \d\.\d s in the last 10 min; 1 s are allowed$/,
    ),
  ]);
  expect(said(quick, sources([...runs(19, 10), ...runs(1, 5_000)]))).toEqual([]);
  expect(said(quick, sources(runs(10, 10)), firing("quick"))[0]).toMatch(/^resolved page/);
});

test("too few runs, or none in the window, are held", () => {
  for (const events of [runs(9, 5_000), runs(50, 5_000, 0, 30)]) {
    expect(said(quick, sources(events))).toEqual([]);
    expect(said(quick, sources(events), firing("quick"))).toEqual([]);
  }
  const wide = { ...quick, windowMs: 60 * MINUTE_MS };
  expect(said(wide, sources(runs(50, 5_000, 0, 30)))).toHaveLength(1);
});

const succeed: Threshold = { name: "succeed", pattern: "orders", successRate: 0.9 };

test("a success rate below the threshold fires its alert", () => {
  expect(said(succeed, sources(runs(20, 10, 3)))).toEqual([
    "firing ticket: 17 of 20 runs of 'orders' succeeded in the last 10 min; 90 % are wanted",
  ]);
  expect(said(succeed, sources(runs(20, 10, 2)))).toEqual([]);
});

const trusted: Threshold = { name: "trusted", pattern: "orders", confidence: 0.7 };

test("confidence fires where a pattern is known to be poorer, and is held where nothing is known", () => {
  const believed = (high: number, evidence: number) => ({
    believed: () =>
      new Map([
        ["a", { high: 0.99, evidence: 5 }],
        ["b", { high, evidence }],
      ]),
  });
  expect(said(trusted, sources([], believed(0.6, 9)))).toEqual([
    "firing ticket: 'orders' succeeds in 'b' with a probability of 0.60 at most; 0.7 is wanted",
  ]);
  expect(said({ ...trusted, domain: "a" }, sources([], believed(0.6, 9)))).toEqual([]);
  expect(said(trusted, sources([], believed(0.6, 0)))).toEqual([]);
  expect(said(trusted, sources([]), firing("trusted"))).toEqual([]);
});

test("memory is judged by the last sample, while it is fresh", () => {
  const small: Threshold = { name: "small", residentBytes: 1e9 };
  const with2Gb = (at: number) => sources([], { signs: [{ at, residentBytes: 2e9, loopDelayMsMax: 0 }] });
  expect(said(small, with2Gb(NOW))).toEqual([
    "firing ticket: the process takes up 2 GB of memory; 1 GB are allowed",
  ]);
  expect(said(small, with2Gb(NOW - 2 * MINUTE_MS))).toEqual([]);
});

test("the alert of a threshold that was taken away is resolved", () => {
  expect(thresholdChanges([], sources([]), firing("gone"), NOW)).toMatchObject([
    { alert: "threshold/gone", state: "resolved", summary: "there is no such threshold any more" },
  ]);
});
