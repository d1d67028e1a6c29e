import { expect, test } from "vitest";
import { minutesOf, slope, trendBars, trendOf } from "./figures.ts";
import type { SteadySample } from "./steady.ts";

const MEBIBYTE = 1_048_576;

/** Ten minutes, three samples a minute, growing by so much a minute. */
function samples(growth: number, lateP99Ms = 50): readonly SteadySample[] {
  return Array.from({ length: 30 }, (_, index) => {
    const minute = (index + 1) / 3;
    const bytes = (100 + growth * minute) * MEBIBYTE;
    return {
      atMs: minute * 60_000,
      runs: 10,
      p50Ms: 20,
      processorShare: 1,
      p99Ms: index < 18 ? 50 : lateP99Ms,
      rssBytes: bytes,
      heapBytes: bytes,
      logBytes: 1,
    };
  });
}

test("the slope is that of the least squares", () => {
  expect(
    slope([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
  ).toBeCloseTo(2);
  expect(slope([[1, 1]])).toBeNaN();
});

test("flat memory and a stable p99 meet their bars", () => {
  expect(trendBars(trendOf(samples(0.5))).map(({ met }) => met)).toEqual([true, true, true]);
});

test("memory that grows, or a p99 that does, misses its bar", () => {
  expect(trendBars(trendOf(samples(1.5))).map(({ met }) => met)).toEqual([false, false, true]);
  expect(trendBars(trendOf(samples(0, 90))).map(({ met }) => met)).toEqual([true, true, false]);
});

test("a p99 that grows because the machine is busy with something else is not the runtime's", () => {
  const busy = samples(0, 100).map((sample, index) => ({ ...sample, processorShare: index < 18 ? 1 : 0.5 }));
  expect(trendBars(trendOf(busy)).map(({ met }) => met)).toEqual([true, true, true]);
});

test("what happens while it warms up does not count, and a short soak is not judged", () => {
  const [first, ...rest] = samples(0);
  const spike = first ? [{ ...first, rssBytes: 10_000 * MEBIBYTE }, ...rest] : rest;
  expect(trendBars(trendOf(spike)).every(({ met }) => met)).toBe(true);
  expect(trendBars(trendOf(samples(5).slice(0, 9)))).toEqual([]);
});

test("minutes add up their samples", () => {
  const minutes = minutesOf(samples(0));
  expect(minutes.map(({ minute, runs }) => [minute, runs])).toEqual(
    Array.from({ length: 10 }, (_, index) => [index + 1, 30]),
  );
});
