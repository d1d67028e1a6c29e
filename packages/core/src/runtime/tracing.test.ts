/** What runs and their steps know of their traces. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { agent } from "../delegation/agent.ts";
import type { Event } from "../delegation/event.ts";
import { attemptSpanId, readTraceparent, traceIdOf } from "../delegation/trace-context.ts";
import { processAgent } from "../agents/process-agent.ts";
import { sqliteEngine } from "../engine/sqlite/sqlite-engine.ts";
import { delegate } from "../patterns/delegate.ts";
import { sequential } from "../patterns/sequential.ts";
import { createRuntime, type Runtime, type RuntimeOptions } from "../runtime.ts";

const CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

let folder: string;
let runtime: Runtime;
let seen: string[];

const look = agent("look", {
  retry: { attempts: 2, delayMs: 1 },
  run: (input: string, ctx) => {
    seen.push(ctx.traceparent);
    if (input === "busy" && ctx.attempt === 1) throw new Error("busy");
    if (input === "broken") throw new Error("broken");
    return input;
  },
});
const ask = processAgent("ask", { command: [process.execPath, "-p", "process.env.TRACEPARENT"] });
const looking = sequential("looking", { steps: [look] });
const asking = sequential("asking", { steps: [ask] });
const inner = sequential("inner", { matches: { domain: "inner" }, steps: [look] });
const outer = sequential("outer", { steps: [delegate({ domain: "inner" })] });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "reeve-tracing-"));
  seen = [];
  runtime = await open();
});

afterEach(async () => {
  await runtime.close();
  rmSync(folder, { recursive: true });
});

function open(tracing: NonNullable<RuntimeOptions["tracing"]> = { share: 0 }): Promise<Runtime> {
  const engine = sqliteEngine(join(folder, "log.db"), { durability: "os" });
  return createRuntime({ engine, patterns: [looking, asking, inner, outer], tracing });
}

async function eventsOf(run: string): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of runtime.events({ run, follow: false })) events.push(event);
  return events;
}

async function whyKept(run: string): Promise<string | undefined> {
  const end = (await eventsOf(run)).at(-1);
  return end?.kind === "run-ended" ? end.trace : undefined;
}

test("each attempt has a span of its own in the trace of its run", async () => {
  const run = await runtime.start(looking, "busy");
  await run.outcome();
  const spans = [1, 2].map((attempt) => attemptSpanId(run.id, "look", attempt, 0));
  expect(seen).toEqual(spans.map((span) => `00-${traceIdOf(run)}-${span}-00`));
  expect(traceIdOf(run)).toBe(run.id);
});

test("a run is part of its caller's trace, which decides that it is kept", async () => {
  const run = await runtime.start(looking, "x", { traceparent: CALLER });
  await run.outcome();
  expect(readTraceparent(seen[0])).toMatchObject({
    traceId: readTraceparent(CALLER)?.traceId,
    sampled: true,
  });
  const [started] = await eventsOf(run.id);
  expect(started).toMatchObject({ kind: "run-started", origin: { traceparent: CALLER } });
  expect(await whyKept(run.id)).toBe("caller");
  const delegated = await runtime.delegate({ domain: "inner" }, "x", { traceparent: CALLER });
  await delegated.outcome();
  expect(readTraceparent(seen[1])?.traceId).toBe(readTraceparent(CALLER)?.traceId);
});

test("a child keeps where its parent's trace is not the one of its parent's id", async () => {
  const called = await runtime.start(outer, "x", { traceparent: CALLER });
  await called.outcome();
  const child = (await eventsOf(called.id)).flatMap((event) =>
    event.kind === "child-started" ? event.child : [],
  );
  const parent = { run: called.id, traceId: readTraceparent(CALLER)?.traceId };
  expect((await eventsOf(child[0] ?? ""))[0]).toMatchObject({ origin: { parent } });
  expect(readTraceparent(seen[0])?.traceId).toBe(traceIdOf({ id: child[0] ?? "" }));
  const plain = await runtime.start(outer, "x");
  await plain.outcome();
  const { runs } = await runtime.runs({ pattern: "inner" });
  const other = runs.find(({ origin }) => origin?.parent?.run === plain.id);
  expect(other?.origin?.parent).not.toHaveProperty("traceId");
});

test("a program that is started has the span of its attempt in TRACEPARENT", async () => {
  const run = await runtime.start(asking, undefined);
  const outcome = await run.outcome();
  const traceparent = `00-${run.id}-${attemptSpanId(run.id, "ask", 1, 0)}-00`;
  expect(outcome).toMatchObject({ status: "completed", output: `${traceparent}\n` });
});

test("what is no traceparent is refused, with what it has to be", async () => {
  const refused = { code: "option-invalid", message: "start: traceparent is x" };
  await expect(runtime.start(looking, "x", { traceparent: "x" })).rejects.toMatchObject(refused);
  await expect(runtime.delegate({ domain: "inner" }, "x", { traceparent: "" })).rejects.toMatchObject({
    code: "option-invalid",
  });
});

test("why a run is kept is stored with its end, whatever is asked for later", async () => {
  const [bad, good] = [await runtime.start(looking, "broken"), await runtime.start(looking, "x")];
  await Promise.all([bad.outcome(), good.outcome()]);
  await runtime.close();
  runtime = await open({ share: 1 });
  const shared = await runtime.start(looking, "x");
  await shared.outcome();
  expect([await whyKept(bad.id), await whyKept(good.id)]).toEqual(["error", undefined]);
  expect(await whyKept(shared.id)).toBe("share");
  expect(readTraceparent(seen.at(-1))?.sampled).toBe(true);
});

test("settings that mean nothing are refused", async () => {
  const wrong: readonly [object, string][] = [
    [{ share: 2 }, "createRuntime: tracing.share is 2"],
    [{ slowMs: { orders: 0 } }, "createRuntime: tracing.slowMs['orders'] is 0"],
    [{ principals: "ada" }, "createRuntime: tracing.principals is ada"],
    [{ propagate: "never" }, "createRuntime: tracing.propagate is never"],
    [{ shares: 1 }, "createRuntime: tracing has no 'shares'"],
  ];
  await runtime.close();
  for (const [tracing, message] of wrong) {
    await expect(open(Object.assign<object, object>({}, tracing))).rejects.toMatchObject({
      code: "option-invalid",
      message,
    });
  }
  runtime = await open();
});
