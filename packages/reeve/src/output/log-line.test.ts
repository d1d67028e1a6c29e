import { pathSpanId, type Event } from "@reeve/core";
import { expect, test } from "vitest";
import { jsonLogLine, logLineOf, prettyLogLine } from "./log-line.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const head = {
  version: 1,
  run: "order-1",
  seq: 1,
  position: 1,
  at: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
} as const;
const logged: Event = {
  ...head,
  kind: "step-logged",
  path: "pay",
  attempt: 2,
  level: "warn",
  message: "card \u001b[31mred\u001b[0m\u202e",
};

test("a line of JSON has the ids of run, step, trace and span", () => {
  const line = logLineOf(logged, TRACE);
  const text = jsonLogLine(line ?? { at: 0, level: "debug", message: "" });
  for (const unsafe of ["\u001b", "\u202e"]) expect(text).not.toContain(unsafe);
  expect(JSON.parse(text)).toEqual({
    time: "2026-01-02T03:04:05.006Z",
    level: "warn",
    message: "card \u001b[31mred\u001b[0m\u202e",
    run: "order-1",
    step: "pay",
    attempt: 2,
    trace_id: TRACE,
    span_id: pathSpanId("order-1", "step", "pay"),
  });
});

test("a line for a terminal has time, level, place and message, and no escape of the run's", () => {
  const line = logLineOf(logged, TRACE);
  expect(line && prettyLogLine(line, (_, text) => text)).toBe("03:04:05.006 warn  order-1 pay card red�");
});

test("a run that ended badly is an error with its code; what was taken over, or says nothing, has no line", () => {
  const error = { name: "Error", message: "declined", code: "thrown", path: "pay" };
  const outcome = { status: "failed", error, undone: [], notUndone: [], unsure: [], kept: [] } as const;
  const ended: Event = {
    ...head,
    kind: "run-ended",
    outcome,
    pattern: "orders",
    domain: "default",
    durationMs: 12.4,
  };
  expect(logLineOf(ended, TRACE)).toMatchObject({
    level: "error",
    message: "run failed after 12 ms: declined",
    code: "thrown",
    pattern: "orders",
  });
  expect(logLineOf({ ...logged, copied: true }, TRACE)).toBeUndefined();
  expect(logLineOf({ ...head, kind: "run-resumed", by: "ada" }, TRACE)).toBeUndefined();
});
