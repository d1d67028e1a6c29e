/** Whether memory is flat and latency stable: figures of the process that lives on, with their bars. */
import { median } from "../statistics.ts";
import { atMost, type Bar } from "../scenarios/bar.ts";
import type { SteadySample } from "./steady.ts";

export interface Trend {
  /** Samples behind the warm-up. */
  readonly samples: number;
  readonly heapSlope: number;
  readonly rssSlope: number;
  /**
   * The median p99 of the later half by that of the earlier half, each in time on the processor: the load is a closed
   * loop that uses all it gets, so that with half a processor every run takes twice as long.
   */
  readonly p99Ratio: number;
}

const MEBIBYTE = 1_048_576;
const MINUTE_MS = 60_000;
const SLOPE_MAX = 1;
const P99_RATIO_MAX = 1.5;
/** Caches fill, code is compiled and the file reaches its size meanwhile. */
const WARM_UP_MS = 2 * MINUTE_MS;
/** Of fewer samples no slope is taken: it would be noise. */
const SAMPLES_MIN = 9;

/** Slopes are in MB a minute, by least squares over the samples behind the warm-up. */
export function trendOf(samples: readonly SteadySample[]): Trend {
  const warm = samples.filter(({ atMs }) => atMs > WARM_UP_MS);
  const half = Math.floor(warm.length / 2);
  const p99 = (some: readonly SteadySample[]): number =>
    median(some.map(({ p99Ms, processorShare }) => p99Ms * processorShare));
  const slopeOf = (pick: (sample: SteadySample) => number): number =>
    slope(warm.map((sample) => [sample.atMs / MINUTE_MS, pick(sample) / MEBIBYTE]));
  return {
    samples: warm.length,
    heapSlope: slopeOf(({ heapBytes }) => heapBytes),
    rssSlope: slopeOf(({ rssBytes }) => rssBytes),
    p99Ratio: p99(warm.slice(half)) / p99(warm.slice(0, half)),
  };
}

/** Empty when the soak was too short to say. */
export function trendBars(trend: Trend): readonly Bar[] {
  if (trend.samples < SAMPLES_MIN) return [];
  return [
    atMost("heap after forced collections, slope", trend.heapSlope, SLOPE_MAX, "MB/min", 2),
    atMost("resident memory, slope", trend.rssSlope, SLOPE_MAX, "MB/min", 2),
    atMost("p99 in processor time, later half by earlier half", trend.p99Ratio, P99_RATIO_MAX, "times", 2),
  ];
}

/** By least squares; NaN for fewer than two points. */
export function slope(points: readonly (readonly [number, number])[]): number {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  return points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
}

/** One for each full minute: rates and medians of its samples. */
export function minutesOf(
  samples: readonly SteadySample[],
): readonly (SteadySample & { readonly minute: number })[] {
  const groups = Map.groupBy(samples, ({ atMs }) => Math.ceil(atMs / MINUTE_MS - 0.05));
  return Array.from(groups, ([minute, some]) => {
    const middle = (pick: (sample: SteadySample) => number): number => median(some.map(pick));
    return {
      minute,
      atMs: some.at(-1)?.atMs ?? 0,
      runs: some.reduce((sum, { runs }) => sum + runs, 0),
      p50Ms: middle(({ p50Ms }) => p50Ms),
      p99Ms: middle(({ p99Ms }) => p99Ms),
      processorShare: middle(({ processorShare }) => processorShare),
      rssBytes: some.at(-1)?.rssBytes ?? 0,
      heapBytes: some.at(-1)?.heapBytes ?? 0,
      logBytes: some.at(-1)?.logBytes ?? 0,
    };
  });
}
