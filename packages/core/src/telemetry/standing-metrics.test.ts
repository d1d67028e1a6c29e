import { expect, test } from "vitest";
import type { ActiveAlert } from "../delegation/alert.ts";
import type { Point } from "./metric.ts";
import type { Standing } from "./standing.ts";
import { standingMetrics } from "./standing-metrics.ts";

const calm: Standing = {
  objectives: [],
  firing: [],
  rules: [{ alert: "disk-low", severity: "page" }],
  stuck: new Map(),
  stranded: new Map(),
  rollbackFailed: new Map(),
  queuedMs: new Map(),
  believed: [],
};

function told(name: string, standing: Partial<Standing>): readonly Point[] {
  const metric = standingMetrics.find((one) => one.name === name);
  if (metric?.type !== "gauge") throw new RangeError(`there is no gauge ${name}`);
  return metric.read({ ...calm, ...standing });
}

function firing(alert: string): ActiveAlert {
  return { alert, severity: "ticket", summary: "s", since: 0 };
}

test("an alert that has a rule is 0 until it fires; others are there while they fire", () => {
  expect(told("reeve_alert_firing", {})).toEqual([
    { labels: { alert: "disk-low", severity: "page" }, value: 0 },
  ]);
  expect(told("reeve_alert_firing", { firing: [firing("disk-low"), firing("stuck/a")] })).toEqual([
    { labels: { alert: "disk-low", severity: "page" }, value: 1 },
    { labels: { alert: "stuck/a", severity: "ticket" }, value: 1 },
  ]);
});

test("beyond a hundred, patterns and alerts are told as other: counts added up, ages the longest", () => {
  const many = new Map(Array.from({ length: 103 }, (_, index) => [`p${index}`, index * 1_000]));
  expect(told("reeve_runs_stuck", { stuck: many })).toHaveLength(101);
  expect(told("reeve_runs_stuck", { stuck: many }).at(-1)).toEqual({
    labels: { pattern: "other" },
    value: 100_000 + 101_000 + 102_000,
  });
  expect(told("reeve_oldest_queued_seconds", { queuedMs: many }).at(-1)).toEqual({
    labels: { pattern: "other" },
    value: 102,
  });
  const alerts = Array.from({ length: 102 }, (_, index) => firing(`stuck/p${index}`));
  expect(told("reeve_alert_firing", { firing: alerts }).at(-1)).toEqual({
    labels: { alert: "other", severity: "ticket" },
    value: 2,
  });
});

test("of beliefs, those that rest on the most are told", () => {
  const believed = Array.from({ length: 120 }, (_, evidence) => ({
    pattern: `p${evidence}`,
    domain: "d",
    mean: 0.5,
    low: 0.25,
    high: 0.75,
    evidence,
  }));
  const points = told("reeve_confidence_high", { believed });
  expect(points).toHaveLength(100);
  expect(points[0]).toEqual({ labels: { pattern: "p119", domain: "d" }, value: 0.75 });
});
