/**
 * How far a success rate may lie from what is believed of it, near 0 and 1 as between them. Learning tells intervals by
 * it, choosing samples by it.
 */

/**
 * Wilson's score interval (1927): the means from which `mean` is at most `width` deviations away, where the deviation
 * is that of the bound, not of the mean. The belief is read as that of as many outcomes as would leave its deviation.
 * An interval symmetric about the mean, here or on the logit scale, fails near 0 and 1, where a mean of a few
 * thousandths has next to no deviation and its logit an enormous one; this one holds what it says from 0 to 1 (Brown,
 * Cai, DasGupta 2001) for one square root.
 */
export function bounds(
  mean: number,
  deviation: number,
  width: number,
): { readonly low: number; readonly high: number } {
  const centre = Math.min(1 - 1e-6, Math.max(1e-6, mean));
  const spread = centre * (1 - centre);
  // width² / outcomes, where outcomes = spread / deviation².
  const share = (width * deviation) ** 2 / spread;
  const middle = (centre + share / 2) / (1 + share);
  // Below 0 the bounds change places, as quantiles below one half do.
  const reach = (Math.sign(width) * Math.sqrt(share * spread + (share * share) / 4)) / (1 + share);
  return { low: Math.max(0, middle - reach), high: Math.min(1, middle + reach) };
}
