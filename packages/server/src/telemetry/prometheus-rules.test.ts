/** The alerts of the process and those of Prometheus from the same series; promtool is asked where it is installed. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  agent,
  burnRateChanges,
  createRuntime,
  memoryEngine,
  objectives,
  sequential,
  type ActiveAlert,
  type Event,
} from "@reeve/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { burnFixtures, type BurnFixture } from "../testing/burn-fixtures.ts";
import { prometheusRules } from "./prometheus-rules.ts";
import { serveMetrics } from "./serve-metrics.ts";

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 0, 1);
const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-rules-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function promtool(...args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync("promtool", args, { cwd: folder, encoding: "utf8" });
  return status === 0 ? "" : stdout + stderr;
}

test.each(burnFixtures)("in the process: $title", ({ objective, minutes, firing }) => {
  const fold = objectives([objective]);
  const active = new Map<string, ActiveAlert>();
  let state = fold.initial();
  for (let minute = 0; minute <= minutes.length; minute++) {
    const now = START + minute * MINUTE_MS;
    for (const { state: changed, ...change } of burnRateChanges(state, active, now)) {
      expect(active.has(change.alert)).toBe(changed === "resolved");
      if (changed === "resolved") active.delete(change.alert);
      else active.set(change.alert, { ...change, since: now });
    }
    const expected = firing[minute];
    if (expected) {
      const alerts = expected.map((window) => `objective/${objective.name}/${window}`);
      expect.soft([...active.keys()].toSorted(), `at minute ${minute}`).toEqual(alerts.toSorted());
    }
    const [good = 0, bad = 0] = minutes[minute] ?? [];
    for (let run = 0; run < good + bad; run++) state = fold.apply(state, ended(objective, now, run < good));
  }
});

/** A run that ended within half a minute of `now`. */
function ended(objective: BurnFixture["objective"], now: number, isGood: boolean): Event {
  const head = { version: 1, run: "r", seq: 2, position: 2, at: now + MINUTE_MS / 2 } as const;
  const { pattern } = objective;
  const isSlow = "latency" in objective && !isGood;
  const error = { name: "Error", message: "m", code: "thrown", path: "" };
  const aftermath = { undone: [], notUndone: [], unsure: [], kept: [] };
  return {
    ...head,
    kind: "run-ended",
    outcome: isGood
      ? { status: "completed", output: { of: "nothing" } }
      : { status: "failed", error, ...aftermath },
    pattern,
    domain: "default",
    durationMs: isSlow ? 501 : 10,
  };
}

test.skipIf(!hasPromtool).each(burnFixtures)("in Prometheus: $title", (fixture) => {
  const rules = prometheusRules({ objectives: [fixture.objective] });
  writeFileSync(join(folder, "rules.yml"), rules);
  writeFileSync(join(folder, "test.yml"), JSON.stringify(promtoolTest(fixture, rules)));
  expect(promtool("test", "rules", "test.yml")).toBe("");
});

function promtoolTest({ objective, minutes, firing }: BurnFixture, rules: string): unknown {
  const series = ["good", "bad"].map((result, index) => {
    let count = 0;
    const values = [0, ...minutes.map((minute) => (count += minute[index] ?? 0))];
    const labels = `objective="${objective.name}",result="${result}"`;
    return { series: `reeve_objective_runs_total{${labels}}`, values: values.join(" ") };
  });
  const alerts = [...rules.matchAll(ALERT)].map(([, ...fields]) => {
    const [alert, pattern, window, severity, summary] = fields.map(templated);
    const labels = { alert, pattern, window, severity, objective: objective.name };
    return { window, exp_labels: labels, exp_annotations: { summary } };
  });
  expect(alerts).toHaveLength(3);
  const tests = Object.entries(firing).map(([minute, windows]) => ({
    eval_time: `${minute}m`,
    alertname: "ReeveObjectiveBurns",
    exp_alerts: alerts
      .filter(({ window }) => windows.some((one) => one === window))
      .map(({ exp_labels, exp_annotations }) => ({ exp_labels, exp_annotations })),
  }));
  return {
    rule_files: ["rules.yml"],
    evaluation_interval: "1m",
    tests: [{ interval: "1m", input_series: series, alert_rule_test: tests }],
  };
}

/** What Prometheus makes of a text that is a template. */
function templated(text: string): string {
  return String(JSON.parse(text)).replaceAll('{{"{{"}}', "{{");
}

const ALERT =
  /labels:\n +alert: (.*)\n +pattern: (.*)\n +window: (.*)\n +severity: (.*)\n +annotations:\n +summary: (.*)\n/g;

test.skipIf(!hasPromtool)("promtool has no complaint about the rules of all fixtures together", () => {
  const names = new Set<string>();
  const all = burnFixtures.flatMap(({ objective }) => {
    if (names.has(objective.name)) return [];
    names.add(objective.name);
    return [objective];
  });
  writeFileSync(join(folder, "rules.yml"), prometheusRules({ objectives: all }));
  expect(promtool("check", "rules", "rules.yml")).toBe("");
});

test("the counters of objectives are served from 0 on, whatever became of labels", async () => {
  const work = agent("work", {
    run: (order: number) => {
      if (order > 2) throw new Error("too large");
    },
  });
  const orders = sequential("orders", { steps: [work] });
  const [succeed, quick] = [
    { name: "succeed", pattern: "orders", success: 0.9 },
    { name: "quick", pattern: "orders", latency: { p: 0.9, ms: 60_000 } },
  ];
  await using runtime = await createRuntime({
    patterns: [orders],
    engine: memoryEngine(),
    telemetry: true,
    objectives: [succeed, quick],
  });
  const server = await serveMetrics(runtime, { port: 0 });
  const scrape = async (): Promise<readonly string[]> =>
    (await (await fetch(server.url)).text())
      .split("\n")
      .filter((line) => line.startsWith("reeve_objective_runs"));
  const line = (objective: string, result: string, value: number): string =>
    `reeve_objective_runs_total{objective="${objective}",result="${result}"} ${value}`;
  try {
    expect(await scrape()).toEqual([
      line("succeed", "good", 0),
      line("succeed", "bad", 0),
      line("quick", "good", 0),
      line("quick", "bad", 0),
    ]);
    for (const order of [1, 2, 3]) await (await runtime.start(orders, order)).outcome();
    expect(await scrape()).toEqual([
      line("succeed", "good", 2),
      line("succeed", "bad", 1),
      line("quick", "good", 2),
      line("quick", "bad", 0),
    ]);
  } finally {
    await server.close();
  }
});
