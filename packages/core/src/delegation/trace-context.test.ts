import { expect, test } from "vitest";
import {
  attemptSpanId,
  pathSpanId,
  readTraceparent,
  runSpanId,
  traceIdOf,
  traceparentText,
} from "./trace-context.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "b7ad6b7169203331";

test("the W3C's form is read, with the flag that the caller keeps its trace", () => {
  expect(readTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual({
    traceId: TRACE,
    parentId: SPAN,
    sampled: true,
  });
  expect(readTraceparent(`00-${TRACE}-${SPAN}-02`)).toMatchObject({ sampled: false });
  expect(readTraceparent(`00-${TRACE}-${SPAN}-03`)).toMatchObject({ sampled: true });
});

test("a later version is read as far as it is known, and written as version 00", () => {
  const later = readTraceparent(`cc-${TRACE}-${SPAN}-01-what-comes`);
  expect(later && traceparentText(later)).toBe(`00-${TRACE}-${SPAN}-01`);
});

test("what is not of the form is nothing", () => {
  const wrong = [
    undefined,
    7,
    "",
    `ff-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `cc-${TRACE}-${SPAN}-01.more`,
    `00-${"0".repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${"0".repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}`,
    ` 00-${TRACE}-${SPAN}-01`,
  ];
  for (const text of wrong) expect([text, readTraceparent(text)]).toEqual([text, undefined]);
});

test("a run's trace is its caller's, else its id where that can be one, else made from the id", () => {
  expect(traceIdOf({ id: "a", origin: { traceparent: `00-${TRACE}-${SPAN}-01` } })).toBe(TRACE);
  expect(traceIdOf({ id: SPAN + SPAN })).toBe(SPAN + SPAN);
  for (const id of ["order-1", "0".repeat(32), TRACE.toUpperCase()]) {
    expect(traceIdOf({ id })).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
    expect(traceIdOf({ id })).not.toBe(id);
    expect(traceIdOf({ id })).toBe(traceIdOf({ id }));
  }
});

test("run, phase, step, and each attempt have spans of their own", () => {
  const spans = [
    runSpanId("r"),
    pathSpanId("r", "phase", "a"),
    pathSpanId("r", "step", "a"),
    attemptSpanId("r", "a", 1, 0),
    attemptSpanId("r", "a", 2, 0),
    attemptSpanId("r", "a", 1, 1),
    attemptSpanId("s", "a", 1, 0),
  ];
  expect(new Set(spans).size).toBe(spans.length);
  for (const span of spans) expect(span).toMatch(/^[0-9a-f]{16}$/);
});
