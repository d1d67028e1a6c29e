import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testExamples } from "../testing/fixtures/docs-examples.ts";
import { metricList } from "./metric-list.ts";
import { standingMetrics } from "./standing-metrics.ts";

const root = join(import.meta.dirname, "../../../..");

testExamples("docs/telemetry.md");

test("the page on telemetry lists every metric as the code has it", () => {
  const page = readFileSync(join(root, "docs/telemetry.md"), "utf8");
  const [, rest = ""] = page.split("<!-- metrics -->\n");
  const [table = ""] = rest.split("\n\n");
  const rows = [...metricList, ...standingMetrics].map(({ name, type, labels, help }) => {
    const called = type === "counter" ? `${name}_total` : name;
    return `| \`${called}\` | ${type} | ${labels.join(", ")} | ${help} |`;
  });
  expect(table.trim().split("\n")).toEqual([
    "| Metric | Kind | Labels | Meaning |",
    "|---|---|---|---|",
    ...rows,
  ]);
});
