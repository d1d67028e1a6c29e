/** `reeve patterns`, as a user's shell sees it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace } from "./call-reeve.ts";

const CONFIG = `
import { agent, sequential, sqliteEngine } from "reeve";
const reserve = agent("reserve", { timeoutMs: 1000, run: async (n: number) => n });
const charge = agent("charge", { run: async (n: number) => n * 2 });
const tell = agent("tell", { timeoutMs: 1000, run: async () => "told" });
const patterns = [
  sequential("orders.fulfil", {
    description: "Reserve, charge\\u001b[31m, tell",
    version: "7",
    matches: { domain: "orders.eu", agentTypes: ["clerk"], attributes: { express: true, sizeMb: { max: 100 } } },
    steps: [reserve, charge, tell],
  }),
  sequential("orders.least", { version: "1", matches: { domain: "orders.*" }, steps: [reserve] }),
  sequential("report", { version: "1", steps: [reserve] }),
];
export default { patterns, engine: sqliteEngine("reeve.db") };
`;

afterAll(disposeWorkspaces);

test("patterns lists what is registered, and touches no log", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const { code, stdout, stderr } = await workspace.reeve("patterns");
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.split("\n")).toEqual([
    "NAME           VERSION  STEPS  SERVES",
    "orders.fulfil  7        3      orders.eu, clerk, express=true, sizeMb≤100",
    "orders.least   1        1      orders.*",
    "report         1        1      by name only",
    "",
  ]);
  expect(existsSync(join(workspace.folder, "reeve.db"))).toBe(false);
});

test("a name lists what is below it, and one pattern is shown whole", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const below = await workspace.reeve("patterns", "orders");
  expect(below.stdout).not.toContain("report");
  const { stdout } = await workspace.reeve("patterns", "orders.fulfil");
  expect(stdout).toContain("orders.fulfil\n  Reserve, charge, tell\n  sequential, 3 steps, version 7\n");
  expect(stdout).toContain("  lighter: orders.least\n");
  expect(stdout).toContain("  ! timeout-missing at charge: ");
});

test("a name that is not there is met with the one that was probably meant", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const { code, stderr } = await workspace.reeve("patterns", "order");
  expect(code).toBe(4);
  expect(stderr).toBe(
    "error: there is no pattern 'order', and none below it\nhint: did you mean 'orders'?\n",
  );
});

test("--advice shows only patterns there is advice on; --json has it for programs", async () => {
  await using workspace = makeWorkspace(CONFIG);
  const { stdout } = await workspace.reeve("patterns", "--advice");
  expect(stdout).toMatch(/^orders\.fulfil\n {2}! steps-independent: .*\n/);
  expect(stdout).not.toContain("report");
  const { stdout: json } = await workspace.reeve("patterns", "--json");
  const { patterns } = JSON.parse(json) as {
    patterns: readonly { name: string; advice: readonly unknown[] }[];
  };
  expect(patterns.map(({ name, advice }) => `${name} ${advice.length}`)).toEqual([
    "orders.fulfil 2",
    "orders.least 0",
    "report 0",
  ]);
});

test("--unused shows patterns that have no runs", async () => {
  await using workspace = makeWorkspace(CONFIG);
  expect((await workspace.reeve("patterns", "--unused")).stdout).toContain("report");
  await workspace.reeve("run", "report", "--input", "1");
  const { stdout } = await workspace.reeve("patterns", "--unused", "--json");
  const { patterns } = JSON.parse(stdout) as { patterns: readonly { name: string }[] };
  expect(patterns.map(({ name }) => name)).toEqual(["orders.fulfil", "orders.least"]);
});

test("an expression that can't be matched is named with its pattern", async () => {
  await using workspace = makeWorkspace(CONFIG.replace('"orders.*"', '"(orders"'));
  const { code, stderr } = await workspace.reeve("patterns");
  expect(code).not.toBe(0);
  expect(stderr).toContain("pattern 'orders.least': matches.domain is (orders, which is no expression");
});
