/** Puts a backup in the place of a log, which is kept beside it (E14). */
import { existsSync, realpathSync, renameSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { systemClock, type Clock } from "../../clock.ts";
import { ReeveError } from "../../errors.ts";
import type { CopyProgress } from "./connection.ts";
import { draftCopy } from "./copy-log.ts";
import { translateFailure } from "./failures.ts";
import { takeOwnerLock } from "./owner.ts";
import { syncFolder } from "./sync-folder.ts";
import type { Verification } from "./verify-file.ts";

export interface RestoreOptions {
  /** Called after every 4 MB that were copied. */
  readonly onProgress?: (progress: CopyProgress) => void;
  /** @default the machine's clock */
  readonly clock?: Clock;
}

/** A backup that was restored. */
export interface Restored {
  /** The log's absolute path. */
  readonly file: string;
  /** Where what was there before is now, with its -wal and -shm; undefined when nothing was. */
  readonly replaced: string | undefined;
  /** What reading the restored log showed; it has no problems. */
  readonly verified: Verification;
}

/** What SQLite keeps beside a file, and what belongs to this very file. In this order; see `setAside`. */
const ENDINGS = ["", "-wal", "-shm", "-journal"];

/**
 * Puts a copy of the backup `from` in the place of the log `to`. The backup is verified first and stays as it is; what
 * was at `to` is kept as `<to>.replaced-<time>`. No process may own the log. The log goes back in time: what happened
 * after the backup is forgotten, and steps completed since then execute again, under the same idempotency keys.
 * @throws ReeveError `file-owned` when a process has the log, `file-damaged` when the backup is not sound,
 * `storage-unavailable`, `file-not-reeve`, `file-too-new`, `option-invalid`
 */
export async function restoreFile(from: string, to: string, options: RestoreOptions = {}): Promise<Restored> {
  const [backup, file] = [resolve(from), resolve(to)];
  const clock = options.clock ?? systemClock();
  if (existsSync(backup) && existsSync(file) && realpathSync(backup) === realpathSync(file)) {
    throw new ReeveError("option-invalid", `${backup} is the log itself`, {
      hint: "Name the file of a backup.",
    });
  }
  const lock = takeOwnerLock(file);
  if (!lock) {
    throw new ReeveError("file-owned", `${file} is owned by a process that runs`, {
      hint: "End that process first (reeve doctor says which), then restore.",
    });
  }
  let restored = false;
  try {
    const draft = await draftCopy(backup, file, "restore", options.onProgress);
    try {
      const replaced = setAside(file, new Date(clock.now()));
      draft.publish();
      restored = true;
      return { file, replaced, verified: draft.verified };
    } catch (error) {
      draft.discard();
      throw error;
    }
  } finally {
    if (restored || lock.knownBefore) lock.release();
    else lock.withdraw();
  }
}

/**
 * Renames what is there. The file goes first: where this is cut short, a -wal without its file is left, which is
 * refused when it is opened, where a file without its -wal would be taken for whole.
 */
function setAside(file: string, now: Date): string | undefined {
  const there = ENDINGS.filter((ending) => existsSync(`${file}${ending}`));
  if (there.length === 0) return undefined;
  const aside = freeName(`${file}.replaced-${now.toISOString().replaceAll(/[-:]|\.\d+/g, "")}`);
  try {
    for (const ending of there) {
      renameSync(`${file}${ending}`, `${aside}${ending}`);
      if (ending === "") syncFolder(dirname(file));
    }
    syncFolder(dirname(file));
  } catch (error) {
    throw translateFailure(error, file);
  }
  return aside;
}

/** Two restores within a second must not overwrite what the first one set aside. */
function freeName(name: string): string {
  const isTaken = (candidate: string): boolean =>
    ENDINGS.some((ending) => existsSync(`${candidate}${ending}`));
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : `${name}-${count}`;
    if (!isTaken(candidate)) return candidate;
  }
}
