/** What Prometheus makes of the metrics; its programs are asked where they are installed. */
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agent, createRuntime, memoryEngine, metricList, sequential, type Runtime } from "@reeve/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { serveMetrics, type MetricsServer } from "./serve-metrics.ts";

const isInstalled = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;

let folder: string;
let runtime: Runtime;
let server: MetricsServer;
let undo: (() => Promise<void>)[];

const work = agent("work", {
  run: (order: number, ctx) => {
    ctx.usage({ inputTokens: order });
    if (order % 7 === 0) throw new Error("seven");
    return order;
  },
});
const orders = sequential('say "hi"\\', { steps: [work] });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "reeve-prometheus-"));
  const objectives = [{ name: "succeed", pattern: orders.name, success: 0.99 }];
  runtime = await createRuntime({ engine: memoryEngine(), patterns: [orders], telemetry: true, objectives });
  server = await serveMetrics(runtime, { port: 0 });
  undo = [];
});

afterEach(async () => {
  for (const one of undo) await one();
  await server.close();
  await runtime.close();
  rmSync(folder, { recursive: true });
});

async function runOrders(from: number, to: number): Promise<void> {
  for (let order = from; order < to; order++) await (await runtime.start(orders, order)).outcome();
}

async function scrape(url = server.url): Promise<string> {
  const response = await fetch(url);
  expect(response.headers.get("content-type")).toContain("version=0.0.4");
  return response.text();
}

test("the text has every metric that has a series, with quoted labels and seconds", async () => {
  await runOrders(1, 9);
  const text = await scrape();
  expect(text).toContain('reeve_runs_ended_total{pattern="say \\"hi\\"\\\\",outcome="completed"} 7');
  expect(text).toContain('reeve_tokens_total{agent="work",direction="input"} 36');
  expect(text).toMatch(/reeve_run_duration_seconds_bucket\{pattern="[^}]*le="0\.005"\} \d/);
  expect(text).toMatch(/reeve_run_duration_seconds_count\{[^}]*\} 8\n/);
  const without = metricList.filter(({ name }) => !text.includes(`# HELP ${name}`)).map(({ name }) => name);
  expect(
    without.every((name) => /_(bytes|seconds_\w+|utilization|handles)$|^reeve_(export|breaker)_/.test(name)),
  ).toBe(true);
  expect((await fetch(server.url.replace("/metrics", "/"))).status).toBe(404);
});

test("counters begin at 0 with the server, not with the log", async () => {
  await runOrders(1, 9);
  const later = await serveMetrics(runtime, { port: 0 });
  undo.push(() => later.close());
  expect(await scrape(later.url)).toMatch(/reeve_run_duration_seconds_count\{[^}]*\} 0\n/);
  await runOrders(10, 12);
  const text = await scrape(later.url);
  expect(text).toMatch(/reeve_runs_started_total\{[^}]*\} 2\n/);
  expect(text).toMatch(/reeve_run_duration_seconds_bucket\{[^}]*le="\+Inf"\} 2\n/);
  expect(await scrape()).toMatch(/reeve_runs_started_total\{[^}]*\} 10\n/);
});

test("a page whose name was rebound gets nothing; addresses and names that are allowed do", async () => {
  const { port } = new URL(server.url);
  const named = await serveMetrics(runtime, { port: 0, allowHosts: ["Reeve.example"] });
  undo.push(() => named.close());
  const statusAs = (host: string, at = port): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const options = { port: Number(at), host: "127.0.0.1", path: "/metrics", headers: { host } };
      const asking = get(options, (response) => resolve(response.resume().statusCode));
      asking.on("error", reject);
    });
  const refused = [`evil.example:${port}`, "localhost.evil.example", "reeve.example", "a b"];
  for (const host of refused) expect([host, await statusAs(host)]).toEqual([host, 403]);
  const allowed = [`127.0.0.1:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`, "192.0.2.7"];
  for (const host of allowed) expect([host, await statusAs(host)]).toEqual([host, 200]);
  expect(await statusAs("reeve.example:9464", new URL(named.url).port)).toBe(200);
});

test("a port that is taken is refused, with what helps", async () => {
  const { port } = new URL(server.url);
  await expect(serveMetrics(runtime, { port: Number(port) })).rejects.toMatchObject({
    code: "option-invalid",
    hint: "give another port, or 0",
  });
});

test.skipIf(!isInstalled("promtool"))("promtool has no complaint", async () => {
  await runOrders(1, 9);
  const checked = spawnSync("promtool", ["check", "metrics"], { input: await scrape(), encoding: "utf8" });
  expect(checked.stdout + checked.stderr).toBe("");
  expect(checked.status).toBe(0);
});

test.skipIf(!isInstalled("prometheus"))(
  "what Prometheus has counted after the work and two more scrapes is what the log says",
  async () => {
    const url = await startPrometheus();
    const scrapes = (): Promise<number> => ask(url, "count_over_time(up[10m])");
    await vi.waitFor(async () => expect(await scrapes()).toBeGreaterThan(0), WAIT);
    await runOrders(1, 200);
    const before = await scrapes();
    await vi.waitFor(async () => expect(await scrapes()).toBeGreaterThanOrEqual(before + 2), WAIT);
    const ended = { completed: 0, failed: 0 };
    for await (const event of runtime.events({ follow: false })) {
      if (event.kind === "run-ended" && event.outcome.status in ended) {
        ended[event.outcome.status === "completed" ? "completed" : "failed"]++;
      }
    }
    expect(ended).toEqual({ completed: 171, failed: 28 });
    for (const outcome of ["completed", "failed"] as const) {
      expect(await ask(url, `reeve_runs_ended_total{outcome="${outcome}"}`)).toBe(ended[outcome]);
    }
    expect(await ask(url, "reeve_runs_started_total")).toBe(199);
    expect(await ask(url, "reeve_run_duration_seconds_count")).toBe(199);
    expect(await ask(url, 'reeve_tokens_total{direction="input"}')).toBe((199 * 200) / 2);
  },
);

const WAIT = { timeout: 60_000, interval: 100 };

/** Scrapes every 200 ms; its address. */
async function startPrometheus(): Promise<string> {
  const port = await freePort();
  const config = join(folder, "prometheus.yml");
  const { host } = new URL(server.url);
  writeFileSync(
    config,
    `scrape_configs: [{ job_name: reeve, scrape_interval: 200ms, scrape_timeout: 200ms, static_configs: [{ targets: ["${host}"] }] }]`,
  );
  const child = spawn(
    "prometheus",
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, "tsdb")}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: "ignore" },
  );
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  undo.push(async () => {
    child.kill();
    await gone;
  });
  const url = `http://127.0.0.1:${port}`;
  await vi.waitFor(async () => expect((await fetch(`${url}/-/ready`)).ok).toBe(true), WAIT);
  return url;
}

const Answer = z.object({
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});

/** The only value of a query; 0 where there is none. */
async function ask(url: string, query: string): Promise<number> {
  const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query }).toString()}`);
  const { result } = Answer.parse(await response.json()).data;
  expect(result.length).toBeLessThan(2);
  return Number(result[0]?.value[1] ?? 0);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
