/** How many columns text takes on a terminal, and cutting it to fit. Knows colours, not other escapes. */

const ESCAPE = "\u001b";
const COLOUR = new RegExp(`${ESCAPE}\\[[0-9;]*m`, "y");
const RESET = `${ESCAPE}[0m`;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** East Asian wide characters and emoji take two columns. */
const WIDE =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f)/u;
const ZERO = /^(?:\p{Mn}|\p{Me}|\u200b|\u200d)+$/u;

/** Columns of a line. */
export function widthOf(line: string): number {
  let width = 0;
  for (const part of partsOf(line)) width += part.width;
  return width;
}

/** The line cut to `columns`, ending in "…" where something was cut; colours are closed. */
export function fitTo(line: string, columns: number): string {
  if (line.length <= columns && !line.includes("\u001b") && /^[\x20-\x7e]*$/.test(line)) return line;
  if (widthOf(line) <= columns) return line;
  let text = "";
  let width = 0;
  let coloured = false;
  for (const part of partsOf(line)) {
    if (width + part.width > columns - 1) break;
    coloured ||= part.width === 0 && part.text.startsWith("\u001b");
    text += part.text;
    width += part.width;
  }
  return `${text}${coloured ? RESET : ""}${columns > 0 ? "…" : ""}`;
}

/** The line with spaces up to `columns`. */
export function padTo(line: string, columns: number): string {
  return line + " ".repeat(Math.max(0, columns - widthOf(line)));
}

function* partsOf(line: string): Generator<{ readonly text: string; readonly width: number }> {
  let at = 0;
  while (at < line.length) {
    COLOUR.lastIndex = at;
    const colour = COLOUR.exec(line)?.[0];
    if (colour !== undefined) {
      yield { text: colour, width: 0 };
      at += colour.length;
      continue;
    }
    const escape = line.indexOf("\u001b", at + 1);
    const plain = line.slice(at, escape === -1 ? undefined : escape);
    for (const { segment } of graphemes.segment(plain)) yield { text: segment, width: columnsOf(segment) };
    at += plain.length;
  }
}

function columnsOf(grapheme: string): number {
  if (ZERO.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}
