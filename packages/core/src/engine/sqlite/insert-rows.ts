/**
 * Inserts many rows, 16 per statement where there are that many: against one at a time that saves a third to half of
 * the time a row takes; 64 per statement save no more.
 */
import type { SQLInputValue } from "node:sqlite";
import type { Connection } from "./connection.ts";

const ROWS_PER_STATEMENT = 16;

export interface Insertion {
  readonly width: number;
  readonly one: string;
  readonly many: string;
}

/** The statements that insert into these columns of a table. */
export function insertionInto(
  table: string,
  columns: readonly string[],
  verb: "INSERT" | "INSERT OR REPLACE" = "INSERT",
): Insertion {
  const head = `${verb} INTO ${table} (${columns.join(", ")}) VALUES `;
  const row = `(${columns.map(() => "?").join(", ")})`;
  return {
    width: columns.length,
    one: head + row,
    many: head + Array.from({ length: ROWS_PER_STATEMENT }, () => row).join(", "),
  };
}

/** @param values row after row, each in the order of the columns */
export function insertRows(
  connection: Connection,
  { width, one, many }: Insertion,
  values: readonly SQLInputValue[],
): void {
  let from = 0;
  for (const [sql, count] of [
    [many, width * ROWS_PER_STATEMENT],
    [one, width],
  ] as const) {
    if (from + count > values.length) continue;
    const statement = connection.statement(sql);
    for (; from + count <= values.length; from += count) statement.run(...values.slice(from, from + count));
  }
}
