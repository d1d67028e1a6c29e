import { expect, test } from "vitest";
import { memoryEngine } from "../engine/memory/memory-engine.ts";
import { alertLimits } from "../telemetry/alert-limits.ts";
import type { Threshold } from "../telemetry/threshold.ts";
import { checkAlerts } from "./check-alerts.ts";
import { effectiveSettings } from "./effective-settings.ts";

const good = { name: "t", pattern: "p", successRate: 0.9 };
const one = (threshold: unknown) => ({ thresholds: [threshold] });

const all: readonly Threshold[] = [
  good,
  { name: "quick", pattern: "p", responseTime: { p: 0.95, ms: 800 }, windowMs: 3_600_000, severity: "page" },
  { name: "trusted", pattern: "p", confidence: 0.7, domain: "d" },
  { name: "small", residentBytes: 1.5e9 },
];

test("thresholds and limits are taken as they are; what is not given is the default", () => {
  expect(checkAlerts(undefined)).toEqual({ thresholds: [], limits: alertLimits, isAsked: false });
  const queued = checkAlerts({ thresholds: all, queuedMs: 60_000 });
  expect(queued).toEqual({ thresholds: all, limits: { ...alertLimits, queuedMs: 60_000 }, isAsked: true });
});

test("thresholds and limits are among the settings that hold", () => {
  const settings = effectiveSettings({
    patterns: [],
    engine: memoryEngine(),
    alerts: { thresholds: all, queuedMs: 60_000 },
  });
  const shown = settings.filter(({ name }) => name.startsWith("alerts."));
  expect(shown).toContainEqual({ name: "alerts.queuedMs", value: 60_000, source: "given" });
  expect(shown).toContainEqual({ name: "alerts.exportLagMs", value: 300_000, source: "default" });
  expect(shown.slice(-4).map(({ value }) => value)).toEqual([
    "90 % of 'p' succeed over 10 min",
    "95 % of 'p' within 800 ms over 60 min",
    "confidence in 'p' in 'd' at least 0.7",
    "memory at most 1.5 GB",
  ]);
});

test.each<[unknown, string]>([
  [7, "alerts is 7"],
  [{ queuedMs: "5m" }, "alerts.queuedMs is 5m"],
  [{ queuedMs: 5 }, "alerts.queuedMs is 5"],
  [{ stuckFactor: Infinity }, "alerts.stuckFactor is Infinity"],
  [{ queueMs: 60_000 }, "alerts.queueMs is 60000"],
  [{ thresholds: {} }, "alerts.thresholds is {}"],
  [{ thresholds: Array.from({ length: 51 }, () => good) }, "alerts.thresholds.length is 51"],
  [{ thresholds: [good, good] }, "alerts.thresholds[1].name is t"],
  [one(7), "alerts.thresholds[0] is 7"],
  [one({ ...good, name: "a b" }), "alerts.thresholds[0].name is a b"],
  [one({ ...good, severity: "high" }), "alerts.thresholds[0].severity is high"],
  [one({ name: "t", pattern: "p" }), "alerts.thresholds[0] is { name: 't', pattern: 'p' }"],
  [one({ ...good, confidence: 0.5 }), "alerts.thresholds[0] is { name: 't', pattern: 'p', successRate"],
  [one({ name: "t", successRate: 0.9 }), "alerts.thresholds[0].pattern is undefined"],
  [one({ ...good, successRate: 90 }), "alerts.thresholds[0].successRate is 90"],
  [one({ ...good, windowMs: 5 }), "alerts.thresholds[0].windowMs is 5"],
  [one({ ...good, domain: "d" }), "alerts.thresholds[0].domain is d"],
  [one({ name: "t", pattern: "p", responseTime: 5 }), "alerts.thresholds[0].responseTime is 5"],
  [
    one({ name: "t", pattern: "p", responseTime: { p: 95, ms: 5 } }),
    "alerts.thresholds[0].responseTime.p is 95",
  ],
  [
    one({ name: "t", pattern: "p", responseTime: { p: 0.9 } }),
    "alerts.thresholds[0].responseTime.ms is undefined",
  ],
  [one({ name: "t", pattern: "p", confidence: 0.9, domain: "" }), "alerts.thresholds[0].domain is ''"],
  [one({ name: "t", residentBytes: -1 }), "alerts.thresholds[0].residentBytes is -1"],
  [one({ name: "t", residentBytes: 5, pattern: "p" }), "alerts.thresholds[0].pattern is p"],
])("%#: what makes no sense is refused, with its place", (received, message) => {
  expect(() => checkAlerts(received)).toThrow(`createRuntime: ${message}`);
});

test("a misspelt limit is answered with what was meant", () => {
  expect(() => checkAlerts({ queueMs: 1 })).toThrow(
    expect.objectContaining({ hint: "did you mean 'queuedMs'?" }),
  );
});
