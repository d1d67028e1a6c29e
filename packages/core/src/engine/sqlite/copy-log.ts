/**
 * Copies a log, whoever writes to it meanwhile, into a draft beside the place it is meant for, and verifies the copy.
 * Nothing is at that place before the copy is whole, on disk and sound.
 *
 * The pages are read in one transaction, so that the copy is the log of one moment. While it lasts, the owner's
 * write-ahead log can't be used again from its start, so it grows by what the owner writes.
 */
import { existsSync, readdirSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ReeveError } from "../../errors.ts";
import { checkFile, emptyFile } from "./check-file.ts";
import { openConnection, type CopyProgress } from "./connection.ts";
import { createPrivateFile } from "./create-file.ts";
import { translateFailure } from "./failures.ts";
import { discardDatabase } from "./make-file.ts";
import { identify, migrate, requireCurrent } from "./migrate.ts";
import { refusal } from "./open-sqlite-store.ts";
import { syncFolder } from "./sync-folder.ts";
import { verifyFile, type Verification } from "./verify-file.ts";

/** With the id of the process behind it. */
const DRAFT_ENDING = ".partial-";

/** A whole, verified copy under a name of its own. */
export interface Draft {
  readonly verified: Verification;
  /** Gives it its name, for good. What has that name is replaced. */
  publish(): void;
  /** Removes what was not published. */
  discard(): void;
}

/**
 * @param use a backup keeps the format of its log, which must be the current one; what is restored is brought into it
 * @throws ReeveError `file-damaged` when the log or the copy is damaged; `storage-unavailable`, `file-not-reeve`,
 * `file-too-new`
 */
export async function draftCopy(
  from: string,
  to: string,
  use: "backup" | "restore",
  onProgress: ((progress: CopyProgress) => void) | undefined,
): Promise<Draft> {
  const draft = `${to}${DRAFT_ENDING}${process.pid}`;
  const discard = (): void => discardDatabase(draft);
  discardAbandoned(to);
  try {
    createPrivateFile(draft);
    await copyPages(from, draft, use, onProgress);
    finish(draft, use);
    const verified = await verifyFile(draft);
    const [first] = verified.problems;
    if (first) {
      const more = verified.problems.length > 1 ? `, and ${verified.problems.length - 1} more problems` : "";
      throw new ReeveError("file-damaged", `${from}: ${first.what}${more}`, {
        hint: `Nothing was copied. See all that is wrong with reeve verify ${from}; an earlier backup may be sound.`,
      });
    }
    const publish = (): void => {
      try {
        renameSync(draft, to);
        syncFolder(dirname(to));
      } catch (error) {
        throw translateFailure(error, to);
      }
    };
    return { verified, publish, discard };
  } catch (error) {
    discard();
    throw error;
  }
}

/** Removes the drafts of processes that died over them, and of this one. */
function discardAbandoned(to: string): void {
  const start = `${basename(to)}${DRAFT_ENDING}`;
  const folder = dirname(to);
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const pid = name.startsWith(start) ? Number(name.slice(start.length)) : Number.NaN;
    if (Number.isSafeInteger(pid) && (pid === process.pid || !isAlive(pid)))
      discardDatabase(join(folder, name));
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of another user can't be asked, but is there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function copyPages(
  from: string,
  draft: string,
  use: "backup" | "restore",
  onProgress: ((progress: CopyProgress) => void) | undefined,
): Promise<void> {
  if (!existsSync(from)) {
    throw new ReeveError("storage-unavailable", `there is no file ${from}`, {
      hint: "Name the file of a log.",
    });
  }
  checkFile(from);
  let isOpen = false;
  const source = openConnection(from, { durability: "os", role: "reader" });
  try {
    source.exec("BEGIN");
    if (use === "backup") requireCurrent(source);
    else if (identify(source) === 0) throw emptyFile(from);
    isOpen = true;
    await source.copyInto(draft, onProgress);
  } catch (error) {
    // What fails once the source could be read, fails for want of room beside the draft.
    throw isOpen ? translateFailure(error, draft) : refusal(error, from, existsSync(`${from}-owner`));
  } finally {
    source.rollBack();
    source.close();
  }
}

/**
 * Makes it one file, readable where nothing can be written; the next owner sets the write-ahead log up again. What is
 * restored may be of an earlier version.
 */
function finish(draft: string, use: "backup" | "restore"): void {
  const connection = openConnection(draft, { durability: "fsync", role: "guest" });
  try {
    connection.exec("PRAGMA journal_mode = DELETE");
    if (use === "restore") migrate(connection);
  } catch (error) {
    throw translateFailure(error, draft);
  } finally {
    connection.close();
  }
}
