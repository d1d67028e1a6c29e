/** The logistic function and what goes with it. */

export function sigmoid(at: number): number {
  return 1 / (1 + Math.exp(-at));
}

/** The inverse of `sigmoid`, finite for 0 and 1. */
export function logit(probability: number): number {
  const inside = clamp(probability, 1e-4, 1 - 1e-4);
  return Math.log(inside / (1 - inside));
}

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

/** The logarithm of the likelihood of a score from 0 to 1; no certainty is so high that one surprise is unbounded. */
export function logLikelihood(score: number, probability: number): number {
  const inside = clamp(probability, 0.02, 0.98);
  // Most scores are 0 or 1, and logarithms are what learning spends most on.
  if (score === 1) return Math.log(inside);
  if (score === 0) return Math.log(1 - inside);
  return score * Math.log(inside) + (1 - score) * Math.log(1 - inside);
}

/**
 * Rounds to `perUnit` steps. States keep rounded numbers, in memory as in JSON, so that a restored state goes on
 * exactly as the original does and a number costs few bytes.
 */
export function rounded(value: number, perUnit: number): number {
  return Math.round(value * perUnit) / perUnit;
}
