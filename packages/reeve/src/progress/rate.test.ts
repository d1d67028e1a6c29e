import { expect, test } from "vitest";
import { addToRate, newRate, ratePerSecond, restartRate } from "./rate.ts";

test("a steady pace is the rate", () => {
  const rate = newRate();
  for (let second = 0; second < 60; second++) addToRate(rate, second * 1_000 + 500, 20);
  expect(ratePerSecond(rate, 0, 60_000)).toBeCloseTo(20, 0);
});

test("the last half minute counts, not what was before", () => {
  const rate = newRate();
  for (let second = 0; second < 100; second++) addToRate(rate, second * 1_000, second < 60 ? 1_000 : 10);
  expect(ratePerSecond(rate, 0, 100_000)).toBeCloseTo(10, 0);
});

test("work that went on after a pause is measured from there", () => {
  const rate = newRate();
  addToRate(rate, 1_000, 50);
  restartRate(rate, 1_000_000);
  for (let second = 1_000; second < 1_010; second++) addToRate(rate, second * 1_000, 10);
  expect(ratePerSecond(rate, 0, 1_010_000)).toBeCloseTo(10, 0);
});

test("less than a second is no rate, and neither is nothing", () => {
  const rate = newRate();
  expect(ratePerSecond(rate, 0, 10_000)).toBeUndefined();
  addToRate(rate, 10_000, 5);
  expect(ratePerSecond(rate, 9_900, 10_500)).toBeUndefined();
});
