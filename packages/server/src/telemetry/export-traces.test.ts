/** Traces as a receiver on loopback gets them. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  agent,
  approval,
  createRuntime,
  delegate,
  sequential,
  sqliteEngine,
  traceIdOf,
  type Runtime,
  type RuntimeOptions,
} from "@reeve/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { exportTraces, type TraceExport } from "./export-traces.ts";

const Span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  status: z.object({ code: z.number().optional() }),
  attributes: z.array(z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })),
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })).optional(),
});
type Span = z.infer<typeof Span>;
const Request = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(Span) })) })),
});

let folder: string;
let runtime: Runtime;
let receiver: Server | undefined;
let traces: TraceExport | undefined;
let received: Map<string, Span>;
/** What the receiver answers. */
let status: number;
let requests: number;

const pay = agent("pay", {
  retry: { attempts: 2, delayMs: 1 },
  run: (order: number, ctx) => {
    if (ctx.attempt === 1) throw new Error("busy");
    return order;
  },
  undo: () => {},
});
const ship = agent("ship", {
  run: (order: number) => {
    if (order < 0) throw new Error("no van");
    return order;
  },
});
const orders = sequential("orders", { steps: [pay, ship] });
const seen: string[] = [];
const ask = agent("ask", { run: (_: unknown, ctx) => void seen.push(ctx.traceparent) });
const asking = sequential("asking", { matches: { domain: "asking" }, steps: [ask] });
const handing = sequential("handing", { steps: [ask, delegate({ domain: "asking" })] });
const waiting = sequential("waiting", { steps: [ask, approval("sign")] });
const CALLER = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const TRACEPARENT = `00-${CALLER.traceId}-${CALLER.spanId}-01`;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "reeve-traces-"));
  received = new Map();
  [status, requests] = [200, 0];
  seen.length = 0;
  runtime = await open();
});

afterEach(async () => {
  await traces?.close();
  await runtime.close();
  await stopReceiver();
  rmSync(folder, { recursive: true });
});

function open(options: Partial<RuntimeOptions> = {}): Promise<Runtime> {
  const engine = sqliteEngine(join(folder, "log.db"), { durability: "os" });
  return createRuntime({
    engine,
    patterns: [orders, asking, handing, waiting],
    tracing: { share: 1 },
    ...options,
  });
}

