/**
 * The leading principal components of scaled columns, by subspace iteration (orthogonal iteration, Golub and Van Loan
 * §8.2.4) on a sample of the rows. Owns no state; exact eigenvectors are not needed, only the space they span.
 */
import { chance } from "./chance.ts";

const SAMPLE_ROWS = 2_000;
const ROUNDS = 8;

/** Row by row the `keep` leading components of the `width` columns, each scaled to deviation 1. */
export function principalComponents(values: Float64Array, width: number, keep: number): Float64Array {
  const rows = values.length / width;
  const stride = Math.max(1, Math.floor(rows / SAMPLE_ROWS));
  const draws = chance(1);
  let axes = Array.from({ length: keep }, () => Float64Array.from({ length: width }, () => draws.normal()));
  orthonormalise(axes);
  for (let round = 0; round < ROUNDS; round++) {
    const next = axes.map(() => new Float64Array(width));
    for (let row = 0; row < rows; row += stride) {
      for (const [index, axis] of axes.entries()) {
        add(next[index] ?? axis, values, row * width, dot(axis, values, row * width));
      }
    }
    orthonormalise(next);
    axes = next;
  }
  const components = new Float64Array(rows * keep);
  for (const [index, axis] of axes.entries()) {
    let squares = 0;
    for (let row = 0; row < rows; row++) {
      const value = dot(axis, values, row * width);
      components[row * keep + index] = value;
      squares += value * value;
    }
    const scale = squares > 0 ? Math.sqrt(rows / squares) : 0;
    for (let row = 0; row < rows; row++) {
      components[row * keep + index] = (components[row * keep + index] ?? 0) * scale;
    }
  }
  return components;
}

function dot(axis: Float64Array, values: Float64Array, from: number): number {
  let sum = 0;
  for (let cell = 0; cell < axis.length; cell++) sum += (axis[cell] ?? 0) * (values[from + cell] ?? 0);
  return sum;
}

function add(target: Float64Array, values: Float64Array, from: number, times: number): void {
  for (let cell = 0; cell < target.length; cell++) {
    target[cell] = (target[cell] ?? 0) + times * (values[from + cell] ?? 0);
  }
}

/** Gram and Schmidt, twice for the sake of rounding; an axis that has vanished stays zero. */
function orthonormalise(axes: readonly Float64Array[]): void {
  for (const [index, axis] of axes.entries()) {
    for (let turn = 0; turn < 2; turn++) {
      for (const earlier of axes.slice(0, index)) add(axis, earlier, 0, -dot(axis, earlier, 0));
    }
    const length = Math.sqrt(dot(axis, axis, 0));
    for (let cell = 0; cell < axis.length; cell++) {
      axis[cell] = length > 1e-9 ? (axis[cell] ?? 0) / length : 0;
    }
  }
}
