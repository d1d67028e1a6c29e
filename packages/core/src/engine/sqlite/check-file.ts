/**
 * Looks at the files of a log before SQLite does, which would quietly make the best of what it finds: start an empty
 * file anew, remove a write-ahead log without its file, take a last page that is cut off for one that ends in zeros, and
 * drop what follows a bad frame (E14).
 */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { ReeveError } from "../../errors.ts";
import { damaged, numberIn } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { scanWal } from "./wal-scan.ts";

/** @throws ReeveError `file-damaged` */
export function checkFile(file: string): void {
  const damage = damageOf(file);
  if (damage) throw damage;
}

/** What is wrong with the files as files; undefined too where there is none. */
export function damageOf(file: string): ReeveError | undefined {
  const bytes = bytesOf(file);
  if (bytes === 0) return emptyFile(file);
  if (bytes === undefined) {
    if ((bytesOf(`${file}-wal`) ?? 0) === 0) return undefined;
    return new ReeveError("file-damaged", `${file} is not there, but the ${file}-wal that belongs to it is`, {
      hint: "Put the file back beside it, or a backup with reeve restore; if neither is wanted, remove the -wal.",
    });
  }
  const { damage } = scanWal(file);
  return damage === undefined ? undefined : damaged(`${file}-wal: ${damage}`);
}

/**
 * How large the file is, if all of the log is in it: with a write-ahead log, a copy into the file may have been interrupted,
 * which is then made again.
 */
export function bytesAtRest(file: string): number | undefined {
  return (bytesOf(`${file}-wal`) ?? 0) === 0 ? bytesOf(file) : undefined;
}

/** @throws ReeveError `file-damaged` for a file of this size that ends within a page */
export function checkWholePages(connection: Connection, bytes: number | undefined): void {
  const pageBytes = numberIn(connection.statement("PRAGMA page_size").get(), "page_size");
  if (bytes === undefined || bytes % pageBytes === 0) return;
  throw damaged(`${connection.file} ends within a page: it was cut off`);
}

/** The error for a file without a table in it. */
export function emptyFile(file: string): ReeveError {
  return new ReeveError("file-damaged", `${file} is empty; the file of a log never is`, {
    hint: "Put the latest backup in its place with reeve restore; if it never was a log, remove it.",
  });
}

/** The system's reason why this user can't write to the log's files; undefined where it can. */
export function whyNotWritable(file: string): Error | undefined {
  for (const ending of ["", "-wal", "-shm"]) {
    try {
      if (existsSync(`${file}${ending}`)) accessSync(`${file}${ending}`, constants.R_OK | constants.W_OK);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }
  return undefined;
}

/** The file's size; undefined when there is none. */
export function bytesOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.size;
}
