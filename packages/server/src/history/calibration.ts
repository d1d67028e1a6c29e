/** Whether what was believed of chosen patterns came true: the bins of a reliability diagram. Pure. */
import type { Calibration, CalibrationBin } from "../contract/history.ts";
import { BINS, emptyBin, type Beliefs, type BinSums } from "./beliefs.ts";

const NORMAL_975 = 1.959964;

/** Of the patterns that `isMeant` names. */
export function calibrationOf(state: Beliefs, isMeant: (pattern: string) => boolean): Calibration {
  const sums = Array.from({ length: BINS }, emptyBin);
  for (const [pattern, bins] of state.bins) {
    if (!isMeant(pattern)) continue;
    for (const [index, bin] of bins.entries()) add(sums[index], bin);
  }
  const count = sums.reduce((sum, bin) => sum + bin.count, 0);
  const bins = sums.flatMap((bin, index) => (bin.count === 0 ? [] : [binOf(bin, index)]));
  const over = (part: (bin: CalibrationBin) => number): number =>
    count === 0 ? 0 : bins.reduce((sum, bin) => sum + part(bin) * bin.count, 0) / count;
  return {
    count,
    error: over(({ believed, observed }) => Math.abs(believed - observed)),
    brier: count === 0 ? 0 : sums.reduce((sum, { squares }) => sum + squares, 0) / count,
    bins,
  };
}

function add(into: BinSums | undefined, bin: BinSums): void {
  if (!into) return;
  into.count += bin.count;
  into.believed += bin.believed;
  into.observed += bin.observed;
  into.squares += bin.squares;
}

function binOf({ count, believed, observed }: BinSums, index: number): CalibrationBin {
  const share = observed / count;
  return {
    from: index / BINS,
    to: (index + 1) / BINS,
    count,
    believed: believed / count,
    observed: share,
    ...wilson(share, count),
  };
}

/** Wilson's interval, which stays within 0 and 1 and is right for few tries, too; scores between 0 and 1 make it wide. */
function wilson(share: number, count: number): { readonly low: number; readonly high: number } {
  const z2 = NORMAL_975 ** 2;
  const middle = (share + z2 / (2 * count)) / (1 + z2 / count);
  const reach =
    (NORMAL_975 / (1 + z2 / count)) * Math.sqrt((share * (1 - share)) / count + z2 / (4 * count ** 2));
  // Rounding would put bounds of 0 and 1 a little inside of what they hold.
  return {
    low: Math.min(share, Math.max(0, middle - reach)),
    high: Math.max(share, Math.min(1, middle + reach)),
  };
}
