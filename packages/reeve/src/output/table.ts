/** Columns of text. The last column may be cut to fit the window; the others keep their width. */
import { fitTo, padTo, widthOf } from "./text-width.ts";

/** Lines of a table; cells may be coloured. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, index) => Math.max(...all.map((row) => widthOf(row[index] ?? ""))));
  return all.map((row) => {
    const cells = row.map((cell, index) =>
      index === row.length - 1 ? cell : padTo(cell, widths[index] ?? 0),
    );
    return fitTo(cells.join("  ").trimEnd(), columns);
  });
}
