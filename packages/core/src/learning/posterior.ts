/** What is believed of one pattern in one context, as a value. */
import { bounds } from "../score-interval.ts";

export interface Posterior {
  /** Expected score, 0 to 1. */
  readonly mean: number;
  /** Standard deviation of what is believed of the mean (not of single outcomes). */
  readonly deviation: number;
  /** Bounds that hold the true mean with 95 %. */
  readonly low: number;
  readonly high: number;
  /** Outcomes of this pattern in this domain that the belief rests on; under 5 is little evidence. */
  readonly evidence: number;
  /** Times the pattern was chosen or ended a run, in any domain. */
  readonly tries: number;
  /** Choices since the pattern became known for which it was allowed and had fewer than three tries. */
  readonly offers: number;
  /** That the memory is out of date: with probability `share` the truth is around `mean` of this instead. */
  readonly doubt?: { readonly share: number; readonly mean: number; readonly deviation: number };
  /** Median and 95th percentile of how long its runs took, once 5 ended. */
  readonly durationMs?: { readonly median: number; readonly p95: number };
  /** Median and 95th percentile of what its runs cost, once 5 told. */
  readonly cost?: { readonly median: number; readonly p95: number };
}

/**
 * Bounds that hold the true mean with probability `level`, within 0 and 1.
 * @param level between 0 and 1, such as 0.9
 */
export function interval(
  posterior: Pick<Posterior, "mean" | "deviation">,
  level: number,
): { readonly low: number; readonly high: number } {
  return bounds(posterior.mean, posterior.deviation, normalQuantile(0.5 + level / 2));
}

/**
 * The bounds that hold the truth with 95 % where the memory may be out of date: so much of the doubt lies outside of
 * them that 2.5 % are left on either side. Without this a pattern that fell would be known to be poor for ever.
 */
export function withDoubt(
  within: { readonly low: number; readonly high: number },
  doubt: Posterior["doubt"],
): { readonly low: number; readonly high: number } {
  if (!doubt || doubt.share <= OUTSIDE) return within;
  const reach = normalQuantile(1 - OUTSIDE / doubt.share);
  const doubted = bounds(doubt.mean, doubt.deviation, reach);
  return { low: Math.min(within.low, doubted.low), high: Math.max(within.high, doubted.high) };
}

/** Probability left on either side. */
const OUTSIDE = 0.025;

/** Inverse of the normal distribution function; Acklam's rational approximation, relative error below 1.2e-9. */
function normalQuantile(probability: number): number {
  if (probability < 0.5) return -normalQuantile(1 - probability);
  if (probability <= 0.97575) {
    const offset = probability - 0.5;
    const square = offset * offset;
    const above =
      ((((-39.69683028665376 * square + 220.9460984245205) * square - 275.9285104469687) * square +
        138.357751867269) *
        square -
        30.66479806614716) *
        square +
      2.506628277459239;
    const below =
      ((((-54.47609879822406 * square + 161.5858368580409) * square - 155.6989798598866) * square +
        66.80131188771972) *
        square -
        13.28068155288572) *
        square +
      1;
    return (above * offset) / below;
  }
  const tail = Math.sqrt(-2 * Math.log(1 - probability));
  const above =
    ((((-0.007784894002430293 * tail - 0.3223964580411365) * tail - 2.400758277161838) * tail -
      2.549732539343734) *
      tail +
      4.374664141464968) *
      tail +
    2.938163982698783;
  const below =
    (((0.007784695709041462 * tail + 0.3224671290700398) * tail + 2.445134137142996) * tail +
      3.754408661907416) *
      tail +
    1;
  return -above / below;
}
