/** Anything measured over time as the columns of charts: one row for each point of the range, gaps where nothing was. Pure. */

export interface ValueColumns<Point> {
  /** Epoch milliseconds, evenly spaced. */
  readonly at: readonly number[];
  readonly widthMs: number;
  /** One of the values, row by row; null where nothing was measured. */
  column(read: (point: Point) => number | null): readonly (number | null)[];
}

const ROWS_MAX = 2_000;

/** The rows of the range. */
export function valueColumns<Point extends { readonly at: number }>(
  points: readonly Point[],
  widthMs: number,
  range: { readonly from: number; readonly to: number },
): ValueColumns<Point> {
  const known = new Map(points.map((point) => [point.at, point]));
  const first = Math.floor(range.from / widthMs) * widthMs;
  const count = Math.min(ROWS_MAX, Math.max(1, Math.floor((range.to - first) / widthMs) + 1));
  const at = Array.from({ length: count }, (_, index) => first + index * widthMs);
  const rows = at.map((time) => known.get(time));
  return { at, widthMs, column: (read) => rows.map((row) => (row === undefined ? null : read(row))) };
}
