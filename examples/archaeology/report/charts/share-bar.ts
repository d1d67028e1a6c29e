/** Owns the small horizontal bars inside tables, one or several parts in a row. */
import { markup, type Markup } from "../markup.ts";

export interface BarPart {
  /** A class of the style sheet that fills the part. */
  readonly fill: "first" | "second" | "third";
  /** Part of the full width, 0 to 1. */
  readonly share: number;
}

/** A bar as wide as its cell. The figures stand in the cells beside it, so it is hidden from screen readers. */
export function shareBar(parts: readonly BarPart[], hover: string): Markup {
  let left = 0;
  const drawn = parts.map(({ fill, share }) => {
    const start = left;
    // Something that exists stays visible.
    const width = share > 0 ? Math.max(share * 1000, 4) : 0;
    left += width;
    return width === 0
      ? undefined
      : markup`<rect class="${fill}" x="${start}" width="${width}" height="10"/>`;
  });
  return markup`<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true"><title>${hover}</title>${drawn}</svg>`;
}
