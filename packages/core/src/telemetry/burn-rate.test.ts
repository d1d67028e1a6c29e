import { expect, test } from "vitest";
import type { ActiveAlert } from "../delegation/alert.ts";
import { burnAlertName, burnRateChanges, burnRates, firingErrorRate } from "./burn-rate.ts";
import type { Objective } from "./objective.ts";
import { objectives } from "./objectives.ts";
import { addToWindows } from "./window-counts.ts";

const MINUTE_MS = 60_000;
const NOW = Date.UTC(2026, 0, 1);
const objective: Objective = { name: "succeed", pattern: "orders", success: 0.99 };

/** The changes at NOW, with so many good and bad runs so many minutes ago. */
function changes(
  runs: readonly (readonly [minutesAgo: number, good: number, bad: number])[],
  firing: readonly string[] = [],
  list: readonly Objective[] = [objective],
) {
  const state = objectives(list).initial();
  for (const [minutesAgo, good, bad] of runs) {
    for (const { windows } of state.list) {
      for (let run = 0; run < good; run++) addToWindows(windows, NOW - minutesAgo * MINUTE_MS, "good");
      for (let run = 0; run < bad; run++) addToWindows(windows, NOW - minutesAgo * MINUTE_MS, "bad");
    }
  }
  const active = new Map<string, ActiveAlert>(
    firing.map((alert) => [alert, { alert, severity: "page", summary: "s", pattern: "orders", since: 0 }]),
  );
  return burnRateChanges(state, active, NOW);
}

const named = (list: ReturnType<typeof changes>): readonly string[] =>
  list.map(({ alert, state }) => `${alert} ${state}`);

test("an alert fires when the budget burns too fast in both of its windows, and says with which figures", () => {
  const found = changes([[3, 85, 15]]);
  expect(named(found)).toEqual([
    "objective/succeed/1h firing",
    "objective/succeed/6h firing",
    "objective/succeed/3d firing",
  ]);
  expect(found[0]).toEqual({
    alert: "objective/succeed/1h",
    state: "firing",
    severity: "page",
    pattern: "orders",
    summary: "15 of 100 runs of 'orders' ended badly in the last 1h; 'succeed' lets 1 % do so",
  });
  expect(found.map(({ severity }) => severity)).toEqual(["page", "page", "ticket"]);
  expect(named(changes([[3, 90, 10]]))).not.toContain("objective/succeed/1h firing");
});

test("what is over in the short window, or small beside the long one, does not fire, and resolves", () => {
  const short = [
    [30, 0, 50],
    [3, 20, 0],
  ] as const;
  expect(named(changes(short))).not.toContain("objective/succeed/1h firing");
  const [resolved] = changes(short, ["objective/succeed/1h"]);
  expect(resolved).toMatchObject({ state: "resolved", severity: "page" });
  expect(resolved?.summary).toMatch(/^0 of 20 runs of 'orders' ended badly in the last 5m/);
  expect(
    changes([
      [50, 1_000, 0],
      [3, 0, 5],
    ]),
  ).toEqual([]);
});

test("no data, or too little of it, is held: nothing fires, and nothing is resolved", () => {
  const all = burnRates.map((rate) => burnAlertName(objective, rate));
  expect(changes([])).toEqual([]);
  expect(changes([], all)).toEqual([]);
  expect(changes([[3, 0, 9]])).toEqual([]);
  expect(changes([[3, 0, 9]], all)).toEqual([]);
  expect(named(changes([[3, 0, 10]]))).toHaveLength(3);
});

test("an alert that fires is said once", () => {
  const all = burnRates.map((rate) => burnAlertName(objective, rate));
  expect(changes([[3, 0, 100]], all)).toEqual([]);
});

test("a low objective can fire, too", () => {
  const low: Objective = { name: "low", pattern: "orders", success: 0.5 };
  expect(burnRates.map((rate) => firingErrorRate(low, rate))).toEqual([0.75, 0.75, 0.5]);
  expect(named(changes([[3, 20, 80]], [], [low]))).toContain("objective/low/1h firing");
});

test("the alert of an objective that is no more is resolved; alerts of others are left alone", () => {
  const found = changes([], ["objective/gone/1h", "stranded"]);
  expect(found).toMatchObject([
    { alert: "objective/gone/1h", state: "resolved", summary: "there is no such objective any more" },
  ]);
  expect(found[0]).not.toHaveProperty("since");
});
