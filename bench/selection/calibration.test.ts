import { expect, test } from "vitest";
import { calibration } from "./calibration.ts";
import { chance } from "./chance.ts";

test("what was expected exactly has no error, no noise and no Brier score", () => {
  const values = Float64Array.from({ length: 200 }, (_, index) => index / 200);
  expect(calibration(values, values)).toEqual({ error: 0, floor: 0, brier: 0 });
});

test("an error of .1 everywhere is found, and the first tenth is not looked at", () => {
  const rewards = new Float64Array(1_000).fill(0.5);
  const expected = new Float64Array(1_000).fill(0.6).fill(0, 0, 100);
  const { error, brier } = calibration(expected, rewards);
  expect(error).toBeCloseTo(0.1, 10);
  expect(brier).toBeCloseTo(0.01, 10);
});

test("expectations that are true err by about the noise floor", () => {
  const draws = chance(5);
  const expected = Float64Array.from({ length: 20_000 }, () => draws.next());
  const rewards = expected.map((value) => (draws.next() < value ? 1 : 0));
  const { error, floor } = calibration(expected, rewards);
  expect(floor).toBeGreaterThan(0.004);
  expect(floor).toBeLessThan(0.01);
  expect(error).toBeLessThan(2 * floor);
});

test("without expectations there is no figure", () => {
  const { error, brier } = calibration(new Float64Array(100).fill(Number.NaN), new Float64Array(100));
  expect([error, brier]).toEqual([Number.NaN, Number.NaN]);
});
