import { expect, test } from "vitest";
import { seededRandom } from "../random.ts";
import { bounds } from "../score-interval.ts";
import { createConfidence } from "./confidence.ts";
import { interval, withDoubt } from "./posterior.ts";

test("a pattern that always failed is known to be poor, and one that never did to be good", () => {
  const confidence = createConfidence();
  for (let run = 0; run < 30; run++) {
    confidence.see({ pattern: "poor", domain: "orders", score: 0 });
    confidence.see({ pattern: "good", domain: "orders", score: 1 });
  }
  expect(confidence.posterior("poor", "orders").high).toBeLessThan(0.2);
  expect(confidence.posterior("good", "orders").low).toBeGreaterThan(0.8);
});

test.each([10, 30, 100])(
  "on either side of its 95 % interval the truth is missed rarely after %i outcomes",
  (runs) => {
    const random = seededRandom(1_000 + runs);
    const rounds = 1_000;
    const missed = { above: 0, below: 0 };
    for (let round = 0; round < rounds; round++) {
      const truth = (round + 0.5) / rounds;
      const confidence = createConfidence();
      for (let run = 0; run < runs; run++)
        confidence.see({ pattern: "a", domain: "orders", score: random.next() < truth ? 1 : 0 });
      const { low, high } = confidence.posterior("a", "orders");
      if (truth > high) missed.above++;
      else if (truth < low) missed.below++;
    }
    expect(missed.above / rounds).toBeLessThan(0.05);
    expect(missed.below / rounds).toBeLessThan(0.05);
  },
);

test("an interval is Wilson's, stays within 0 and 1, and holds the mean, however near to them that is", () => {
  // 20 successes in 100: (0.1334, 0.2888) by Wilson's formula.
  const { low, high } = bounds(0.2, 0.04, 1.959964);
  expect([low, high]).toEqual([expect.closeTo(0.1334, 4), expect.closeTo(0.2888, 4)]);
  for (const mean of [0, 1e-9, 0.003, 0.5, 0.997, 1]) {
    for (const deviation of [0, 0.001, 0.05, 0.5]) {
      const held = interval({ mean, deviation }, 0.95);
      expect(held.low).toBeGreaterThanOrEqual(0);
      expect(held.high).toBeLessThanOrEqual(1);
      expect(held.low).toBeLessThanOrEqual(mean + 1e-6);
      expect(held.high).toBeGreaterThanOrEqual(mean - 1e-6);
      expect(interval({ mean, deviation }, 0.99).high).toBeGreaterThanOrEqual(held.high);
    }
  }
});

test("what a domain does not believe of other domains makes it no surer and no less sure", () => {
  const highAfter = (elsewhere: number): number => {
    const confidence = createConfidence();
    for (const domain of ["a", "b", "c", "d"])
      for (let run = 0; run < elsewhere; run++) confidence.see({ pattern: "poor", domain, score: run % 2 });
    for (let run = 0; run < 30; run++) confidence.see({ pattern: "poor", domain: "orders", score: 0 });
    return confidence.posterior("poor", "orders").high;
  };
  expect(highAfter(0)).toBeLessThan(0.2);
  expect(highAfter(40)).toBeLessThan(0.2);
  expect(highAfter(40)).toBeGreaterThan(0.08);
});

test("the less a memory is doubted, the less what may be true instead widens its bounds", () => {
  const within = bounds(0.2, 0.05, 1.96);
  const highAt = (share: number): number => withDoubt(within, { share, mean: 0.6, deviation: 0.1 }).high;
  expect(highAt(0.02)).toBe(within.high);
  // Where 5 % doubt the memory, half of that lies beyond the mean of what may be true instead.
  expect(highAt(0.05)).toBeCloseTo(0.6, 5);
  const highs = [0.026, 0.03, 0.05, 0.2, 0.9].map(highAt);
  expect(highs).toEqual(highs.toSorted((left, right) => left - right));
});
