/** Objectives and alerts over HTTP. The owner's clock is moved by hand; the server's thread has the machine's. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agent, createRuntime, sequential, sqliteEngine, type Runtime } from "@reeve/core";
import { ManualClock } from "@reeve/core/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createClient, type Client } from "../client.ts";
import { createToken, startServer, type ReeveServer } from "../index.ts";

const MINUTE_MS = 60_000;
const WAIT = { timeout: 60_000 };

const orders = sequential("orders", {
  steps: [
    agent("pay", {
      run: (works: boolean) => {
        if (!works) throw new Error("declined");
      },
    }),
  ],
});
const objectives = [
  { name: "succeed", pattern: "orders", success: 0.9 },
  { name: "quick", pattern: "orders", latency: { p: 0.5, ms: 600_000 } },
];

let folder: string;
let clock: ManualClock;
let runtime: Runtime;
let server: ReeveServer;
let client: Client;
let operating: Client;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "reeve-alerts-"));
  const file = join(folder, "log.db");
  clock = new ManualClock(Date.now());
  runtime = await createRuntime({ patterns: [orders], engine: sqliteEngine(file, { clock }), objectives });
  const token = createToken(file, { name: "reader", scope: "read" });
  const operator = createToken(file, { name: "ada", scope: "operate" });
  server = await startServer(runtime, { port: 0 });
  client = createClient({ url: server.url, token });
  operating = createClient({ url: server.url, token: operator });
});

afterEach(async () => {
  await server.close();
  await runtime.close();
  rmSync(folder, { recursive: true });
});

async function work(runs: number, works: boolean): Promise<void> {
  for (let run = 0; run < runs; run++) await (await runtime.start(orders, works)).outcome();
}

test("budgets and windows of objectives are known without anything being evaluated", async () => {
  expect((await client.alerts({})).objectives).toMatchObject([
    { name: "succeed", pattern: "orders", target: 0.9, limitMs: null, budget: 0.1, budgetLeft: null },
    { name: "quick", target: 0.5, limitMs: 600_000, budget: 0.5, budgetLeft: null },
  ]);
  await work(19, true);
  await work(1, false);
  await vi.waitFor(async () => {
    const {
      objectives: [succeed, quick],
      alerts,
    } = await client.alerts({});
    expect(alerts).toEqual([]);
    expect(succeed).toMatchObject({ budgetLeft: 0.5 });
    expect(succeed?.windows[0]).toEqual({ window: "5m", good: 19, bad: 1, errorRate: 0.05, burnRate: 0.5 });
    expect(succeed?.windows.map(({ window }) => window)).toEqual(["5m", "30m", "1h", "6h", "3d"]);
    expect(succeed?.alerts[0]).toEqual({
      alert: "objective/succeed/1h",
      long: "1h",
      short: "5m",
      factor: 14.4,
      severity: "page",
      errorRateMax: 0.55,
      verdict: "calm",
      firing: false,
    });
    expect(quick).toMatchObject({ budgetLeft: 1 });
  }, WAIT);
});

test("alerts are told with what fires, and their history with when and why they were resolved", async () => {
  await work(20, false);
  clock.advance(MINUTE_MS / 2);
  await vi.waitFor(async () => {
    const {
      alerts,
      objectives: [succeed],
    } = await client.alerts({});
    expect(alerts.map(({ alert }) => alert)).toContain("objective/succeed/1h");
    expect(succeed?.alerts[0]).toMatchObject({ verdict: "firing", firing: true });
    expect(succeed?.budgetLeft).toBe(-9);
  }, WAIT);
  await work(200, true);
  clock.advance(MINUTE_MS / 2);
  await vi.waitFor(async () => {
    expect((await client.alerts({})).alerts).toEqual([]);
    const { episodes } = await client.alertHistory({ limit: 1 });
    expect(episodes).toHaveLength(1);
    expect(episodes[0]).toMatchObject({ severity: "ticket", pattern: "orders", resolvedAt: clock.now() });
    expect(episodes[0]?.resolution).toMatch(/^20 of 220 runs of 'orders' ended badly/);
    expect((await client.alertHistory({})).episodes).toHaveLength(3);
    expect((await client.alertHistory({ pattern: "other" })).episodes).toEqual([]);
  }, WAIT);
});

test("an alert is silenced by who may operate, shown with it, and fires all the same", async () => {
  const asked = { alert: "objective/succeed/*", reason: "the bank is down", forMs: 3_600_000 };
  await expect(client.silence(asked)).rejects.toMatchObject({ status: 403 });
  await expect(operating.silence({ ...asked, forMs: 1 })).rejects.toMatchObject({ code: "option-invalid" });
  const { id } = await operating.silence(asked);
  await work(20, false);
  clock.advance(MINUTE_MS / 2);
  await vi.waitFor(async () => {
    const { alerts, silences } = await client.alerts({});
    const [silence] = silences;
    expect(silence).toMatchObject({ id, alert: asked.alert, reason: asked.reason, by: "ada" });
    expect(alerts.map((alert) => alert.silence)).toEqual([silence, silence, silence]);
  }, WAIT);
  const { acts } = await client.audit({});
  expect(acts[0]).toMatchObject({ kind: "alert-silenced", subject: asked.alert, reason: asked.reason });
  await operating.unsilence({ id });
  await vi.waitFor(async () => {
    const { alerts, silences } = await client.alerts({});
    expect(silences).toEqual([]);
    expect(alerts.map((alert) => alert.silence)).toEqual([null, null, null]);
  }, WAIT);
});
