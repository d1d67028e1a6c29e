/** The dashboard against the list of metrics; promtool reads its expressions where it is installed. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { metricList, standingMetrics } from "@reeve/core";
import { expect, test } from "vitest";
import { grafanaDashboard } from "./grafana-dashboard.ts";

const hasPromtool = spawnSync("promtool", ["--version"]).status === 0;

const { panels } = grafanaDashboard();
const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

const all = [...metricList, ...standingMetrics];

/** The metrics as they are scraped. */
const served = new Set(
  all.flatMap(({ name, type }) => {
    if (type === "counter") return [`${name}_total`];
    return type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
  }),
);

test("every metric that is used is served, and every metric that is served has a panel", () => {
  const used = new Set(expressions.flatMap((expr) => expr.match(/reeve_\w+/g) ?? []));
  expect([...used].filter((name) => !served.has(name))).toEqual([]);
  expect(panels.filter(({ type }) => type === "timeseries")).toHaveLength(all.length);
  expect(JSON.stringify(grafanaDashboard())).toContain("label_values(reeve_runs_started_total, pattern)");
  for (const { name } of all) {
    const isUsed = [...used].some((one) => one.startsWith(name));
    expect([name, isUsed]).toEqual([name, true]);
  }
});

test("labels that are asked for are those of the metric", () => {
  for (const { name, labels } of all) {
    const own = expressions.filter((expr) => new RegExp(`\\b${name}(_total|_bucket)?\\b`).test(expr));
    expect(own.length).toBeGreaterThan(0);
    for (const expr of own) {
      const asked = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, names = ""]) => names.split(", "));
      expect(asked.filter((label) => label !== "le" && !labels.includes(label))).toEqual([]);
    }
  }
});

test("panels have ids of their own, stand in three columns and do not overlap", () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const taken = new Set<string>();
  for (const { gridPos } of panels) {
    expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
        expect(taken.has(`${x} ${y}`)).toBe(false);
        taken.add(`${x} ${y}`);
      }
    }
  }
});

test.skipIf(!hasPromtool)("promtool reads every expression", () => {
  const folder = mkdtempSync(join(tmpdir(), "reeve-grafana-"));
  try {
    const rules = expressions.map((expr, index) => {
      const filled = expr.replaceAll("$__rate_interval", "5m").replaceAll("$pattern", ".*");
      expect(filled).not.toContain("$");
      return { record: `panel:number:${index}`, expr: filled };
    });
    writeFileSync(join(folder, "rules.yml"), JSON.stringify({ groups: [{ name: "panels", rules }] }));
    const checked = spawnSync("promtool", ["check", "rules", "rules.yml"], { cwd: folder, encoding: "utf8" });
    expect(checked.stderr).toBe("");
    expect(checked.stdout).toContain(`${rules.length} rules found`);
    expect(checked.status).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
