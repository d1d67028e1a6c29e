/** Metrics as a receiver of OTLP on loopback gets them. */
import { createServer, type Server } from "node:http";
import { agent, createRuntime, memoryEngine, sequential, type Runtime } from "@reeve/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { pushMetrics, type MetricsPush } from "./push-metrics.ts";

const Attribute = z.object({ key: z.string(), value: z.object({ stringValue: z.string() }) });
const Point = z.looseObject({
  attributes: z.array(Attribute),
  asDouble: z.number().optional(),
  asInt: z.union([z.number(), z.string()]).optional(),
  count: z.union([z.number(), z.string()]).optional(),
});
const Points = z.object({
  dataPoints: z.array(Point),
  aggregationTemporality: z.number().optional(),
  isMonotonic: z.boolean().optional(),
});
const Metric = z.object({
  name: z.string(),
  sum: Points.optional(),
  gauge: Points.optional(),
  histogram: Points.optional(),
});
const Request = z.object({
  resourceMetrics: z.array(z.object({ scopeMetrics: z.array(z.object({ metrics: z.array(Metric) })) })),
});
const CUMULATIVE = 2;

let runtime: Runtime;
let receiver: Server;
let url: string;
let status: number;
let received: z.infer<typeof Metric>[][];
let push: MetricsPush | undefined;

const work = agent("work", {
  run: (order: number) => {
    if (order % 5 === 0) throw new Error("five");
  },
});
const orders = sequential("orders", { steps: [work] });

beforeEach(async () => {
  runtime = await createRuntime({ engine: memoryEngine(), patterns: [orders], telemetry: true });
  [received, status] = [[], 200];
  receiver = createServer((request, response) => {
    void (async () => {
      let body = "";
      for await (const chunk of request) body += String(chunk);
      const { resourceMetrics } = Request.parse(JSON.parse(body));
      if (status === 200) {
        received.push(
          resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((one) => one.metrics)),
        );
      }
      response.writeHead(status, { "content-type": "application/json" }).end("{}");
    })();
  });
  await new Promise<void>((resolve) => void receiver.listen(0, "127.0.0.1", resolve));
  const address = receiver.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  url = `http://127.0.0.1:${port}/v1/metrics`;
});

afterEach(async () => {
  await push?.close();
  push = undefined;
  await runtime.close();
  await new Promise((resolve) => {
    receiver.close(resolve);
    receiver.closeAllConnections();
  });
});

async function runOrders(from: number, to: number): Promise<void> {
  for (let order = from; order < to; order++) await (await runtime.start(orders, order)).outcome();
}

function ended(outcome: string): unknown {
  const metric = received.at(-1)?.find(({ name }) => name === "reeve_runs_ended");
  const isAsked = ({ attributes }: z.infer<typeof Point>): boolean =>
    attributes.some(({ key, value }) => key === "outcome" && value.stringValue === outcome);
  return metric?.sum?.dataPoints.find(isAsked)?.asDouble;
}

test("counters are cumulative since the push began, and the last sending has what the log has", async () => {
  await runOrders(1, 4);
  push = await pushMetrics(runtime, { url, everyMs: 100 });
  await runOrders(4, 8);
  await vi.waitFor(() => expect([ended("completed"), ended("failed")]).toEqual([3, 1]), { timeout: 60_000 });
  await runOrders(8, 21);
  await push.close();
  push = undefined;
  expect([ended("completed"), ended("failed")]).toEqual([13, 4]);
  const last = received.at(-1) ?? [];
  const counter = last.find(({ name }) => name === "reeve_runs_started");
  expect(counter?.sum).toMatchObject({ aggregationTemporality: CUMULATIVE, isMonotonic: true });
  const histogram = last.find(({ name }) => name === "reeve_run_duration_seconds")?.histogram;
  expect(Number(histogram?.dataPoints[0]?.count)).toBe(17);
  expect(last.find(({ name }) => name === "reeve_runs_active")?.gauge?.dataPoints).toHaveLength(1);
});

test("what is not received is reported once, and told with the next sending that is", async () => {
  status = 400;
  const reported: string[] = [];
  const report = ({ what }: { readonly what: string }): void => void reported.push(what);
  push = await pushMetrics(runtime, { url, everyMs: 100, report });
  await runOrders(1, 4);
  await vi.waitFor(() => expect(reported).toEqual(["metrics are not received"]), { timeout: 60_000 });
  status = 200;
  await vi.waitFor(() => expect(ended("completed")).toBe(3), { timeout: 60_000 });
  expect(reported).toHaveLength(1);
});

test("a receiver of traces alone is left in peace", async () => {
  status = 404;
  let requests = 0;
  receiver.on("request", () => requests++);
  const reported: string[] = [];
  push = await pushMetrics(runtime, { url, everyMs: 100, report: ({ what }) => void reported.push(what) });
  await vi.waitFor(() => expect(reported).toHaveLength(1), { timeout: 60_000 });
  await push.close();
  push = undefined;
  expect(requests).toBe(1);
});

test("an interval that is none is refused", async () => {
  await expect(pushMetrics(runtime, { url, everyMs: 0 })).rejects.toMatchObject({ code: "option-invalid" });
});
