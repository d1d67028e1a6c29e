import { expect, test } from "vitest";
import { fitLine, type Measured } from "./fit-line.ts";

const MINUTE_MS = 60_000;

/** The same numbers from 0 to 1 for the same seed. */
function chance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Points a minute apart: a line and what wanders around it, each step keeping `likeness` of the one before. */
function wander(seed: number, count: number, likeness: number, slope: number): Measured[] {
  const next = chance(seed);
  let around = 0;
  return Array.from({ length: count }, (_, index) => {
    const noise = Array.from({ length: 12 }, next).reduce((sum, part) => sum + part, -6);
    around = likeness * around + noise;
    return { at: index * MINUTE_MS, value: 100 + (slope / MINUTE_MS) * index * MINUTE_MS + around };
  });
}

const SEEDS = Array.from({ length: 400 }, (_, index) => index * 7_919 + 1);

test.each([0, 0.5, 0.8])(
  "what only wanders, each value keeping %d of the one before, is rarely taken for a trend",
  (likeness) => {
    const lines = SEEDS.map((seed) => fitLine(wander(seed, 60, likeness, 0)));
    const wrong = lines.filter((line) => line !== undefined && (line.low > 0 || line.high < 0));
    expect(wrong.length / SEEDS.length).toBeLessThan(0.08);
  },
);

test("what grows faster than it wanders is found, with bounds that hold its slope", () => {
  const lines = SEEDS.map((seed) => fitLine(wander(seed, 60, 0.5, 0.3)));
  expect(lines.filter((line) => line !== undefined && line.low > 0).length).toBeGreaterThan(390);
  const holding = lines.filter(
    (line) => line !== undefined && line.low * MINUTE_MS <= 0.3 && 0.3 <= line.high * MINUTE_MS,
  );
  expect(holding.length / SEEDS.length).toBeGreaterThan(0.92);
});

test("a line through points that lie on one is that line", () => {
  const line = fitLine(Array.from({ length: 20 }, (_, index) => ({ at: index, value: 5 + 2 * index })));
  expect(line?.slope).toBeCloseTo(2);
  expect(line?.end).toBeCloseTo(43);
});

test("too few points, or all of one moment, make no line", () => {
  expect(fitLine(wander(1, 11, 0, 1))).toBeUndefined();
  expect(fitLine(Array.from({ length: 20 }, () => ({ at: 7, value: 3 })))).toBeUndefined();
});
