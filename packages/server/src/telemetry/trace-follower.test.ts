/** Many runs, fed as the events that they would leave in a log. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine, Event, EventQuery } from "@reeve/core";
import { ManualClock } from "@reeve/core/testing";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RunSpan } from "./run-span.ts";
import type { SpanSink } from "./send-spans.ts";
import { TraceFollower } from "./trace-follower.ts";

const RUNS = 100_000;
/** Every hundredth is kept as slow or failed, of the rest every tenth as the share. */
const KEPT = RUNS / 100 + (RUNS - RUNS / 100) / 10;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "reeve-follower-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

function whyKept(index: number): "error" | "slow" | "share" | undefined {
  if (index % 100 === 0) return index % 200 === 0 ? "error" : "slow";
  const rest = index - Math.ceil(index / 100);
  return rest % 10 === 0 ? "share" : undefined;
}

function eventsOf(index: number): Event[] {
  const head = { version: 1, run: `run-${index}`, at: index } as const;
  const context = {
    domain: "default",
    agentType: "default",
    priority: 2,
    attributes: {},
    principal: "local",
    grants: [],
  };
  const trace = whyKept(index);
  return [
    {
      ...head,
      seq: 1,
      position: 2 * index + 1,
      kind: "run-started",
      pattern: "p",
      patternVersion: "1",
      input: undefined,
      context,
    },
    {
      ...head,
      seq: 2,
      position: 2 * index + 2,
      kind: "run-ended",
      outcome: { status: "completed", output: { of: "nothing" } },
      pattern: "p",
      domain: "default",
      durationMs: 1,
      ...(trace && { trace }),
    },
  ];
}

/** The log of so many runs, made while it is read. */
const log: Pick<Engine, "clock" | "events" | "runs"> = {
  clock: new ManualClock(0),
  runs: () => Promise.resolve({ runs: [], next: undefined }),
  async *events({ run, from = 0 }: EventQuery) {
    if (run !== undefined) {
      yield* eventsOf(Number(run.slice("run-".length)));
      return;
    }
    for (let index = Math.floor(from / 2); index < RUNS; index++) {
      for (const event of eventsOf(index)) if (event.position > from) yield event;
    }
  },
};

test("of 100,000 runs exactly those that are kept are sent, holding one batch, over refusals and a restart", async () => {
  const sent = new Map<string, RunSpan>();
  const cursorFile = join(folder, "cursor");
  let [heldMax, requests] = [0, 0];
  const sinkThat = (accepts: () => boolean): SpanSink => ({
    send: async (spans) => {
      heldMax = Math.max(heldMax, follower.held());
      requests++;
      if (!accepts()) return { error: new Error("busy"), isFinal: false };
      for (const span of spans) sent.set(span.traceId, span);
      return undefined;
    },
    close: () => Promise.resolve(),
  });
  const reported: string[] = [];
  const report = ({ what }: { readonly what: string }): void => void reported.push(what);
  const common = { engine: log, cursorFile, slowMs: {}, report };
  let follower = new TraceFollower({ ...common, sink: sinkThat(() => requests <= 5) });
  await vi.waitFor(() => expect(reported).toEqual(["traces are not received"]), { timeout: 60_000 });
  const before = follower.position();
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(2 * RUNS);
  await follower.close();
  expect(follower.position()).toBe(before);

  follower = new TraceFollower({ ...common, sink: sinkThat(() => true) });
  expect(follower.position()).toBe(before);
  await vi.waitFor(() => expect(follower.position()).toBe(2 * RUNS), { timeout: 60_000 });
  await follower.close();
  expect(sent.size).toBe(KEPT);
  expect([...sent.values()].filter(({ attributes }) => attributes["reeve.sampling"] !== "share").length).toBe(
    RUNS / 100,
  );
  expect(heldMax).toBeLessThanOrEqual(510);
  expect(JSON.parse(readFileSync(cursorFile, "utf8"))).toEqual({
    position: 2 * RUNS,
    overdue: {},
    refused: 0,
  });
}, 120_000);

test("that a receiver is absent is told once, and again only after it was there", async () => {
  const clock = new ManualClock(0);
  const takes = [false, false, true, false, false];
  let requests = 0;
  const sink: SpanSink = {
    send: () => {
      const taken = takes[requests++] ?? true;
      return Promise.resolve(taken ? undefined : { error: new Error("busy"), isFinal: false });
    },
    close: () => Promise.resolve(),
  };
  const reported: string[] = [];
  const report = ({ what }: { readonly what: string }): void => void reported.push(what);
  const engine = { ...log, clock };
  const follower = new TraceFollower({ engine, sink, cursorFile: undefined, slowMs: {}, report });
  const isAhead = (): void => {
    clock.advance(30_000);
    expect(requests).toBeGreaterThan(takes.length);
  };
  await vi.waitFor(isAhead, { timeout: 60_000 });
  await follower.close();
  expect(reported).toEqual(["traces are not received", "traces are not received"]);
});

test("spans that are refused for good are told whenever as many again were, however often that is", async () => {
  const sink: SpanSink = {
    send: () => Promise.resolve({ error: new Error("no"), isFinal: true }),
    close: () => Promise.resolve(),
  };
  const told: number[] = [];
  const report = ({ what }: { readonly what: string }): void =>
    void told.push(Number(/(\d+) were left out/.exec(what)?.[1]));
  const follower = new TraceFollower({ engine: log, sink, cursorFile: undefined, slowMs: {}, report });
  await vi.waitFor(() => expect(follower.refused()).toBe(KEPT), { timeout: 60_000 });
  await follower.close();
  expect(told.length).toBeGreaterThan(3);
  expect(told.slice(1).every((count, index) => count >= 2 * (told[index] ?? 0))).toBe(true);
});

test("a cursor file of something else is refused", () => {
  const cursorFile = join(folder, "cursor");
  writeFileSync(cursorFile, "12\n");
  const sink: SpanSink = { send: () => Promise.resolve(undefined), close: () => Promise.resolve() };
  const open = (): TraceFollower =>
    new TraceFollower({ engine: log, sink, cursorFile, slowMs: {}, report: () => {} });
  expect(open).toThrow(`traces: the cursor file ${cursorFile} holds "12\\n"`);
});
