/**
 * Owns the sizes plots are drawn in. A scaled plot has labels too small to read or too large for the text around, so
 * each is drawn three times and the style sheet shows the one that fits the width there is.
 */
import { markup, type Content, type Markup } from "../markup.ts";

/** `wide` from 960 pixels of room, `narrow` below 600. */
export type PlotSize = "wide" | "middle" | "narrow";

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly size: PlotSize;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Mean width of a character at 11 units of size; generous, so that labels fit with wide fonts as well. */
export const characterWidth = 6.7;

const widths: Readonly<Record<PlotSize, number>> = { wide: 1080, middle: 660, narrow: 356 };
const sizes: readonly PlotSize[] = ["wide", "middle", "narrow"];

/** The plot in all sizes. `label` says in one sentence what is to be seen. */
export function inAllSizes(
  label: string,
  heights: Readonly<Record<PlotSize, number>>,
  draw: (frame: Frame) => Content,
): Markup {
  return markup`${sizes.map((size) => {
    const frame = { width: widths[size], height: heights[size], size };
    return svg(label, frame, `plot ${size}`, draw(frame));
  })}`;
}

/** An SVG element with a label for those who don't see it. */
export function svg(
  label: string,
  frame: Pick<Frame, "width" | "height">,
  name: string,
  content: Content,
): Markup {
  return markup`<svg class="${name}" viewBox="0 0 ${frame.width} ${frame.height}" role="img" aria-label="${label}">
${content}</svg>
`;
}
