/**
 * Logs where nobody can write: on a disk mounted for reading, or in a folder of somebody else. SQLite wants to make files
 * beside a log, even to read it, unless it is told that nothing changes meanwhile. That is so where no process has the
 * log open: whoever has, has a write-ahead log beside it.
 */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { ReeveError } from "../../errors.ts";

/** Whether the file can be read only if SQLite takes it for one that nobody changes. */
export function isUnwritten(file: string): boolean {
  const isOpen = walBytes(file) > 0 || (existsSync(`${file}-wal`) && existsSync(`${file}-shm`));
  return existsSync(file) && !isOpen && !canMakeFilesIn(dirname(file));
}

/** The error for a log that a process left open where nobody can write now; undefined for any other. */
export function leftOpen(file: string): ReeveError | undefined {
  if (walBytes(file) === 0 || existsSync(`${file}-shm`) || canMakeFilesIn(dirname(file))) return undefined;
  const message = `${file} was not closed, and what is in ${file}-wal can't be read where no file can be made beside it`;
  return new ReeveError("storage-unavailable", message, {
    retryable: true,
    hint: "Copy both files to a folder that this user may write to, and name the copy.",
  });
}

function walBytes(file: string): number {
  return statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

function canMakeFilesIn(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    // ignore: the reason is of no interest; what SQLite makes of the folder has an error of its own.
    return false;
  }
}
