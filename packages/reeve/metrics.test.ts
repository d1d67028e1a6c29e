/** What is printed for Prometheus and Grafana, and what is told of a run's trace. */
import { afterEach, expect, test } from "vitest";
import { disposeWorkspaces, makeWorkspace } from "./call-reeve.ts";

const config = (more: string): string => `
import { agent, sequential, sqliteEngine } from "reeve";
const work = agent("work", { run: (fails: boolean) => { if (fails) throw new Error("no"); } });
export default {
  patterns: [sequential("orders", { steps: [work] })],
  engine: sqliteEngine("log.db"),
  ${more}
};
`;

afterEach(disposeWorkspaces);

test("the dashboard for Grafana is JSON, and needs no configuration", async () => {
  await using workspace = makeWorkspace("");
  const { code, stdout } = await workspace.reeve("metrics", "grafana");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ title: "Reeve", panels: expect.any(Array) });
});

test("the rules for Prometheus are those of the configuration's objectives and thresholds, and the built-in ones", async () => {
  const objective = `{ name: "orders-succeed", pattern: "orders", success: 0.99 }`;
  const threshold = `{ name: "orders-work", pattern: "orders", successRate: 0.9 }`;
  const given = `objectives: [${objective}], alerts: { queuedMs: 90_000, thresholds: [${threshold}] },`;
  await using workspace = makeWorkspace(config(given));
  const { stdout } = await workspace.reeve("metrics", "rules");
  expect(stdout).toContain('alert: "objective/orders-succeed/1h"');
  expect(stdout).toContain('alert: "threshold/orders-work"');
  expect(stdout).toContain("reeve_oldest_queued_seconds >= 90");
  await using bare = makeWorkspace(config(""));
  const built = await bare.reeve("metrics", "rules");
  expect([built.code, built.stdout]).toEqual([0, expect.stringContaining("reeve_runs_stuck > 0")]);
  expect(built.stdout).not.toContain("reeve-objectives");
  expect((await bare.reeve("metrics", "list")).stderr).toContain("use rules or grafana");
});

test("reeve show tells a run's trace and why it is kept; reeve config show, by which rules", async () => {
  await using workspace = makeWorkspace(config(`tracing: { share: 0, slowMs: { orders: 60_000 } },`));
  await workspace.reeve("run", "orders", "--input", "true", "--id", "bad");
  await workspace.reeve("run", "orders", "--input", "false", "--id", "good");
  const traceOf = async (run: string): Promise<unknown> => {
    const shown: { readonly trace: unknown } = JSON.parse(
      (await workspace.reeve("show", run, "--json")).stdout,
    );
    return shown.trace;
  };
  expect(await traceOf("bad")).toEqual({ id: expect.stringMatching(/^[0-9a-f]{32}$/), kept: "error" });
  expect(await traceOf("good")).toMatchObject({ kept: null });
  expect((await workspace.reeve("show", "bad", "--debug")).stdout).toMatch(
    /^trace [0-9a-f]{32}, kept: error$/m,
  );
  const settings = (await workspace.reeve("config", "show")).stdout;
  expect(settings).toMatch(/^tracing\.share +0 +reeve\.config\.ts$/m);
  expect(settings).toMatch(/^tracing\.slowMs\['orders'\] +60,?000 +reeve\.config\.ts$/m);
  expect(settings).toMatch(/^tracing\.propagate +share +default$/m);
});
