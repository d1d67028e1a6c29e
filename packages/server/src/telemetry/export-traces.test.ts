/** Traces as a receiver on loopback gets them. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agent, createRuntime, sequential, sqliteEngine, type Event, type Runtime } from "@reeve/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { exportTraces, type TraceExport } from "./export-traces.ts";
import { traceKeeper, type EndedRun } from "./keep-trace.ts";
import { traceIdOf } from "./trace-ids.ts";

const Span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  status: z.object({ code: z.number().optional() }),
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

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "reeve-traces-"));
  received = new Map();
  runtime = await createRuntime({
    engine: sqliteEngine(join(folder, "log.db"), { durability: "os" }),
    patterns: [orders],
  });
});

afterEach(async () => {
  await traces?.close();
  await runtime.close();
  await stopReceiver();
  rmSync(folder, { recursive: true });
});

function startReceiver(port = 0): Promise<number> {
  const server = createServer((request, response) => {
    void (async () => {
      let body = "";
      for await (const chunk of request) body += String(chunk);
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
  const spans = [...received.values()].filter(({ traceId }) => traceId === traceIdOf(run));
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
  traces = exportTraces(runtime, { url: `http://127.0.0.1:${port}/v1/traces`, share: 1 });
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
    share: 1,
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

test("of 100,000 runs all 1,000 that failed or were slow are kept, and 10 % of the rest", () => {
  const keeps = traceKeeper({ slowMs: { orders: 500 } });
  const ended = (index: number): EndedRun => {
    const error = { name: "Error", message: "x", code: "thrown", path: "" };
    const after = { undone: [], notUndone: [], unsure: [], kept: [] };
    const outcome: EndedRun["outcome"] =
      index % 200 === 0
        ? { status: "failed", error, ...after }
        : { status: "completed", output: { of: "nothing" } };
    const durationMs = index % 200 === 100 ? 501 : 20;
    const head = { version: 1, run: `run ${index}`, seq: 9, position: index, at: index } as const;
    return {
      ...head,
      kind: "run-ended",
      outcome,
      pattern: "orders",
      domain: "default",
      durationMs,
    } satisfies Event;
  };
  const counts = { error: 0, slow: 0, principal: 0, share: 0, none: 0 };
  for (let index = 0; index < 100_000; index++) counts[keeps(ended(index)) ?? "none"]++;
  expect(counts).toMatchObject({ error: 500, slow: 500, principal: 0 });
  const share = counts.share / (counts.share + counts.none);
  expect(Math.abs(share - 0.1)).toBeLessThan(0.01);
  expect(traceKeeper({ share: 0, principals: ["Ada"] })({ ...ended(1), principal: "Ada" })).toBe("principal");
  expect(() => traceKeeper({ share: 2 })).toThrow("share is 2");
});
