/** Owns turning positions in a text into line numbers. */

/** A function from positions, asked in rising order, to line numbers from 1; costs one pass over the text in all. */
export function lineCounter(text: string): (position: number) => number {
  let line = 1;
  let at = text.indexOf("\n");
  return (position) => {
    while (at >= 0 && at < position) {
      line += 1;
      at = text.indexOf("\n", at + 1);
    }
    return line;
  };
}
