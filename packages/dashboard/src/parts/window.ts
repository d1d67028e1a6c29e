/** Which rows of a long list are drawn: those in sight and some around them. Pure; virtual-list.tsx draws. */

export interface Sight {
  /** How far the list is scrolled, in pixels. */
  readonly scrolled: number;
  /** How much of it is in sight, in pixels. */
  readonly height: number;
  readonly rowHeight: number;
  readonly count: number;
}

export interface Window {
  readonly first: number;
  /** Exclusive. */
  readonly end: number;
  /** Where the first row begins, in pixels of the scrolled content. */
  readonly offset: number;
  /** Of the scrolled content. */
  readonly total: number;
}

/** Browsers clip elements at some 33 million pixels; long lists are squeezed below that. */
const CONTENT_HEIGHT_MAX = 15_000_000;
const AROUND = 8;

/** The rows to draw for what is in sight. */
export function windowOf({ scrolled, height, rowHeight, count }: Sight): Window {
  const natural = count * rowHeight;
  const total = Math.min(natural, CONTENT_HEIGHT_MAX);
  const reach = Math.max(0, total - height);
  const naturalReach = Math.max(0, natural - height);
  const at = Math.min(Math.max(0, scrolled), reach);
  // Where the list is squeezed, a share of the way is the same share of the rows.
  const naturalAt = natural === total || reach === 0 ? at : (at / reach) * naturalReach;
  const first = Math.max(0, Math.floor(naturalAt / rowHeight) - AROUND);
  const end = Math.min(count, Math.ceil((naturalAt + height) / rowHeight) + AROUND);
  return { first, end, offset: at - (naturalAt - first * rowHeight), total };
}

/** The scrolled pixels as far as they change what is drawn: rows around what is in sight allow for coarse steps. */
export function coarse(scrolled: number, { rowHeight, count }: Pick<Sight, "rowHeight" | "count">): number {
  if (count * rowHeight > CONTENT_HEIGHT_MAX) return scrolled;
  const step = rowHeight * (AROUND / 2);
  return Math.floor(scrolled / step) * step;
}

/** Where to scroll so that the row is in sight; undefined where it already is. */
export function scrollTo(row: number, { scrolled, height, rowHeight, count }: Sight): number | undefined {
  const top = row * rowHeight;
  if (count * rowHeight > CONTENT_HEIGHT_MAX) return (row / count) * CONTENT_HEIGHT_MAX;
  if (top < scrolled) return top;
  if (top + rowHeight > scrolled + height) return top + rowHeight - height;
  return undefined;
}
