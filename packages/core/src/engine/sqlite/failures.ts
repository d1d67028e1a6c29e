/**
 * What errors of SQLite and of the file system mean to the engine: storage that refuses for a while, a damaged file, or
 * a defect of ours.
 */
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
// Extended codes that call for another remedy than the others of their kind.
const IOERR_SHMSIZE = 4_874;
const READONLY_DBMOVED = 1_032;

const FULL_HINT = "Free some space on the disk; work that goes on continues by itself.";
const DENIED_HINT = "Make the file, its -wal, -shm and -owner, and their folder writable for this user.";
const FOLDER_HINT = "Look whether the folder exists and this user may write to it.";
const BROKEN_HINT = "Look for disk errors in the system log.";

const HINTS: ReadonlyMap<number, string> = new Map([
  [BUSY, "Another process holds the file's write lock; find it with lsof."],
  [LOCKED, "Another connection holds the file's write lock."],
  [READONLY, DENIED_HINT],
  [
    READONLY_DBMOVED,
    "The file was moved or replaced while it was open: end this process and start it again.",
  ],
  [IOERR, BROKEN_HINT],
  // The memory shared between processes is a file as well, and can't grow on a full disk.
  [IOERR_SHMSIZE, FULL_HINT],
  [FULL, FULL_HINT],
  [CANTOPEN, FOLDER_HINT],
]);

const SYSTEM_HINTS: Readonly<Record<string, string>> = {
  ENOSPC: FULL_HINT,
  EDQUOT: FULL_HINT,
  EROFS: DENIED_HINT,
  EACCES: DENIED_HINT,
  EPERM: DENIED_HINT,
  ENOENT: FOLDER_HINT,
  ENOTDIR: FOLDER_HINT,
  EISDIR: "Name a file, not a folder.",
  EXDEV: "Name a place on the same disk.",
  EIO: BROKEN_HINT,
  EMFILE: "This process has too many files open: raise its limit (ulimit -n).",
  ENFILE: "The system has too many files open.",
};

/** The named error for one of SQLite's or the system's, with the file and the reason; others are returned as they are. */
export function translateFailure(error: unknown, file: string): unknown {
  if (!(error instanceof Error) || error instanceof ReeveError) return error;
  const code = primaryCode(error);
  if (code === NOTADB || code === CORRUPT) {
    return new ReeveError("file-damaged", `${file}: ${error.message}`, { cause: error, hint: RESTORE_HINT });
  }
  const hint =
    code === undefined ? systemHint(error) : (HINTS.get(extendedCode(error) ?? 0) ?? HINTS.get(code));
  if (hint === undefined) return error;
  return new ReeveError("storage-unavailable", `${file}: ${error.message}`, {
    cause: error,
    retryable: true,
    hint,
  });
}

function systemHint(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? SYSTEM_HINTS[error.code] : undefined;
}

/** Whether the file is no SQLite database at all. */
export function isNotDatabase(error: unknown): boolean {
  return primaryCode(error) === NOTADB;
}

/** Whether SQLite takes the file for one that is only to be read. */
export function isReadOnly(error: unknown): boolean {
  return extendedCode(error) === READONLY;
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
  const code = extendedCode(error);
  return code === undefined ? undefined : code & 0xff;
}

function extendedCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error)) return undefined;
  return typeof error.errcode === "number" ? error.errcode : undefined;
}
