/**
 * Columns of text. The last column may be cut to fit the window; where the others alone do not leave it room, each row is
 * written one field below the other.
 */
import { fitTo, padTo, widthOf } from "./text-width.ts";

/** Less than this of the last column says nothing. */
const LAST_LEAST = 8;

/** Lines of a table; cells may be coloured. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number,
): string[] {
  const all = [head, ...rows];
  const widths = head.map((_, index) => Math.max(...all.map((row) => widthOf(row[index] ?? ""))));
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  if (before + Math.min(LAST_LEAST, widths.at(-1) ?? 0) > columns) {
    return rows.flatMap((row) => fieldLines(head, row, columns));
  }
  return all.map((row) => {
    const cells = row.map((cell, index) =>
      index === row.length - 1 ? cell : padTo(cell, widths[index] ?? 0),
    );
    return fitTo(cells.join("  ").trimEnd(), columns);
  });
}

/** The first field, then those that are not empty with their titles. */
function fieldLines(head: readonly string[], row: readonly string[], columns: number): string[] {
  return row.flatMap((cell, index) => {
    if (index === 0) return [fitTo(cell, columns)];
    return cell === "" ? [] : [fitTo(`  ${head[index]?.toLowerCase() ?? ""} ${cell}`, columns)];
  });
}
