import { expect, test } from "vitest";
import { chance } from "./chance.ts";
import { interval } from "./intervals.ts";
import { inversePropensity } from "./inverse-propensity.ts";

test("a policy judged by its own choices has the mean and the interval of its rewards", () => {
  const rewards = Float64Array.from([1, 0, 1, 1, 0, 1]);
  const { mean, halfWidth } = inversePropensity(new Float64Array(6).fill(1), rewards);
  const usual = interval([...rewards]);
  expect(mean).toBeCloseTo(usual.mean, 12);
  expect(halfWidth).toBeCloseTo(usual.high - usual.mean, 12);
});

test("what the logging policy chose seldom is estimated without bias", () => {
  const draws = chance(3);
  const size = 100_000;
  const weights = new Float64Array(size);
  const rewards = new Float64Array(size);
  // One in ten choices is the judged policy's, and succeeds in 80 %; the others in 20 %.
  for (let index = 0; index < size; index++) {
    const judged = draws.next() < 0.1;
    weights[index] = judged ? 10 : 0;
    rewards[index] = draws.next() < (judged ? 0.8 : 0.2) ? 1 : 0;
  }
  expect(inversePropensity(weights, rewards).mean).toBeCloseTo(0.8, 1);
});

test("an estimate that a single choice carries has the widest interval there is", () => {
  const weights = Float64Array.from([0, 0, 40, 0]);
  const rewards = Float64Array.from([1, 1, 1, 1]);
  const { mean, halfWidth } = inversePropensity(weights, rewards);
  expect(mean).toBe(10);
  expect(halfWidth).toBeCloseTo(127.06, 1);
});
