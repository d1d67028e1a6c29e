/**
 * What a policy would have earned, from the choices of another one: each reward weighted by how much likelier the judged
 * policy would have made that choice (Horvitz and Thompson 1952; Bottou et al. 2013).
 */
import { t975 } from "./intervals.ts";

export interface Estimate {
  readonly mean: number;
  /** Half of the 95 % interval. */
  readonly halfWidth: number;
}

/**
 * Few heavy weights carry the estimate where the choices were seldom those of the judged policy. So the interval is by
 * Student's t with as many degrees of freedom as there are effective choices, (Σw)² / Σw² (Kish 1965), less one.
 * @param weights per choice: its probability under the judged policy by its recorded one
 */
export function inversePropensity(weights: Float64Array, rewards: Float64Array): Estimate {
  const values = weights.map((weight, index) => weight * (rewards[index] ?? 0));
  const mean = sum(values) / values.length;
  const variance = sum(values.map((value) => (value - mean) ** 2)) / (values.length - 1);
  const effective = sum(weights) ** 2 / sum(weights.map((weight) => weight * weight));
  const freedom = Math.max(1, effective - 1);
  return { mean, halfWidth: t975(freedom) * Math.sqrt(variance / values.length) };
}

function sum(values: Float64Array): number {
  return values.reduce((left, right) => left + right, 0);
}
