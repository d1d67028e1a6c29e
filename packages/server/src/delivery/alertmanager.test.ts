/** What an Alertmanager makes of news of alerts; its program is asked where it is installed. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createProbe } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime, memoryEngine, type Runtime } from "@reeve/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { deliverAlerts } from "./deliver-alerts.ts";

/** Debian's name, and that of the project's own archives. */
const program = ["prometheus-alertmanager", "alertmanager"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
);

const WAIT = { timeout: 50_000, interval: 100 };

const Told = z.array(
  z.object({
    labels: z.record(z.string(), z.string()),
    annotations: z.record(z.string(), z.string()),
    startsAt: z.iso.datetime({ offset: true }),
    endsAt: z.iso.datetime({ offset: true }),
    status: z.object({ state: z.string() }),
  }),
);
const Page = z.object({
  alerts: z.array(z.object({ status: z.string(), labels: z.record(z.string(), z.string()) })),
});

let folder: string;
let runtime: Runtime;
let undo: (() => Promise<void> | void)[];
/** What Alertmanager told the person on call, as "state alert", in order. */
let paged: string[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "reeve-alertmanager-"));
  [undo, paged] = [[() => rmSync(folder, { recursive: true })], []];
  runtime = await createRuntime({ patterns: [], engine: memoryEngine() });
  undo.unshift(() => runtime.close());
});

afterEach(async () => {
  for (const one of undo) await one();
});

async function say(state: "firing" | "resolved", alert: string): Promise<void> {
  const said = { alert, state, severity: "page", summary: `it is ${state}`, pattern: "orders" } as const;
  await runtime.engine.control({ kind: "alert-changed", ...said });
}

async function alertsAt(url: string): Promise<z.infer<typeof Told>> {
  return Told.parse(await (await fetch(`${url}/api/v2/alerts`)).json());
}

/** By alert. */
async function statesAt(url: string): Promise<Readonly<Record<string, string>>> {
  const states: Record<string, string> = {};
  for (const { labels, status } of await alertsAt(url)) states[labels["alert"] ?? ""] = status.state;
  return states;
}

test.skipIf(program === undefined)(
  "a real Alertmanager shows what fires, pages once, hears that it is over, and is told nothing of what is silenced",
  async () => {
    const url = await startAlertmanager(await startPager());
    const delivery = await deliverAlerts(runtime, { receivers: [{ name: "am", alertmanager: url }] });
    undo.unshift(() => delivery.close());

    const silence = await runtime.silence("stuck/quiet", { reason: "a test", forMs: 600_000 });
    await say("firing", "stuck/quiet");
    await say("firing", "stuck/orders");
    await say("firing", 'stuck/"quoted" \\ <b>\n');
    await vi.waitFor(async () => expect(Object.keys(await statesAt(url))).toHaveLength(2), WAIT);
    expect(await statesAt(url)).toEqual({ "stuck/orders": "active", 'stuck/"quoted" \\ <b>\n': "active" });
    const told = (await alertsAt(url)).find(({ labels }) => labels["alert"] === "stuck/orders");
    expect(told).toMatchObject({
      labels: { alertname: "Reeve", severity: "page", pattern: "orders", log: runtime.engine.logId },
      annotations: { summary: "it is firing" },
    });
    expect(Date.parse(told?.endsAt ?? "")).toBeGreaterThan(Date.now() + 120_000);

    await say("resolved", "stuck/orders");
    await vi.waitFor(() => expect(paged).toContain("resolved stuck/orders"), WAIT);
    expect(Object.keys(await statesAt(url))).toEqual(['stuck/"quoted" \\ <b>\n']);
    expect(paged.filter((line) => line === "firing stuck/orders")).toHaveLength(1);
    expect(paged.filter((line) => line.includes("quiet"))).toEqual([]);

    await runtime.unsilence(silence);
    await vi.waitFor(async () => expect(await statesAt(url)).toHaveProperty("stuck/quiet", "active"), WAIT);
  },
  120_000,
);

test.skipIf(program === undefined)(
  "a silence that was set in Alertmanager holds by the labels of the alert",
  async () => {
    const url = await startAlertmanager(await startPager());
    const matcher = { name: "pattern", value: "orders", isRegex: false, isEqual: true };
    const [startsAt, endsAt] = [Date.now() - 1_000, Date.now() + 600_000].map((at) =>
      new Date(at).toISOString(),
    );
    const silenced = await fetch(`${url}/api/v2/silences`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ matchers: [matcher], startsAt, endsAt, createdBy: "test", comment: "a test" }),
    });
    expect(silenced.status).toBe(200);
    const delivery = await deliverAlerts(runtime, { receivers: [{ name: "am", alertmanager: url }] });
    undo.unshift(() => delivery.close());
    await say("firing", "stuck/orders");
    await vi.waitFor(async () => expect(await statesAt(url)).toEqual({ "stuck/orders": "suppressed" }), WAIT);
    expect(paged).toEqual([]);
  },
  120_000,
);

/** Who Alertmanager pages; its address. */
async function startPager(): Promise<string> {
  const pager = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (part: string) => (text += part));
    request.on("end", () => {
      for (const { status, labels } of Page.parse(JSON.parse(text)).alerts)
        paged.push(`${status} ${labels["alert"] ?? ""}`);
      response.end();
    });
  });
  await new Promise<void>((resolve) => pager.listen(0, "127.0.0.1", resolve));
  undo.unshift(async () => {
    pager.closeAllConnections();
    await new Promise<void>((resolve) => pager.close(() => resolve()));
  });
  const address = pager.address();
  return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
}

/** Pages at once, each alert by itself; its address. */
async function startAlertmanager(pager: string): Promise<string> {
  const config = join(folder, "alertmanager.yml");
  const route = { receiver: "pager", group_by: ["..."], group_wait: "0s", group_interval: "1s" };
  const receivers = [{ name: "pager", webhook_configs: [{ url: pager, send_resolved: true }] }];
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ route: { ...route, repeat_interval: "1h" }, receivers }));
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(
    program ?? "",
    [
      `--config.file=${config}`,
      `--storage.path=${join(folder, "storage")}`,
      `--web.listen-address=${new URL(url).host}`,
      "--cluster.listen-address=",
    ],
    { stdio: "ignore" },
  );
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  undo.unshift(async () => {
    child.kill();
    await gone;
  });
  await vi.waitFor(async () => expect((await fetch(`${url}/-/ready`)).ok).toBe(true), WAIT);
  return url;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createProbe();
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