function startReceiver(port = 0): Promise<number> {
  const server = createServer((request, response) => {
    void (async () => {
      let body = "";
      for await (const chunk of request) body += String(chunk);
      requests++;
      if (status !== 200) return void response.writeHead(status).end();
      for (const { scopeSpans } of Request.parse(JSON.parse(body)).resourceSpans) {
        for (const span of scopeSpans.flatMap(({ spans }) => spans)) received.set(span.spanId, span);
      }
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    })();
  });
  receiver = server;
  return new Promise((resolve) => {
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

async function stopReceiver(): Promise<void> {
  const stopping = receiver;
  receiver = undefined;
  if (!stopping) return;
  await new Promise((resolve) => {
    stopping.close(resolve);
    stopping.closeAllConnections();
  });
}

/** Names of a trace's spans, each below its parent. */
function treeOf(run: string): unknown {
  const spans = [...received.values()].filter(({ traceId }) => traceId === traceIdOf({ id: run }));
  const below = (parent: string | undefined): unknown =>
    Object.fromEntries(
      spans
        .filter(({ parentSpanId }) => (parentSpanId || undefined) === parent)
        .map(({ name, spanId, status }) => [status.code === 2 ? `${name} !` : name, below(spanId)]),
    );
  return below(undefined);
}

async function end(input: number): Promise<string> {
  const run = await runtime.start(orders, input);
  await run.outcome();
  return run.id;
}

test("the tree of spans is the tree of the run: steps, their attempts, and undos", async () => {
  const port = await startReceiver();
  traces = exportTraces(runtime, { url: `http://127.0.0.1:${port}/v1/traces` });
  const [good, bad] = [await end(1), await end(-1)];
  const paid = { "attempt 1 !": {}, "attempt 2": {} };
  await vi.waitFor(() => expect(treeOf(bad)).not.toEqual({}), { timeout: 60_000 });
  expect(treeOf(good)).toEqual({
    "invoke_workflow orders": { "invoke_agent pay": paid, "invoke_agent ship": { "attempt 1": {} } },
  });
  expect(treeOf(bad)).toEqual({
    "invoke_workflow orders !": {
      "invoke_agent pay": { ...paid, "invoke_agent pay": { "attempt 1": {} } },
      "invoke_agent ship !": { "attempt 1 !": {} },
    },
  });
});

test("an absent receiver brings lag, also over a restart, and loses nothing", async () => {
  const port = await startReceiver();
  await stopReceiver();
  const reported: string[] = [];
  const url = `http://127.0.0.1:${port}/v1/traces`;
  const options = {
    url,
    report: ({ what }: { readonly what: string }) => void reported.push(what),
  };
  traces = exportTraces(runtime, options);
  const first = await end(1);
  await traces.close();
  expect(received.size).toBe(0);
  traces = exportTraces(runtime, options);
  const second = await end(2);
  await startReceiver(port);
  const isThere = (): void => expect([treeOf(first), treeOf(second)]).not.toContainEqual({});
  await vi.waitFor(isThere, { timeout: 60_000 });
  await traces.close();
  received.clear();
  traces = exportTraces(runtime, options);
  const third = await end(3);
  await vi.waitFor(() => expect(treeOf(third)).not.toEqual({}), { timeout: 60_000 });
  expect(treeOf(first)).toEqual({});
});

test.each([400, 413, 500])(
  "spans that the receiver refuses for good by %i are left out, counted and told; those after them go on",
  async (refusal) => {
    const port = await startReceiver();
    status = refusal;
    const reported: string[] = [];
    const options = {
      url: `http://127.0.0.1:${port}/v1/traces`,
      report: ({ what }: { readonly what: string }) => void reported.push(what),
    };
    traces = exportTraces(runtime, options);
    await end(1);
    await vi.waitFor(() => expect(traces?.refused()).toBe(6), { timeout: 60_000 });
    expect(reported).toEqual(["the receiver of traces refuses spans for good; 6 were left out"]);
    await traces.close();
    const asked = requests;
    expect(traces.position()).toBeGreaterThan(0);
    status = 200;
    traces = exportTraces(runtime, options);
    expect(traces.refused()).toBe(6);
    const later = await end(2);
    await vi.waitFor(() => expect(treeOf(later)).not.toEqual({}), { timeout: 60_000 });
    expect(requests).toBe(asked + 1);
    expect(received.size).toBe(6);
  },
);

test.each([401, 403, 404, 405, 407, 429, 502, 503, 504])(
  "a receiver that answers %i is as good as absent: nothing is lost",
  async (refusal) => {
    const port = await startReceiver();
    status = refusal;
    const reported: string[] = [];
    const report = ({ what }: { readonly what: string }): void => void reported.push(what);
    traces = exportTraces(runtime, { url: `http://127.0.0.1:${port}/v1/traces`, report });
    const run = await end(1);
    await vi.waitFor(() => expect(requests).toBeGreaterThan(0), { timeout: 60_000 });
    status = 200;
    await vi.waitFor(() => expect(treeOf(run)).not.toEqual({}), { timeout: 60_000 });
    expect(traces.refused()).toBe(0);
    expect(reported.every((what) => what === "traces are not received")).toBe(true);
  },
);

/** The span by its name; waits until it was received. */
async function spanNamed(name: string, trace: string): Promise<Span> {
  const find = (): Span | undefined =>
    [...received.values()].find((span) => span.traceId === trace && span.name === name);
  await vi.waitFor(() => expect(find()).toBeDefined(), { timeout: 60_000 });
  const found = find();
  if (!found) throw new Error(`no span ${name}`);
  return found;
}

test("the ids of the spans are those that the steps saw, within the trace of their caller", async () => {
  const port = await startReceiver();
  traces = exportTraces(runtime, { url: `http://127.0.0.1:${port}/v1/traces` });
  const run = await runtime.start(handing, 1, { traceparent: TRACEPARENT });
  await run.outcome();
  const root = await spanNamed("invoke_workflow handing", CALLER.traceId);
  expect(root.parentSpanId).toBe(CALLER.spanId);
  const step = await spanNamed("invoke_agent ask", CALLER.traceId);
  expect(step.parentSpanId).toBe(root.spanId);
  const attempt = await spanNamed("attempt 1", CALLER.traceId);
  expect(attempt.parentSpanId).toBe(step.spanId);
  const { runs } = await runtime.runs({ pattern: "asking" });
  const child = traceIdOf(runs[0] ?? { id: "" });
  const linked = await spanNamed("invoke_workflow asking", child);
  expect(linked.links).toMatchObject([{ traceId: CALLER.traceId }]);
  const inner = await spanNamed("attempt 1", child);
  expect(seen).toEqual([`00-${CALLER.traceId}-${attempt.spanId}-01`, `00-${child}-${inner.spanId}-01`]);
});

test("a step that delegates, the choice, and the run it led to are spans that are linked", async () => {
  const port = await startReceiver();
  traces = exportTraces(runtime, { url: `http://127.0.0.1:${port}/v1/traces` });
  const run = await runtime.start(handing, 1);
  await run.outcome();
  const root = await spanNamed("invoke_workflow handing", run.id);
  const step = await spanNamed("delegate", run.id);
  expect(step.parentSpanId).toBe(root.spanId);
  const { runs } = await runtime.runs({ pattern: "asking" });
  const child = traceIdOf(runs[0] ?? { id: "" });
  const begun = await spanNamed("invoke_workflow asking", child);
  expect(step.links).toMatchObject([{ traceId: child, spanId: begun.spanId }]);
  expect(begun.links).toMatchObject([{ traceId: run.id, spanId: step.spanId }]);
  const choice = await spanNamed("choose_pattern asking", child);
  expect(choice.parentSpanId).toBe(begun.spanId);
  const told = Object.fromEntries(choice.attributes.map(({ key, value }) => [key, value]));
  expect(told).toMatchObject({
    "gen_ai.workflow.name": { stringValue: "asking" },
    "reeve.choice.candidates": { intValue: 1 },
    "reeve.choice.propensity": { intValue: 1 },
    "reeve.choice.reason": { stringValue: expect.stringContaining("asking") },
  });
});

test("a run that is retried from a step is linked to the one that it goes on from, in its caller's trace", async () => {
  const port = await startReceiver();
  traces = exportTraces(runtime, { url: `http://127.0.0.1:${port}/v1/traces` });
  const run = await runtime.start(orders, -1, { traceparent: TRACEPARENT });
  await run.outcome();
  const first = await spanNamed("invoke_workflow orders", CALLER.traceId);
  const fork = await run.fork({ from: "ship", input: 1 });
  await fork.outcome();
  const second = await spanNamed("invoke_workflow orders", fork.id);
  expect(second.links).toMatchObject([{ traceId: CALLER.traceId, spanId: first.spanId }]);
  const told = Object.fromEntries(second.attributes.map(({ key, value }) => [key, value]));
  expect(told).toMatchObject({
    "reeve.forked_from.id": { stringValue: run.id },
    "reeve.forked_from.path": { stringValue: "ship" },
  });
});

test("two exporters of one log each send everything, whatever the other one has sent", async () => {
  const port = await startReceiver();
  const base = `http://127.0.0.1:${port}`;
  const first = await end(1);
  traces = exportTraces(runtime, { url: `${base}/one` });
  await vi.waitFor(() => expect(treeOf(first)).not.toEqual({}), { timeout: 60_000 });
  await traces.close();
  received.clear();
  traces = exportTraces(runtime, { url: `${base}/two` });
  await vi.waitFor(() => expect(treeOf(first)).not.toEqual({}), { timeout: 60_000 });
  expect(traces.name).toMatch(/^otlp-[0-9a-f]{8}$/);
  expect(() => exportTraces(runtime, { url: base, name: "a/b" })).toThrow('traces: name is "a/b"');
  expect(() => exportTraces(runtime, { url: "nowhere" })).toThrow('traces: url is "nowhere"');
});

test("a run that goes on for too long is sent as unfinished, once, and whole when it has ended", async () => {
  await runtime.close();
  runtime = await open({ tracing: { share: 0, slowMs: { waiting: 1 } } });
  const run = await runtime.start(waiting, 1);
  await vi.waitFor(async () => expect((await runtime.runs({ states: ["waiting"] })).runs).toHaveLength(1), {
    timeout: 60_000,
  });
  const port = await startReceiver();
  const options = { url: `http://127.0.0.1:${port}/v1/traces` };
  traces = exportTraces(runtime, options);
  const isUnfinished = ({ attributes }: Span): boolean =>
    attributes.some(({ key }) => key === "reeve.unfinished");
  const open1 = await spanNamed("invoke_workflow waiting", run.id);
  expect(isUnfinished(open1)).toBe(true);
  await spanNamed("attempt 1", run.id);
  await traces.close();
  received.clear();
  traces = exportTraces(runtime, options);
  await run.signal("sign", true);
  await run.outcome();
  await vi.waitFor(() => expect([...received.values()].some(isUnfinished)).toBe(false));
  const ended = await spanNamed("invoke_workflow waiting", run.id);
  expect([ended.spanId, isUnfinished(ended)]).toEqual([open1.spanId, false]);
});
