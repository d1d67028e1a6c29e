import { expect, test } from "vitest";
import { seededRandom } from "../random.ts";
import { addDuration, mergeSketch, quantileOf, type DurationSketch } from "./duration-sketch.ts";
import { boundsWith, newHistogram, observe } from "./histogram.ts";
import { addToBuckets, bucketsSince, newTimeBuckets, sumOf } from "./time-buckets.ts";

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 0, 1);

test("minutes add up to ten minutes and hours, the one that goes on included", () => {
  const tiers = newTimeBuckets();
  for (let minute = 0; minute < 125; minute++) {
    addToBuckets(tiers, START + minute * MINUTE_MS, minute % 5 === 0 ? "bad" : "good", minute + 1);
  }
  expect(bucketsSince(tiers, 0, 0)).toHaveLength(125);
  expect(bucketsSince(tiers, 1, 0)).toHaveLength(13);
  const hours = bucketsSince(tiers, 2, 0);
  expect(hours.map(({ at }) => (at - START) / MINUTE_MS)).toEqual([0, 60, 120]);
  expect(hours.map(({ good, bad }) => [good, bad])).toEqual([
    [48, 12],
    [48, 12],
    [4, 1],
  ]);
  for (const tier of [0, 1, 2])
    expect(sumOf(bucketsSince(tiers, tier, 0))).toMatchObject({ good: 100, bad: 25 });
});

test("what is older than a tier keeps goes, so that a year takes no more room than two weeks", () => {
  const tiers = newTimeBuckets();
  for (let minute = 0; minute < 60 * 24 * 20; minute++) {
    addToBuckets(tiers, START + minute * MINUTE_MS, "good", 5);
  }
  expect(tiers.map((buckets) => buckets.length)).toEqual([180, 144, 336]);
});

test("time that runs backwards is counted in the latest minute", () => {
  const tiers = newTimeBuckets();
  addToBuckets(tiers, START + MINUTE_MS, "good", 1);
  addToBuckets(tiers, START, "good", 1);
  expect(tiers[0]).toMatchObject([{ at: START + MINUTE_MS, good: 2 }]);
});

test("quantiles of a sketch are right within 4.5 %, also after sketches were merged", () => {
  const random = seededRandom(7);
  const sketches: DurationSketch[] = [[], []];
  const values = Array.from({ length: 20_000 }, () => Math.exp(random.next() * 12 - 2));
  for (const [index, value] of values.entries()) addDuration(sketches[index % 2] ?? [], value);
  const [merged = [], other = []] = sketches;
  mergeSketch(merged, other);
  const sorted = values.toSorted((left, right) => left - right);
  for (const share of [0.01, 0.5, 0.95, 0.999]) {
    const exact = sorted[Math.ceil(share * values.length) - 1] ?? 0;
    expect(Math.abs((quantileOf(merged, share) ?? 0) / exact - 1)).toBeLessThan(0.045);
  }
  expect(quantileOf([], 0.5)).toBeUndefined();
});

test("absurd durations move no quantile by more than their rank", () => {
  const sketch: DurationSketch = [];
  for (let index = 0; index < 99; index++) addDuration(sketch, 10);
  for (const absurd of [Infinity]) addDuration(sketch, absurd);
  expect(quantileOf(sketch, 0.95)).toBeCloseTo(10, 0);
  for (const absurd of [NaN, -5, 0]) addDuration(sketch, absurd);
  expect(quantileOf(sketch, 0.95)).toBeCloseTo(10, 0);
});

test("the limits of objectives are bounds of histograms, and a value on a bound is below it", () => {
  const bounds = boundsWith([750, 500, -1, NaN]);
  expect(bounds).toContain(750);
  expect(bounds).toEqual([...new Set(bounds)].toSorted((left, right) => left - right));
  const histogram = newHistogram(bounds);
  for (const ms of [750, 750.001, 1e12, NaN]) observe(histogram, bounds, ms);
  const at = bounds.indexOf(750);
  expect([histogram.counts[0], histogram.counts[at], histogram.counts[at + 1]]).toEqual([1, 1, 1]);
  expect(histogram.counts.at(-1)).toBe(1);
  expect(histogram.counts).toHaveLength(bounds.length + 1);
});
