/** Makes a consistent copy of a log while it is in use (E14). */
import { existsSync, realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { ReeveError } from "../../errors.ts";
import type { CopyProgress } from "./connection.ts";
import { draftCopy } from "./copy-log.ts";
import type { Verification } from "./verify-file.ts";

export interface BackupOptions {
  /**
   * Replace an earlier backup of the same name, at the very end. A log in use is never replaced.
   * @default false
   */
  readonly force?: boolean;
  /** Called after every 4 MB. */
  readonly onProgress?: (progress: CopyProgress) => void;
}

/** A backup that was made. */
export interface Backup {
  /** Its absolute path. */
  readonly file: string;
  readonly bytes: number;
  /** What reading it back showed; it has no problems. */
  readonly verified: Verification;
}

/**
 * Copies the log in `file` to the new file `to`, from this process or another one, whether an owner writes to it or
 * not. The copy is the log of one moment, is verified, has mode 0600, and has its name only when it is whole and on
 * disk. Call it again after a failure: nothing is left of the first try.
 * @throws ReeveError `file-exists`, `file-damaged` when the log is not sound, `storage-unavailable`, `file-not-reeve`,
 * `file-too-new`, `option-invalid`
 */
export async function backupFile(file: string, to: string, options: BackupOptions = {}): Promise<Backup> {
  const [from, target] = [resolve(file), resolve(to)];
  refuseTarget(from, target, options.force ?? false);
  const draft = await draftCopy(from, target, "backup", options.onProgress);
  try {
    refuseTarget(from, target, options.force ?? false);
    draft.publish();
  } catch (error) {
    draft.discard();
    throw error;
  }
  return { file: target, bytes: statSync(target).size, verified: draft.verified };
}

function refuseTarget(from: string, target: string, force: boolean): void {
  if (!existsSync(target)) return;
  if (existsSync(from) && realpathSync(from) === realpathSync(target)) {
    throw new ReeveError("option-invalid", `the backup of ${from} can't be that file itself`, {
      hint: "Name another file for the backup.",
    });
  }
  if (statSync(target).isDirectory()) {
    throw new ReeveError("option-invalid", `${target} is a folder`, {
      hint: "Name the file for the backup in it.",
    });
  }
  const isLog = [`${target}-owner`, `${target}-wal`].some((beside) => existsSync(beside));
  if (force && !isLog) return;
  throw new ReeveError("file-exists", `${target} exists${isLog ? ", and is a log in use" : ""}`, {
    hint: isLog
      ? "Name another file; to put a backup in the place of a log, use reeve restore."
      : "Name another file, or replace this one with --force (in code: force: true).",
  });
}
