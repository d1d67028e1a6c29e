/** Makes the files of a log, which only their user may read: inputs and outputs can be confidential. */
import { chmodSync, closeSync, openSync } from "node:fs";
import { ReeveError } from "../../errors.ts";
import { translateFailure } from "./failures.ts";

const PRIVATE = 0o600;

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
