/** Owns tables: wide ones scroll in their own box, long ones fold what exceeds `shown` into a `<details>`. */
import { markup, type Content, type Markup } from "./markup.ts";
import { count } from "./numbers.ts";

export interface Column<Row> {
  readonly heading: string;
  /** `bar` and `path` columns take the free width; a `word` is short and stays on one line, as does an `aside`, which
   * narrow windows leave out. @default "text" */
  readonly kind?: "text" | "word" | "number" | "bar" | "path" | "aside";
  readonly cell: (row: Row, index: number) => Content;
}

export interface TableOptions<Row> {
  /** What the table lists; the label of its box. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  /** Rows shown before the rest is folded. @default 10 */
  readonly shown?: number;
  /** Entries there were before the list was cut, when more than `rows`. */
  readonly total?: number;
}

/** A table of all rows. The first column of each row is its header. */
export function table<Row>({
  label,
  columns,
  rows,
  shown = 10,
  total = rows.length,
}: TableOptions<Row>): Markup {
  // Folding away one or two rows costs more attention than it saves.
  const cut = rows.length <= shown + 2 ? rows.length : shown;
  const first = tableBox(label, columns, rows.slice(0, cut), 0);
  const missing = total > rows.length ? notListed(total - rows.length) : undefined;
  if (cut === rows.length) return markup`${first}${missing}`;
  const rest = tableBox(`${label}, continued`, columns, rows.slice(cut), cut);
  return markup`${first}<details><summary>${count(rows.length - cut)} more</summary>${rest}</details>${missing}`;
}

/** Says that a list was cut before it came here. */
export function notListed(entries: number): Markup {
  return markup`<p class="quiet">and ${count(entries)} more that are not listed here.</p>`;
}

function tableBox<Row>(
  label: string,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  offset: number,
): Markup {
  const head = columns.map(({ heading, kind }) => markup`<th scope="col"${classOf(kind)}>${heading}</th>`);
  const body = rows.map((row, index) => {
    const cells = columns.map(({ kind, cell }, position) => {
      const content = cell(row, offset + index);
      if (position === 0) return markup`<th scope="row"${classOf(kind)}>${content}</th>`;
      return markup`<td${classOf(kind)}>${content}</td>`;
    });
    return markup`<tr>${cells}</tr>\n`;
  });
  return markup`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody></table></div>
`;
}

function classOf(kind: Column<unknown>["kind"]): Markup | undefined {
  if (kind === undefined || kind === "text") return undefined;
  return markup` class="${kind}"`;
}
