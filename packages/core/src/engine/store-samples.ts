/** Rows and batches for the tests of stores: small, but with every kind of event and every column filled. */
import type { Context } from "../delegation/context.ts";
import type { Event, EventKind, Fact } from "../delegation/event.ts";
import type { StepError } from "../delegation/outcome.ts";
import { EMPTY_BATCH, type Batch, type EventRow, type PayloadRow, type RunRow } from "./store.ts";

/** 2026-01-01T00:00:00Z */
export const START: number = Date.UTC(2026, 0, 1);

const CONTEXT: Context = {
  domain: "shop.orders",
  agentType: "default",
  priority: 2,
  attributes: { "customer's": ["né", null, { deep: -0.5 }] },
  principal: "local",
  grants: ["stock:write"],
};

const ERROR: StepError = {
  name: "TypeError",
  message: 'no "stock"\n— 在庫なし 📦',
  code: "thrown",
  stack: "TypeError: …\n    at f (a.ts:1:1)",
  cause: { name: "Error", message: "", code: "E", path: "" },
  path: "a/[3]/b",
  attempt: 2,
};

/** One fact of each kind. */
export const FACTS: { readonly [Kind in EventKind]: Extract<Fact, { readonly kind: Kind }> } = {
  "run-started": { kind: "run-started", pattern: "p", patternVersion: "1", input: 1, context: CONTEXT },
  "attempt-started": { kind: "attempt-started", path: "a", attempt: 1, recovery: 0, agent: "x" },
  "step-completed": {
    kind: "step-completed",
    path: "a",
    attempt: 1,
    agent: "x",
    output: undefined,
    durationMs: 0.25,
    usage: { inputTokens: 3 },
    principal: "Ann",
    contextAfter: 4,
  },
  "context-changed": {
    kind: "context-changed",
    path: "a",
    attempt: 1,
    agent: "x",
    pattern: "p",
    diff: [{ key: "attributes.input", before: { of: "payload", id: 1 }, after: null }],
    severity: "moderate",
  },
  "attempt-failed": {
    kind: "attempt-failed",
    path: "a/[3]/b",
    attempt: 2,
    agent: "x",
    error: ERROR,
    durationMs: 12,
    retryInMs: 50.5,
    unsure: true,
    refused: 7,
    agentFault: true,
    principal: "Ann",
  },
  "attempt-lost": { kind: "attempt-lost", path: "a", attempt: 3, agent: "x" },
  "attempt-ended-late": { kind: "attempt-ended-late", path: "a", attempt: 3, ok: false },
  "value-recorded": { kind: "value-recorded", path: "", decision: null },
  "value-failed": { kind: "value-failed", path: "a/!items", error: ERROR },
  "timer-fired": { kind: "timer-fired", path: "wait" },
  "wait-started": { kind: "wait-started", path: "wait", until: "time" },
  "signal-sent": { kind: "signal-sent", path: "ok?", key: "k'1", answer: 2, by: "Ann" },
  "signal-refused": { kind: "signal-refused", path: "ok?", by: "Ann", reason: "Ann started it" },
  "signal-received": { kind: "signal-received", path: "ok?", answer: 2 },
  "cancel-requested": { kind: "cancel-requested", reason: "", by: "local" },
  "substep-completed": { kind: "substep-completed", path: "a", name: "s", output: 3 },
  "step-progressed": { kind: "step-progressed", path: "a", attempt: 1, fraction: 0.3, note: "third" },
  "step-logged": { kind: "step-logged", path: "a", attempt: 1, level: "warn", message: "m" },
  "phase-started": { kind: "phase-started", path: "a" },
  "level-ended": {
    kind: "level-ended",
    path: "a/b",
    chain: "c",
    pattern: "p",
    domain: "d",
    ok: false,
    stopped: "timed-out",
    durationMs: 5,
    principal: "someone",
  },
  "phase-ended": { kind: "phase-ended", pattern: "p", path: "a", ok: true, durationMs: 1e-7 },
  "run-stranded": { kind: "run-stranded", reason: "gone", hint: "register it" },
  "secrets-sealed": { kind: "secrets-sealed", payload: 4 },
  "run-unstranded": { kind: "run-unstranded" },
  "run-admitted": { kind: "run-admitted", waitedMs: 12.5 },
  "run-paused": { kind: "run-paused", reason: "a look first", by: "Ann" },
  "run-resumed": { kind: "run-resumed", by: "Ann" },
  "child-started": { kind: "child-started", path: "a", child: "run-1/a" },
  "child-ended": {
    kind: "child-ended",
    path: "a",
    child: "run-1/a",
    outcome: { status: "completed", output: { of: "nothing" } },
  },
  "loop-advanced": {
    kind: "loop-advanced",
    path: "a/[7]",
    loop: "a",
    iteration: 7,
    value: { of: "payload", id: 3 },
    outputs: [{ of: "payload", id: 3 }, null],
    counts: [8, 8, 9, 1],
    now: START,
    finished: [5, 40],
    logLines: 2,
    costUsd: 0.25,
    preserved: ["p"],
    logBytes: 20,
  },
  "pattern-paused": { kind: "pattern-paused", pattern: "p", reason: "r", by: "Ann" },
  "pattern-resumed": { kind: "pattern-resumed", pattern: "p", by: "Ann" },
  "agent-paused": { kind: "agent-paused", agent: "x", reason: "r", by: "Ann" },
  "agent-resumed": { kind: "agent-resumed", agent: "x", by: "Ann" },
  "breaker-changed": {
    kind: "breaker-changed",
    agent: "x",
    state: "open",
    reason: "9 of the last 10 attempts failed",
    until: START,
    openings: 2,
    code: "thrown",
    example: "r1",
  },
  "profile-activated": { kind: "profile-activated", profile: "calm", by: "Ann" },
  "alert-changed": {
    kind: "alert-changed",
    alert: "objective/o/1h",
    state: "firing",
    severity: "page",
    summary: "9 of 10 runs of 'p' ended badly",
    pattern: "p",
  },
  "alert-silenced": {
    kind: "alert-silenced",
    silence: "a1",
    alert: "objective/o/*",
    reason: "the bank is down",
    by: "Ann",
    until: START,
  },
  "alert-receivers-set": { kind: "alert-receivers-set", receivers: ["chat"] },
  "alert-delivery-tried": {
    kind: "alert-delivery-tried",
    receiver: "chat",
    change: 7,
    outcome: "failed",
    error: "answered 500",
  },
  "silence-ended": { kind: "silence-ended", silence: "a1", by: "Ann" },
  "schedule-set": {
    kind: "schedule-set",
    name: "nightly",
    cron: "0 3 * * *",
    timeZone: "UTC",
    missed: "once",
    pattern: "p",
    input: 4,
    context: { domain: "d" },
    by: "Ann",
  },
  "feedback-given": {
    kind: "feedback-given",
    score: 0.1,
    before: 1,
    pattern: "p",
    domain: "d",
    by: "Ann",
    note: "the wrong customer",
  },
  "schedule-removed": { kind: "schedule-removed", name: "nightly", by: "Ann" },
  "resources-sampled": {
    kind: "resources-sampled",
    sample: {
      pid: 4_711,
      elapsedMs: 10_000.5,
      cpuMs: 312.25,
      residentBytes: 98_304_000,
      heapBytes: 21_000_000,
      externalBytes: 4_000_000,
      gcMs: 12.5,
      gcMsMax: 3.25,
      loopDelayMsP50: 0.125,
      loopDelayMsP99: 4.5,
      loopDelayMsMax: 12.75,
      loopUtilization: 0.375,
      handles: 7,
      commits: 150,
      committedEvents: 1_200,
      commitMsMean: 0.75,
      commitMsMax: 6.5,
      fileBytes: 12_288,
    },
  },
  "run-ended": {
    kind: "run-ended",
    outcome: { status: "completed", output: { of: "payload", id: 1 } },
    pattern: "orders.fulfil",
    domain: "orders",
    durationMs: 12,
    inputTokens: 12,
    outputTokens: 3,
    costUsd: 0.125,
  },
};

