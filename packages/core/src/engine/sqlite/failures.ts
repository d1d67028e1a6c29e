/** What SQLite's errors mean to the engine: storage that refuses for a while, a damaged file, or a defect of ours. */
import { ReeveError } from "../../errors.ts";
import { RESTORE_HINT } from "./columns.ts";

// Primary result codes of SQLite: the low byte of the extended code that node:sqlite hands on as `errcode`.
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

const HINTS: ReadonlyMap<number, string> = new Map([
  [BUSY, "Another process holds the file's write lock; find it with lsof."],
  [LOCKED, "Another connection holds the file's write lock."],
  [READONLY, "Make the file and its folder writable for this user."],
  [IOERR, "Look for disk errors in the system log."],
  [FULL, "Free some space on the disk; work goes on by itself."],
  [CANTOPEN, "Look whether the folder exists and this user may write to it."],
]);

/** The named error for one of SQLite's, with the file and the reason; anything else is returned as it is. */
export function translateFailure(error: unknown, file: string): unknown {
  const code = primaryCode(error);
  if (code === undefined || !(error instanceof Error)) return error;
  if (code === NOTADB || code === CORRUPT) {
    return new ReeveError("file-damaged", `${file}: ${error.message}`, { cause: error, hint: RESTORE_HINT });
  }
  const hint = HINTS.get(code);
  if (hint === undefined) return error;
  return new ReeveError("storage-unavailable", `${file}: ${error.message}`, {
    cause: error,
    retryable: true,
    hint,
  });
}

/** Whether the file is no SQLite database at all. */
export function isNotDatabase(error: unknown): boolean {
  return primaryCode(error) === NOTADB;
}

/** Whether another connection holds the lock asked for. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === BUSY;
}

/** Whether it is unknown how much of a write reached the disk. */
export function leavesDoubt(error: unknown): boolean {
  return primaryCode(error) === IOERR;
}

function primaryCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode & 0xff : undefined;
}
