import { expect, test } from "vitest";
import { Feed } from "./feed.ts";

function news(position: number, ...ids: readonly string[]) {
  return { position, lastAt: position, runs: new Map(ids.map((id) => [id, false])) };
}

test("whoever was told up to a position learns which runs events were about since", () => {
  const feed = new Feed();
  feed.push(news(3, "a", "b"));
  feed.push(news(5, "c"));
  feed.push({ position: 6, lastAt: 6, runs: new Map([["a", true]]) });
  expect(feed.touchedSince(0)).toEqual(
    new Map([
      ["a", true],
      ["b", false],
      ["c", false],
    ]),
  );
  expect(feed.touchedSince(3)).toEqual(
    new Map([
      ["c", false],
      ["a", true],
    ]),
  );
  expect(feed.touchedSince(6)).toEqual(new Map());
  expect([feed.mayBeTouched("b", 2), feed.mayBeTouched("b", 3), feed.mayBeTouched("a", 5)]).toEqual([
    true,
    false,
    true,
  ]);
  expect([feed.position, feed.lastAt]).toEqual([6, 6]);
});

test("what happened before it began to follow the log is not known", () => {
  const feed = new Feed();
  feed.beginAt(10);
  feed.push(news(12, "a"));
  expect(feed.touchedSince(9)).toBeUndefined();
  expect(feed.mayBeTouched("b", 9)).toBe(true);
  expect(feed.mayBeTouched("b", 10)).toBe(false);
  expect(feed.touchedSince(10)).toEqual(new Map([["a", false]]));
});

test("of very many runs the oldest news are dropped, and it says that they are not known any more", () => {
  const feed = new Feed();
  for (let position = 1; position <= 101; position++)
    feed.push(news(position, ...Array.from({ length: 100 }, (_, index) => `${position}-${index}`)));
  expect(feed.touchedSince(0)).toBeUndefined();
  expect(feed.touchedSince(1)?.size).toBe(10_000);
});

test("news of runs that are not named leave nothing known of the time before", () => {
  const feed = new Feed();
  feed.push(news(3, "a"));
  feed.push({ position: 9_000, lastAt: 9_000, runs: undefined });
  expect(feed.touchedSince(3)).toBeUndefined();
  expect(feed.touchedSince(9_000)).toEqual(new Map());
});
