import { expect, test } from "vitest";
import { merge, timeScale } from "./time-scale.ts";

const HOUR_MS = 3_600_000;

test("without idle time the axis is proportional", () => {
  const scale = timeScale({ from: 0, to: 10_000 }, [{ from: 0, to: 10_000 }]);
  expect([0, 2_500, 10_000].map(scale.place)).toEqual([0, 0.25, 1]);
  expect(scale.gaps).toEqual([]);
});

test("a night before an approval takes a narrow gap, and what was busy keeps its proportions", () => {
  const busy = [
    { from: 0, to: 4_000 },
    { from: 8 * HOUR_MS, to: 8 * HOUR_MS + 4_000 },
  ];
  const scale = timeScale({ from: 0, to: 8 * HOUR_MS + 4_000 }, busy);
  expect(scale.gaps).toHaveLength(1);
  expect(scale.gaps[0]).toMatchObject({ from: 4_000, to: 8 * HOUR_MS });
  expect(scale.place(4_000)).toBeCloseTo((1 - 0.06) / 2);
  expect(scale.place(8 * HOUR_MS) - scale.place(4_000)).toBeCloseTo(0.06);
  expect(scale.place(8 * HOUR_MS + 4_000)).toBeCloseTo(1);
});

test("the axis never goes back, whatever overlaps", () => {
  const busy = [
    { from: 100, to: 500 },
    { from: 300, to: 900 },
    { from: 40_000, to: 41_000 },
    { from: 90_000, to: 90_000 },
  ];
  const scale = timeScale({ from: 0, to: 200_000 }, busy);
  const places = Array.from({ length: 400 }, (_, index) => scale.place(index * 500));
  expect(places).toEqual(places.toSorted((left, right) => left - right));
  expect(places.every((place) => place >= 0 && place <= 1)).toBe(true);
});

test("a hundred gaps leave room for what was busy", () => {
  const busy = Array.from({ length: 101 }, (_, index) => ({
    from: index * HOUR_MS,
    to: index * HOUR_MS + 100,
  }));
  const { gaps } = timeScale({ from: 0, to: 100 * HOUR_MS + 100 }, busy);
  expect(gaps).toHaveLength(100);
  expect(gaps.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(0.3);
});

test("a run in which nothing ran has a place for every time", () => {
  const scale = timeScale({ from: 0, to: HOUR_MS }, []);
  expect([0, HOUR_MS / 2, HOUR_MS].map(scale.place)).toEqual([0, 0.5, 1]);
  expect(timeScale({ from: 5, to: 5 }, []).place(5)).toBe(0);
});

test("labels do not run into each other", () => {
  const { ticks } = timeScale({ from: 0, to: 60_000 }, [{ from: 0, to: 60_000 }]);
  expect(ticks.length).toBeGreaterThan(2);
  ticks
    .slice(1)
    .forEach(({ left }, index) => expect(left - (ticks[index]?.left ?? 0)).toBeGreaterThanOrEqual(0.12));
});

test("intervals are cut to the whole and put together", () => {
  const parts = [
    { from: 5, to: 20 },
    { from: -10, to: 7 },
    { from: 30, to: 99 },
  ];
  expect(merge(parts, 0, 50)).toEqual([
    { from: 0, to: 20 },
    { from: 30, to: 50 },
  ]);
});
