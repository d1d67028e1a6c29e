import { expect, test } from "vitest";
import { seededRandom } from "../random.ts";
import { QuantileSketch } from "./quantile-sketch.ts";

test("quantiles are right within a tenth once there are five values", () => {
  const sketch = new QuantileSketch();
  const random = seededRandom(1_000);
  for (let index = 0; index < 4; index++) sketch.add(100);
  expect(sketch.quantile(0.5)).toBeUndefined();
  for (let index = 0; index < 60; index++) sketch.add(100 + random.next());
  expect(sketch.quantile(0.5)).toBeGreaterThan(90);
  expect(sketch.quantile(0.5)).toBeLessThan(111);
});

test("old values fade, and what is no duration is the smallest one", () => {
  const sketch = new QuantileSketch();
  for (let index = 0; index < 60; index++) sketch.add(10);
  for (let index = 0; index < 500; index++) sketch.add(1_000);
  expect(sketch.quantile(0.05)).toBeGreaterThan(900);
  for (let index = 0; index < 300; index++) sketch.add(Number.NaN);
  expect(sketch.quantile(0.5)).toBe(0);
});

test("the median and the 95th percentile follow each new value", () => {
  const sketch = new QuantileSketch();
  for (let index = 0; index < 4; index++) sketch.add(100);
  expect(sketch.spread()).toBeUndefined();
  sketch.add(100);
  expect(sketch.spread()?.median).toBeLessThan(111);
  for (let index = 0; index < 20; index++) sketch.add(1_000);
  expect(sketch.spread()?.median).toBeGreaterThan(900);
  expect(sketch.spread()).toEqual({ median: sketch.quantile(0.5), p95: sketch.quantile(0.95) });
});
