/** The course of runs as columns for charts: one row for each point of time, also where nothing ended. Pure. */

/** How it went in one stretch of time. */
export interface CoursePoint {
  /** Epoch milliseconds at which it begins. */
  readonly at: number;
  readonly good: number;
  readonly bad: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
}

export interface Columns {
  /** Epoch milliseconds, evenly spaced. */
  readonly at: readonly number[];
  readonly widthMs: number;
  readonly good: readonly number[];
  readonly bad: readonly number[];
  /** Percent; null where nothing ended. */
  readonly success: readonly (number | null)[];
  readonly p50Ms: readonly (number | null)[];
  readonly p95Ms: readonly (number | null)[];
}

const POINTS_MAX = 2_000;

/** All points of the range. */
export function courseColumns(
  points: readonly CoursePoint[],
  widthMs: number,
  range: { readonly from: number; readonly to: number },
): Columns {
  const known = new Map(points.map((point) => [point.at, point]));
  const first = Math.floor(range.from / widthMs) * widthMs;
  const count = Math.min(POINTS_MAX, Math.floor((range.to - first) / widthMs) + 1);
  const at = Array.from({ length: count }, (_, index) => first + index * widthMs);
  const rows = at.map((time) => known.get(time));
  return {
    at,
    widthMs,
    good: rows.map((row) => row?.good ?? 0),
    bad: rows.map((row) => row?.bad ?? 0),
    success: rows.map((row) => {
      const ended = row === undefined ? 0 : row.good + row.bad;
      return row === undefined || ended === 0 ? null : (row.good / ended) * 100;
    }),
    p50Ms: rows.map((row) => row?.p50Ms ?? null),
    p95Ms: rows.map((row) => row?.p95Ms ?? null),
  };
}
