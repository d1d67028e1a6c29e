/**
 * Some lines at the end of a terminal that are redrawn in place.
 *
 * Invariants: (1) it never draws more lines than the window has, so that moving up always reaches the first of them;
 * (2) the cursor is visible again when it was closed or the process exits; (3) one write per frame, between the marks
 * that let a terminal show it at once.
 */
import type { OutputStream } from "./terminal.ts";
import { fitTo, widthOf } from "./text-width.ts";

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const FRAME_START = "\u001b[?2026h";
const FRAME_END = "\u001b[?2026l";
const CLEAR_TO_LINE_END = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";

export interface LiveDisplay {
  draw(lines: readonly string[]): void;
  /** Writes a line that stays, above the display. */
  above(line: string): void;
  /** Removes the display and shows the cursor again. */
  close(): void;
}

/** A display at the cursor, which must be at the start of a line. */
export function openLiveDisplay(stream: OutputStream): LiveDisplay {
  let drawn: readonly string[] = [];
  let closed = false;
  const showCursor = (): void => stream.write(SHOW_CURSOR);
  process.on("exit", showCursor);
  stream.write(HIDE_CURSOR);
  /** To the first line of the last frame; a window made narrower since has broken its lines into more. */
  const home = (): string => {
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / stream.columns)), 0);
    const up = Math.min(rows, Math.max(0, stream.rows - 1));
    return up === 0 ? "\r" : `\r\u001b[${up}A`;
  };
  const frame = (lines: readonly string[]): string => {
    // The last row stays free for the cursor.
    drawn = lines.slice(0, Math.max(1, stream.rows - 1)).map((line) => fitTo(line, stream.columns));
    return drawn.map((line) => `${line}${CLEAR_TO_LINE_END}\n`).join("");
  };
  return {
    draw: (lines) => {
      if (closed) return;
      stream.write(`${FRAME_START}${home()}${frame(lines)}${CLEAR_BELOW}${FRAME_END}`);
    },
    above: (line) => {
      const kept = drawn;
      stream.write(`${FRAME_START}${home()}${CLEAR_BELOW}${line}\n${frame(kept)}${FRAME_END}`);
    },
    close: () => {
      if (closed) return;
      closed = true;
      stream.write(`${home()}${CLEAR_BELOW}${SHOW_CURSOR}`);
      process.off("exit", showCursor);
    },
  };
}
