/**
 * Typed access to the columns of a stored row. The tables are STRICT, so a column of another type than declared means
 * that the file is damaged.
 */
import type { SQLOutputValue } from "node:sqlite";
import { ReeveError } from "../../errors.ts";

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** The number in this column. @throws ReeveError `file-damaged` */
export function numberIn(row: Row | undefined, column: string): number {
  const value = row?.[column];
  return typeof value === "number" ? value : refuse(column);
}

/** The number in this column, undefined for NULL. */
export function optionalNumberIn(row: Row, column: string): number | undefined {
  return row[column] === null ? undefined : numberIn(row, column);
}

/** The text in this column. @throws ReeveError `file-damaged` */
export function textIn(row: Row | undefined, column: string): string {
  const value = row?.[column];
  return typeof value === "string" ? value : refuse(column);
}

/** The text in this column, undefined for NULL. */
export function optionalTextIn(row: Row, column: string): string | undefined {
  return row[column] === null ? undefined : textIn(row, column);
}

/** The text or the bytes in this column. @throws ReeveError `file-damaged` */
export function textOrBytesIn(row: Row, column: string): string | Uint8Array {
  const value = row[column];
  return typeof value === "string" || value instanceof Uint8Array ? value : refuse(column);
}

/** Whether parsed JSON is an object, and no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Remedy for every kind of damage. */
export const RESTORE_HINT =
  "Stop the owner and put the latest backup in its place with reeve restore, which keeps the damaged file.";

/** The error for content that isn't what was written. */
export function damaged(what: string): ReeveError {
  return new ReeveError("file-damaged", what, { hint: RESTORE_HINT });
}

function refuse(column: string): never {
  throw damaged(`the stored column "${column}" is missing or has another type than it was written with`);
}