/** A batch with only these parts. */
export function batchOf(parts: Partial<Batch>): Batch {
  return { ...EMPTY_BATCH, ...parts };
}

/** Counts the ids of a log as the engine does. */
export class SampleLog {
  #position: number;
  #payload = 0;
  #key: number;
  readonly #seqs = new Map<number, number>();

  /** @param highest the last position and run key that are taken */
  constructor(highest: { readonly position: number; readonly runKey: number } = { position: 0, runKey: 0 }) {
    this.#position = highest.position;
    this.#key = highest.runKey;
  }

  run(parts: Partial<Omit<RunRow, "key" | "context">> & { readonly domain?: string } = {}): RunRow {
    const { domain = CONTEXT.domain, ...rest } = parts;
    const key = ++this.#key;
    return {
      key,
      id: `run-${key}`,
      pattern: "p",
      patternVersion: "1",
      state: "running",
      outcome: undefined,
      context: { ...CONTEXT, domain },
      input: 1,
      inputDigest: "ab".repeat(32),
      origin: undefined,
      startedAt: START + key,
      endedAt: undefined,
      ...rest,
    };
  }

  event(run: RunRow, fact: Fact = FACTS["phase-started"]): EventRow {
    const seq = (this.#seqs.get(run.key) ?? 0) + 1;
    this.#seqs.set(run.key, seq);
    const position = ++this.#position;
    const event: Event = { version: 1, run: run.id, seq, position, at: START + position, ...fact };
    return { runKey: run.key, event };
  }

  payload(value: string): PayloadRow {
    return { id: ++this.#payload, value };
  }
}
