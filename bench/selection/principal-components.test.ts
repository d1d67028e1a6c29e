import { expect, test } from "vitest";
import { chance } from "./chance.ts";
import { principalComponents } from "./principal-components.ts";

test("two directions that make up six columns are found, each with deviation 1", () => {
  const draws = chance(1);
  const rows = 1_000;
  const hidden = Float64Array.from({ length: rows * 2 }, () => draws.normal());
  const mix = Float64Array.from({ length: 12 }, () => draws.normal());
  const values = Float64Array.from({ length: rows * 6 }, (_, cell) => {
    const row = Math.floor(cell / 6);
    const column = cell % 6;
    return (hidden[2 * row] ?? 0) * (mix[column] ?? 0) + (hidden[2 * row + 1] ?? 0) * (mix[6 + column] ?? 0);
  });
  const found = principalComponents(values, 6, 2);
  const products = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const [left, right] = [found[2 * row] ?? 0, found[2 * row + 1] ?? 0];
    for (const [index, product] of [left * left, right * right, left * right].entries()) {
      products[index] = (products[index] ?? 0) + product / rows;
    }
  }
  expect(products[0]).toBeCloseTo(1, 6);
  expect(products[1]).toBeCloseTo(1, 6);
  expect(Math.abs(products[2] ?? 1)).toBeLessThan(0.1);
});

test("a column that says nothing keeps components of zero rather than of noise", () => {
  expect([...principalComponents(new Float64Array(20), 2, 1)]).toEqual(Array.from({ length: 10 }, () => 0));
});
