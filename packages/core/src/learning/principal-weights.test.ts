import { expect, test } from "vitest";
import { PrincipalWeights } from "./principal-weights.ts";

/** The weight that `count` outcomes of a principal bring in. */
function bring(weights: PrincipalWeights, principal: string, count: number): number {
  let total = 0;
  for (let index = 0; index < count; index++) total += weights.admit(principal).weight;
  return total;
}

test("a principal who is alone counts in full, and is no speaker among others", () => {
  const weights = new PrincipalWeights();
  expect(bring(weights, "a", 1_000)).toBe(1_000);
  expect(weights.admit("a")).toEqual({ weight: 1, speaker: 0 });
});

test("principals who ask equally often all count in full", () => {
  const weights = new PrincipalWeights();
  let total = 0;
  for (let index = 0; index < 2_000; index++) total += weights.admit(`user-${index % 5}`).weight;
  expect(total).toBeGreaterThan(1_990);
});

test("a flood of one among several is cut at about its fair share", () => {
  const weights = new PrincipalWeights();
  for (let index = 0; index < 400; index++) weights.admit(`user-${index % 7}`);
  expect(bring(weights, "mallory", 5_000)).toBeLessThan(90);
});

test("of two neither may hold more than half, however much more often one asks", () => {
  const weights = new PrincipalWeights();
  bring(weights, "ada", 100);
  expect(bring(weights, "mallory", 5_000)).toBeLessThan(110);
});
