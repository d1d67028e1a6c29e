/**
 * The waterfall's time axis: proportional while something runs, and idle time (nights before an approval, timers,
 * downtime) collapsed to a narrow gap that says how long it was. Pure.
 */

export interface Interval {
  /** Epoch milliseconds. */
  readonly from: number;
  readonly to: number;
}

export interface Gap extends Interval {
  /** Share of the axis, 0 to 1, where the gap is drawn. */
  readonly left: number;
  readonly width: number;
}

export interface TimeScale {
  readonly from: number;
  readonly to: number;
  /** Share of the axis, 0 to 1. */
  place(at: number): number;
  readonly gaps: readonly Gap[];
  /** How long the parts take that are not collapsed, in milliseconds. */
  readonly solidMs: number;
  /** Round points of time for labels, with their share of the axis. */
  readonly ticks: readonly { readonly at: number; readonly left: number }[];
}

/** Idle time is collapsed where it is longer than this share of all busy time. */
const IDLE_SHARE = 0.25;
const IDLE_MS_MIN = 2_000;
/** How much of the axis a collapsed gap takes, and all of them together. */
const GAP_WIDTH = 0.06;
const GAPS_WIDTH_MAX = 0.3;
const TICKS = 5;
/** Share of the axis that a label takes where the axis is narrow. */
const LABEL_WIDTH = 0.12;

interface Piece extends Interval {
  readonly isGap: boolean;
  left: number;
  width: number;
}

/** The axis of a run from its start to its end (or now), with what kept it busy. */
export function timeScale(whole: Interval, busy: readonly Interval[]): TimeScale {
  const to = Math.max(whole.to, whole.from + 1);
  const pieces = layOut(cut({ from: whole.from, to }, merge(busy, whole.from, to)));
  const place = (at: number): number => {
    const piece = pieceAt(pieces, at);
    if (piece === undefined) return at <= whole.from ? 0 : 1;
    const share = (at - piece.from) / Math.max(1e-9, piece.to - piece.from);
    return piece.left + Math.min(1, Math.max(0, share)) * piece.width;
  };
  const gaps = pieces.filter(({ isGap }) => isGap);
  return { from: whole.from, to, place, gaps, solidMs: solidTime(pieces), ticks: ticksOf(pieces) };
}

/** Overlapping intervals as one, in order. */
export function merge(intervals: readonly Interval[], from: number, to: number): Interval[] {
  const sorted = intervals
    .map((interval) => ({ from: Math.max(from, interval.from), to: Math.min(to, interval.to) }))
    .filter((interval) => interval.to >= interval.from)
    .toSorted((left, right) => left.from - right.from);
  const merged: { from: number; to: number }[] = [];
  for (const interval of sorted) {
    const last = merged.at(-1);
    if (last !== undefined && interval.from <= last.to) last.to = Math.max(last.to, interval.to);
    else merged.push({ ...interval });
  }
  return merged;
}

function cut(whole: Interval, busy: readonly Interval[]): Piece[] {
  const busyMs = busy.reduce((sum, { from, to }) => sum + to - from, 0);
  const idleMax = Math.max(IDLE_MS_MIN, busyMs * IDLE_SHARE);
  const pieces: Piece[] = [];
  let at = whole.from;
  const advance = (to: number, isGap: boolean): void => {
    if (to <= at) return;
    const last = pieces.at(-1);
    // Short idle time belongs to what is around it.
    if (!isGap && last?.isGap === false) pieces[pieces.length - 1] = { ...last, to };
    else pieces.push({ from: at, to, isGap, left: 0, width: 0 });
    at = to;
  };
  for (const { from, to } of busy) {
    advance(from, from - at > idleMax);
    advance(to, false);
  }
  advance(whole.to, whole.to - at > idleMax && busyMs > 0);
  return pieces;
}

function layOut(pieces: readonly Piece[]): readonly Piece[] {
  const gapCount = pieces.filter(({ isGap }) => isGap).length;
  const isAllGap = gapCount === pieces.length;
  const gapWidth = isAllGap
    ? 1 / Math.max(1, gapCount)
    : Math.min(GAP_WIDTH, GAPS_WIDTH_MAX / Math.max(1, gapCount));
  const solidMs = solidTime(pieces);
  const solidWidth = 1 - gapWidth * gapCount;
  let left = 0;
  for (const piece of pieces) {
    piece.left = left;
    piece.width = piece.isGap ? gapWidth : (solidWidth * (piece.to - piece.from)) / Math.max(1, solidMs);
    left += piece.width;
  }
  return pieces;
}

function solidTime(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + (piece.isGap ? 0 : piece.to - piece.from), 0);
}

function pieceAt(pieces: readonly Piece[], at: number): Piece | undefined {
  let low = 0;
  let high = pieces.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const piece = pieces[middle];
    if (piece === undefined) return undefined;
    if (at < piece.from) high = middle - 1;
    else if (at > piece.to) low = middle + 1;
    else return piece;
  }
  return undefined;
}

function ticksOf(pieces: readonly Piece[]): { readonly at: number; readonly left: number }[] {
  const ticks: { at: number; left: number }[] = [];
  for (const [number, piece] of pieces.entries()) {
    if (piece.isGap) continue;
    const isBeforeGap = pieces[number + 1]?.isGap === true;
    const count = Math.max(1, Math.round(piece.width * TICKS));
    for (let index = 0; index < count; index++) {
      const share = index / count;
      const left = piece.left + share * piece.width;
      const last = ticks.at(-1);
      if (last !== undefined && left - last.left < LABEL_WIDTH) continue;
      // A label would run into the gap after it.
      if (isBeforeGap && piece.left + piece.width - left < LABEL_WIDTH) continue;
      if (left <= 0.94) ticks.push({ at: piece.from + share * (piece.to - piece.from), left });
    }
  }
  return ticks;
}
