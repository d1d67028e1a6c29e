import { expect, test } from "vitest";
import { ManualClock } from "../../clock.ts";
import type { Event, Fact } from "../../delegation/event.ts";
import type { EventQuery } from "../engine.ts";
import { MemoryLog, openMemoryStore } from "../memory/memory-store.ts";
import { EMPTY_BATCH, type RunKey, type RunRow } from "../store.ts";
import { streamEvents } from "./event-stream.ts";
import { Waiters } from "./waiters.ts";

/** A log of two runs that the test writes, and readers of it. */
function setUp() {
  const log = new MemoryLog();
  const store = openMemoryStore(log);
  const held = { now: 0 };
  const clock = new ManualClock();
  clock.hold = () => {
    held.now++;
    return () => void held.now--;
  };
  const waiters = new Waiters(clock);
  let isClosed = false;
  const keys: { readonly [run: string]: RunKey } = { a: 1, b: 2 };
  const seqs = new Map<string, number>();
  let position = 0;
  void store.commit({
    ...EMPTY_BATCH,
    runs: Object.entries(keys).map(([id, key]) => ({ id, key }) as RunRow),
  });
  const commit = (run: string, count: number, fact: Fact = { kind: "run-unstranded" }): void => {
    const events = Array.from({ length: count }, (): Event => {
      const seq = (seqs.get(run) ?? 0) + 1;
      seqs.set(run, seq);
      return { version: 1, run, seq, position: ++position, at: 0, ...fact };
    });
    void store.commit({ ...EMPTY_BATCH, events: events.map((event) => ({ runKey: keys[run] ?? 0, event })) });
    waiters.committed(events);
  };
  const read = (query: EventQuery): AsyncGenerator<Event> =>
    streamEvents(
      {
        store,
        keyOf: (run) => keys[run],
        nextCommit: (signal) => waiters.nextCommit(signal),
        isClosed: () => isClosed,
      },
      query,
    );
  const close = (): void => {
    isClosed = true;
    waiters.close();
  };
  return { commit, read, close, held, end: (run: string) => commit(run, 1, runEnded) };
}

const runEnded: Fact = {
  kind: "run-ended",
  outcome: { status: "completed", output: { of: "nothing" } },
  pattern: "p",
  domain: "default",
  durationMs: 0,
};

async function positions(events: AsyncIterable<Event>): Promise<number[]> {
  const found: number[] = [];
  for await (const event of events) found.push(event.position);
  return found;
}

function upTo(last: number, first = 1): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

test("without following, a reader gets what is there after its position and ends", async () => {
  const { commit, read } = setUp();
  commit("a", 3);
  commit("b", 2);
  expect(await positions(read({ follow: false }))).toEqual([1, 2, 3, 4, 5]);
  expect(await positions(read({ follow: false, from: 3 }))).toEqual([4, 5]);
  expect(await positions(read({ follow: false, from: 3, run: "a" }))).toEqual([]);
  expect(await positions(read({ follow: false, run: "b" }))).toEqual([4, 5]);
  expect(await positions(read({ follow: false, run: "unknown" }))).toEqual([]);
});

test.each([499, 500, 501, 1_000, 1_203])(
  "%i events are read once each, over the borders of pages",
  async (count) => {
    const { commit, read } = setUp();
    commit("a", count);
    expect(await positions(read({ follow: false }))).toEqual(upTo(count));
    expect(await positions(read({ follow: false, run: "a" }))).toEqual(upTo(count));
    expect(await positions(read({ follow: false, run: "a", from: 498 }))).toEqual(upTo(count, 499));
  },
);

test("a follower sees commits made while it reads a page, between pages and while it waits", async () => {
  const { commit, read, close } = setUp();
  commit("a", 600);
  const seen: number[] = [];
  for await (const event of read({})) {
    seen.push(event.position);
    if (event.position === 1 || event.position === 500 || event.position === 600) commit("b", 300);
    if (event.position === 1_500) queueMicrotask(() => commit("a", 1));
    if (event.position === 1_501) setImmediate(() => commit("a", 1));
    if (event.position === 1_502) close();
  }
  expect(seen).toEqual(upTo(1_502));
});

test("a reader of one run ends with it and what is told of it by then, and sees nothing of others", async () => {
  const { commit, read, end } = setUp();
  commit("a", 2);
  const reading = positions(read({ run: "a" }));
  commit("b", 2);
  end("b");
  await new Promise((resolve) => setImmediate(resolve));
  commit("a", 1);
  end("a");
  commit("a", 1);
  expect(await reading).toEqual([1, 2, 6, 7, 8]);
});

test("a reader that starts behind the end of its run ends at once", async () => {
  const { commit, read, end, close } = setUp();
  commit("a", 2);
  end("a");
  const reading = positions(read({ run: "a", from: 3 }));
  const first = await Promise.race([
    reading,
    new Promise((resolve) => setImmediate(resolve, "still reading")),
  ]);
  close();
  expect(first).toEqual([]);
});

test("an aborted signal ends a reader that waits, and one in the midst of a page", async () => {
  const { commit, read } = setUp();
  commit("a", 10);
  const waiting = new AbortController();
  const reading = positions(read({ signal: waiting.signal }));
  await new Promise((resolve) => setImmediate(resolve));
  waiting.abort();
  expect(await reading).toEqual(upTo(10));
  const midst = new AbortController();
  const seen: number[] = [];
  for await (const event of read({ signal: midst.signal })) {
    seen.push(event.position);
    if (event.position === 4) midst.abort();
  }
  expect(seen).toEqual([1, 2, 3, 4]);
  expect(await positions(read({ signal: AbortSignal.abort() }))).toEqual([]);
});

test("closing the engine ends followers", async () => {
  const { commit, read, close } = setUp();
  commit("a", 1);
  const reading = positions(read({ run: "a" }));
  await new Promise((resolve) => setImmediate(resolve));
  close();
  expect(await reading).toEqual([1]);
});

test("a reader that has left, by itself, with the run or by its signal, does not hold the process", async () => {
  const { commit, read, end, held } = setUp();
  commit("a", 3);
  for await (const event of read({})) if (event.position === 2) break;
  expect(held.now, "after leaving").toBe(0);
  end("a");
  await positions(read({ run: "a" }));
  expect(held.now, "after the run ended").toBe(0);
  await positions(read({ signal: AbortSignal.abort() }));
  expect(held.now, "after an aborted signal").toBe(0);
  const later = new AbortController();
  const reading = positions(read({ signal: later.signal }));
  await new Promise((resolve) => setImmediate(resolve));
  expect(held.now, "while it waits").toBe(1);
  later.abort();
  await reading;
  expect(held.now, "after its signal").toBe(0);
});
