import { expect, test } from "vitest";
import { squarify } from "./squarify.ts";

const frame = { x: 0, y: 0, width: 600, height: 400 };

test("areas are in proportion to the weights and fill the frame", () => {
  const weights = [60, 30, 20, 10, 5, 5, 2, 1];
  const placed = squarify(weights, (weight) => weight, frame);
  const unit = (frame.width * frame.height) / 133;
  for (const { item, box } of placed) expect(box.width * box.height).toBeCloseTo(item * unit, 3);
});

test("no part leaves the frame or covers another", () => {
  const placed = squarify([9, 7, 7, 3, 2, 1, 1, 1], (weight) => weight, frame);
  for (const [index, { box }] of placed.entries()) {
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(600.001);
    expect(box.y + box.height).toBeLessThanOrEqual(400.001);
    for (const { box: other } of placed.slice(index + 1)) {
      const across = Math.min(box.x + box.width, other.x + other.width) - Math.max(box.x, other.x);
      const down = Math.min(box.y + box.height, other.y + other.height) - Math.max(box.y, other.y);
      expect(Math.min(across, down)).toBeLessThan(0.001);
    }
  }
});

test("nothing weighs nothing", () => {
  expect(squarify([0, 0], (weight) => weight, frame)).toEqual([]);
});
