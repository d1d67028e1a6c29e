import { expect, test } from "vitest";
import type { ActiveAlert } from "../delegation/alert.ts";
import { needChanges } from "./need-alerts.ts";
import { needs, type Needs } from "./needs.ts";

const HOUR_MS = 3_600_000;

function stateOf(stranded: readonly string[], rollbackFailed: readonly string[]): Needs {
  const state = needs.initial();
  for (const [index, pattern] of stranded.entries()) state.stranded.set(`s${index}`, { pattern, since: 0 });
  for (const [index, pattern] of rollbackFailed.entries())
    state.rollbackFailed.set(`r${index}`, { pattern, since: 0 });
  return state;
}

function firing(...alerts: readonly string[]): ReadonlyMap<string, ActiveAlert> {
  return new Map(alerts.map((alert) => [alert, { alert, severity: "page", summary: "s", since: 0 }]));
}

test("each pattern with runs in need has one alert of each kind, said once, with how many they are", () => {
  const state = stateOf(["a", "a", "b"], ["a"]);
  const changes = needChanges(state, firing(), HOUR_MS);
  expect(changes.map(({ alert, state: to, severity }) => `${alert} ${to} ${severity}`)).toEqual([
    "stranded/a firing page",
    "stranded/b firing page",
    "rollback-failed/a firing page",
  ]);
  expect(changes[0]?.summary).toMatch(/^2 runs of 'a' stranded/);
  expect(needChanges(state, firing("stranded/a", "stranded/b", "rollback-failed/a"), HOUR_MS)).toEqual([]);
});

test("an alert is resolved when no run is in need, or nobody looked for three days; others are left alone", () => {
  const active = firing("stranded/a", "rollback-failed/a", "objective/a/1h");
  const resolved = (state: Needs, now: number): readonly string[] =>
    needChanges(state, active, now).map(({ alert, state: to }) => `${alert} ${to}`);
  expect(resolved(stateOf([], []), 0)).toEqual(["stranded/a resolved", "rollback-failed/a resolved"]);
  expect(resolved(stateOf(["a"], ["a"]), 71 * HOUR_MS)).toEqual([]);
  expect(resolved(stateOf(["a"], ["a"]), 72 * HOUR_MS)).toEqual(["rollback-failed/a resolved"]);
});

test("the fold is bounded, and passes JSON", () => {
  let state = needs.initial();
  for (let run = 0; run < 1_005; run++) {
    const head = { version: 1, run: `r${run}`, seq: 1, position: run, at: run } as const;
    state = needs.apply(state, { ...head, kind: "run-stranded", reason: "r", hint: "h" }, () => "p");
  }
  expect(state.stranded.size).toBe(1_000);
  expect(state.stranded.has("r4")).toBe(false);
  expect(state.stranded.get("r5")).toEqual({ pattern: "p", since: 5 });
  expect(needs.revive?.(JSON.parse(JSON.stringify(needs.save?.(state))))).toEqual(state);
});
