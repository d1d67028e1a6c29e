/**
 * How strongly a domain's mean is shrunk, learned from the pattern's own domains (empirical Bayes): the strength,
 * in outcomes, under which what was seen in them is most likely.
 */

export interface SeenDomain {
  readonly weight: number;
  readonly mean: number;
  /** What was expected there, and the variance of that on the logit scale. */
  readonly prior: number;
  readonly variance: number;
}

const STRENGTHS = [0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128];
/** Deviation, on the logarithm, of the strengths of patterns from their common mean. */
const DEVIATION = 0.5;
const TAIL = 2;

/** @param usual logarithm of the strength that patterns have on average */
export function fitStrength(domains: readonly SeenDomain[], usual: number): number {
  let best = -Infinity;
  let found = 1;
  for (const strength of STRENGTHS) {
    let fit = -TAIL * Math.log(1 + ((Math.log(strength) - usual) / DEVIATION) ** 2 / 3);
    for (const { weight, mean, prior, variance } of domains) {
      const spread = prior * (1 - prior);
      // The normal approximation of the beta-binomial, plus what is not known of the prior itself.
      const total =
        Math.max(1e-3, spread) * ((weight + strength) / (weight * (strength + 1))) +
        spread * spread * variance;
      fit -= 0.5 * (Math.log(total) + (mean - prior) ** 2 / total);
    }
    if (fit > best) [best, found] = [fit, strength];
  }
  return found;
}
