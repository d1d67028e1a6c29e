import { expect, test } from "vitest";
import { FeatureScale, WARM_UP_CONTEXTS, type RawFeatures } from "./feature-scale.ts";

function scaleOf(count: number, context: (index: number) => RawFeatures): FeatureScale {
  const scale = new FeatureScale();
  for (let index = 0; index < count; index++) scale.meet(context(index));
  return scale;
}

test("the first 50 contexts only warm the scale", () => {
  const scale = scaleOf(WARM_UP_CONTEXTS - 1, (index) => ({ size: index }));
  expect(scale.scale({ size: 10 })).toEqual({});
  scale.meet({ size: 49 });
  expect(scale.scale({ size: 49 })["size"]).toBeGreaterThan(1);
});

test("a feature is its distance from the mean in deviations, within 3", () => {
  const scale = scaleOf(1_000, (index) => ({ size: index % 2 ? 10 : -10 }));
  expect(scale.scale({ size: 0 })["size"]).toBeCloseTo(0, 6);
  expect(scale.scale({ size: 10 })["size"]).toBeCloseTo(1, 6);
  expect(scale.scale({ size: -1e9 })["size"]).toBe(-3);
});

test("a skewed feature without negative values is taken by its logarithm", () => {
  const scale = scaleOf(1_000, (index) => ({ size: 2 ** (index % 11) }));
  const [low = 0, middle = 0, high = 0] = [1, 32, 1_024].map((size) => scale.scale({ size })["size"]);
  expect(middle - low).toBeCloseTo(high - middle, 0);
});

test("a constant feature is absent, a missing one leaves a mark", () => {
  const scale = scaleOf(200, (index) => ({ same: 5, size: index % 3 ? index : undefined }));
  expect(scale.scale({ same: 5, size: Number.NaN })).toEqual({ "size?": 1 });
  expect(scale.scale({ same: 7, size: 100 })).not.toHaveProperty("size?");
});

test("numbers of any size leave a scale that JSON can keep", () => {
  const scale = scaleOf(80, (index) => ({ size: index }));
  for (const size of [1.7e308, -1.7e308, 1.7e308]) scale.meet({ size });
  expect(JSON.parse(JSON.stringify(scale.save()))).toEqual(scale.save());
  expect(scale.scale({ size: 3 })["size"]).toBeLessThan(1);
  expect(scale.scale({ size: 1.7e308 })["size"]).toBe(3);
});

test("a restored scale goes on exactly", () => {
  const scale = scaleOf(80, (index) => ({ size: index * index }));
  const restored = new FeatureScale(scale.save());
  for (const each of [scale, restored]) each.meet({ size: 12 });
  expect(restored.save()).toEqual(scale.save());
});
