import { expect, test } from "vitest";
import type { EventView } from "../connection/contract.ts";
import { EventPages, PAGE_LENGTH, type ReadEvents } from "./event-pages.ts";
import { LogLines } from "./log-lines.ts";

const COUNT = 50_000;

/** Positions are those of the whole log, in which other runs have their events, too. */
function event(seq: number): EventView {
  return {
    kind: seq % 100 === 0 ? "step-logged" : "step-completed",
    run: "r",
    seq,
    position: seq * 7,
    at: seq,
  };
}

/** Answers as the server does, from a log with so many events. */
function serve(count: () => number): ReadEvents {
  return (from, limit) => {
    const before = from / 7;
    const length = Math.max(0, Math.min(limit, count() - before));
    return Promise.resolve(Array.from({ length }, (_, index) => event(before + index + 1)));
  };
}

const readAll = serve(() => COUNT);

/** Resolves when what was asked for is at hand, or cannot be. */
function settled(pages: EventPages): Promise<void> {
  return new Promise((resolve) => {
    const before = pages.changes.peek();
    const stop = pages.changes.subscribe((changes) => {
      if (changes === before) return;
      queueMicrotask(() => stop());
      resolve();
    });
  });
}

test("an event in sight is read with its whole page, once", async () => {
  const asked: number[] = [];
  const pages = new EventPages((from, limit) => {
    asked.push(from);
    return readAll(from, limit);
  });
  expect(pages.at(0, COUNT)).toBeUndefined();
  expect(pages.at(1, COUNT)).toBeUndefined();
  await settled(pages);
  expect(pages.at(0, COUNT)?.seq).toBe(1);
  expect(pages.at(499, COUNT)?.seq).toBe(500);
  expect(asked).toEqual([0]);
});

test("a jump to the end of 50,000 events takes few requests, and the way back one for each page", async () => {
  let requests = 0;
  const pages = new EventPages((from, limit) => {
    requests++;
    return readAll(from, limit);
  });
  pages.at(COUNT - 1, COUNT);
  await settled(pages);
  expect(pages.at(COUNT - 1, COUNT)?.seq).toBe(COUNT);
  expect(requests).toBeLessThanOrEqual(12);
  pages.at(30_100, COUNT);
  await settled(pages);
  expect(pages.at(30_100, COUNT)?.seq).toBe(30_101);
  expect(requests).toBeLessThanOrEqual(13);
});

test("walking through 50,000 events keeps a bounded part of them", async () => {
  const pages = new EventPages(readAll);
  for (let index = 0; index < COUNT; index += PAGE_LENGTH) {
    pages.at(index, COUNT);
    await settled(pages);
    expect(pages.at(index, COUNT)?.seq).toBe(index + 1);
  }
  expect(pages.size).toBe(24);
});

test("a last page that was short is read again when the run has grown", async () => {
  let length = 10;
  const pages = new EventPages(serve(() => length));
  pages.at(0, 10);
  await settled(pages);
  expect(pages.at(9, 10)?.seq).toBe(10);
  length = 12;
  expect(pages.at(11, 12)).toBeUndefined();
  await settled(pages);
  expect(pages.at(11, 12)?.seq).toBe(12);
});

test("a page that could not be read is asked for again when it is next in sight", async () => {
  let isAway = true;
  const read: ReadEvents = (from, limit) =>
    isAway ? Promise.reject(new Error("away")) : readAll(from, limit);
  const pages = new EventPages(read, 1);
  pages.at(0, COUNT);
  await settled(pages);
  isAway = false;
  expect(pages.at(0, COUNT)).toBeUndefined();
  await settled(pages);
  expect(pages.at(0, COUNT)?.seq).toBe(1);
});

test("log lines are found among the events, each looked at once as the run grows", async () => {
  let length = 250;
  const asked: number[] = [];
  const read = serve(() => length);
  const log = new LogLines((from, limit) => {
    asked.push(from);
    return read(from, limit);
  });
  await log.lookUpTo(250);
  expect(log.lines.peek().map(({ seq }) => seq)).toEqual([100, 200]);
  length = 320;
  await log.lookUpTo(320);
  expect(log.lines.peek().map(({ seq }) => seq)).toEqual([100, 200, 300]);
  expect(asked).toEqual([0, 1_750]);
});

test("the oldest of too many log lines are forgotten", async () => {
  const log = new LogLines(serve(() => 150_000));
  await log.lookUpTo(150_000);
  expect(log.lines.peek()).toHaveLength(1_000);
  expect(log.lines.peek().at(-1)?.seq).toBe(150_000);
});
