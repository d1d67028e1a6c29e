import { expect, test } from "vitest";
import type { PayloadId } from "../../delegation/reference.ts";
import { START } from "../store-samples.ts";
import { MemoryLog, openMemoryStore } from "../memory/memory-store.ts";
import type { Event, Fact } from "../../delegation/event.ts";
import type { RunRow } from "../store.ts";
import { Payloads } from "./payloads.ts";
import { readEnd } from "./read-end.ts";

/** Payloads over an open batch with `waiting` and a store that knows every id; `stored` says which it was asked for. */
function setUp(waiting: readonly (readonly [PayloadId, string])[] = []) {
  const open = new Map(waiting);
  const stored: PayloadId[] = [];
  const payloads = new Payloads({
    uncommittedPayload: (id) => open.get(id),
    storedPayload: (id) => {
      stored.push(id);
      return `stored ${id}`;
    },
  });
  return { payloads, stored };
}

test("a value is found in the open batch, else among those lately written, else in the store", () => {
  const { payloads, stored } = setUp([[1, "open 1"]]);
  payloads.keep(2, "kept 2");
  expect([payloads.read(1), payloads.read(2), payloads.read(3)]).toEqual(["open 1", "kept 2", "stored 3"]);
  expect(stored).toEqual([3]);
});

test("an empty text is a value, too", () => {
  const { payloads, stored } = setUp([[1, ""]]);
  payloads.keep(2, "");
  expect([payloads.read(1), payloads.read(2)]).toEqual(["", ""]);
  expect(stored).toEqual([]);
});

test("of many values the last two generations of 2,048 are kept", () => {
  const { payloads, stored } = setUp();
  for (let id = 1; id <= 4_097; id++) payloads.keep(id, "x");
  for (const id of [2_048, 2_049, 4_097]) payloads.read(id);
  expect(stored).toEqual([2_048]);
});

test("a generation has at most 2 million characters; a longer value is not kept at all", () => {
  const { payloads, stored } = setUp();
  const long = "x".repeat(1_500_000);
  for (const id of [1, 2, 3]) payloads.keep(id, long);
  for (const id of [1, 2, 3]) payloads.read(id);
  expect(stored).toEqual([1]);
  payloads.keep(4, "x".repeat(2_000_001));
  for (const id of [2, 3, 4]) payloads.read(id);
  expect(stored).toEqual([1, 4]);
});

/** A log with one run that has these events. */
function logOf(...facts: readonly Fact[]) {
  const store = openMemoryStore(new MemoryLog());
  const row = { key: 1, id: "a" } as RunRow;
  const events = facts.map((fact, index): Event => {
    return { version: 1, run: "a", seq: index + 1, position: index + 1, at: START, ...fact };
  });
  void store.commit({
    runs: [row],
    changes: [],
    payloads: [],
    events: events.map((event) => ({ runKey: 1, event })),
    checkpoints: [],
    queued: [],
    unqueued: [],
    inboxTaken: [],
  });
  return { store, row };
}

const late: Fact = { kind: "attempt-ended-late", path: "a", attempt: 1, ok: true };

test("a run's end is found, also behind attempts that ended later", () => {
  const outcome = { status: "completed", output: { of: "nothing" } } as const;
  const { store, row } = logOf(
    late,
    { kind: "run-ended", outcome, pattern: "p", domain: "default", durationMs: 0 },
    late,
    late,
  );
  expect(readEnd(store, row)).toMatchObject({ outcome });
});

test("a run without an end in the log is damaged, and named", () => {
  const { store, row } = logOf(late, late);
  expect(() => readEnd(store, row)).toThrow(
    expect.objectContaining({
      code: "file-damaged",
      message: "run 'a' has ended, but its end is not in the log",
    }),
  );
});
