/** Makes the files of a log, which only their user may read: inputs and outputs can be confidential. */
import { chmodSync, closeSync, openSync, statSync } from "node:fs";
import { ReeveError } from "../../errors.ts";
import { translateFailure } from "./failures.ts";

const PRIVATE = 0o600;
const OTHERS = 0o077;

/**
 * Creates an empty file with mode 0600, whatever the umask is; SQLite gives -wal and -shm the mode of the file they
 * belong to. Returns false, and does not touch the file, when it exists.
 * @throws ReeveError `storage-unavailable`
 */
export function createPrivateFile(file: string): boolean {
  try {
    closeSync(openSync(file, "wx", PRIVATE));
    chmodSync(file, PRIVATE);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    const known = translateFailure(error, file);
    const reason = error instanceof Error ? error.message : String(error);
    throw new ReeveError("storage-unavailable", `${file} can't be created: ${reason}`, {
      cause: error,
      retryable: true,
      hint:
        (known instanceof ReeveError ? known.hint : undefined) ??
        "Look whether the folder exists and this user may write to it.",
    });
  }
}

/**
 * Takes from other users what a log and what is beside it allow them, such as after a copy made under another umask; by
 * names alone, since a descriptor that is closed would free the locks of SQLite.
 */
export function closeToOthers(file: string): void {
  if (process.platform === "win32") return;
  for (const ending of ["", "-wal", "-shm", "-owner"]) {
    const path = `${file}${ending}`;
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
    if ((mode & OTHERS) === 0) continue;
    try {
      chmodSync(path, mode & 0o700);
    } catch {
      // ignore: only who owns a file, or root, can change its mode; `reeve doctor` says that others may read it
    }
  }
}
