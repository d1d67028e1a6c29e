/**
 * Owns the sizes plots are drawn in. A scaled-down plot has unreadable labels, so each is drawn twice, for a wide and
 * for a narrow window, and the style sheet shows the one that fits.
 */
import { markup, type Content, type Markup } from "../markup.ts";

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly narrow: boolean;
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Mean width of a character at 11 units of size; generous, so that labels fit with wide fonts as well. */
export const characterWidth = 6.7;

/** The plot in both sizes. `label` says in one sentence what is to be seen. */
export function inBothSizes(
  label: string,
  heights: { readonly wide: number; readonly narrow: number },
  draw: (frame: Frame) => Content,
): Markup {
  const frames: readonly Frame[] = [
    { width: 1080, height: heights.wide, narrow: false },
    { width: 356, height: heights.narrow, narrow: true },
  ];
  return markup`${frames.map((frame) => svg(label, frame, frame.narrow ? "plot narrow" : "plot wide", draw(frame)))}`;
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
