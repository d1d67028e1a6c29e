import { expect, test } from "vitest";
import { coarse, scrollTo, windowOf } from "./window.ts";

const list = { height: 480, rowHeight: 24, count: 50_000 };

test("only the rows in sight and some around them are drawn", () => {
  const { first, end, offset, total } = windowOf({ ...list, scrolled: 24_000 });
  expect(total).toBe(1_200_000);
  expect(first).toBeLessThanOrEqual(1_000);
  expect(end).toBeGreaterThanOrEqual(1_020);
  expect(end - first).toBeLessThan(50);
  expect(offset).toBe(first * 24);
});

test.each([50_000, 2_000_000])("both ends of a list of %d rows can be reached", (count) => {
  const { total } = windowOf({ ...list, count, scrolled: 0 });
  expect(windowOf({ ...list, count, scrolled: 0 })).toMatchObject({ first: 0, offset: 0 });
  const atEnd = windowOf({ ...list, count, scrolled: total - list.height });
  expect(atEnd.end).toBe(count);
  // The last row ends where the content does.
  expect(atEnd.offset + (count - atEnd.first) * list.rowHeight).toBeCloseTo(total);
});

test("a list that is scrolled beyond its end shows its end", () => {
  expect(windowOf({ ...list, count: 3, scrolled: 999 })).toMatchObject({ first: 0, end: 3, offset: 0 });
  expect(windowOf({ ...list, count: 0, scrolled: 0 })).toMatchObject({ first: 0, end: 0, total: 0 });
});

test("a chosen row is scrolled to only where it is out of sight", () => {
  expect(scrollTo(5, { ...list, scrolled: 0 })).toBeUndefined();
  expect(scrollTo(30, { ...list, scrolled: 0 })).toBe(31 * 24 - 480);
  expect(scrollTo(2, { ...list, scrolled: 480 })).toBe(48);
});

test("between coarse steps every row in sight is drawn already", () => {
  for (let scrolled = 0; scrolled < 2_000; scrolled += 7) {
    const { first, end } = windowOf({ ...list, scrolled: coarse(scrolled, list) });
    expect(first).toBeLessThanOrEqual(Math.floor(scrolled / 24));
    expect(end).toBeGreaterThanOrEqual(Math.ceil((scrolled + 480) / 24));
  }
});
