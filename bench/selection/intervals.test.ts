import { expect, test } from "vitest";
import { interval, pairedInterval, t975 } from "./intervals.ts";

test.each([
  [1, 12.7062],
  [2, 4.3027],
  [3, 3.1824],
  [4, 2.7764],
  [9, 2.2622],
  [19, 2.093],
  [99, 1.9842],
  [10_000, 1.9602],
])("the 97.5 %% quantile of t with %i degrees of freedom is that of the tables", (freedom, quantile) => {
  expect(t975(freedom)).toBeCloseTo(quantile, 3);
});

test("an interval of five values is that worked out by hand", () => {
  const { mean, low, high } = interval([1, 2, 3, 4, 5]);
  // Deviation √2.5, 2.7764 of √(2.5 / 5).
  expect([mean, low, high]).toEqual([3, expect.closeTo(1.0368, 3), expect.closeTo(4.9632, 3)]);
});

test("one value has a mean and no interval", () => {
  expect(interval([0.5])).toEqual({ mean: 0.5, low: Number.NaN, high: Number.NaN });
});

test("what all seeds have in common falls out of a paired difference", () => {
  expect(pairedInterval([1.5, 7.5, 3.5], [1, 7, 3])).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
});
