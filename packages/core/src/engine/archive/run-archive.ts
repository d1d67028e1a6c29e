/**
 * Keeps runs that leave the log: one line of JSON each, in a gzip file for every day (UTC) on which they left.
 *
 * A write that was cut short by a crash is cut off before the next one; its runs are still in the log then. Hence a run
 * can be in the archive twice. A folder belongs to one log.
 */
import { open, mkdir, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../clock.ts";
import { ReeveError } from "../../errors.ts";
import { HEADER_BYTES, isSound, lengthOfMember, makeMember } from "./gzip-member.ts";

const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;
const OTHERS = 0o077;
const DAY = new Intl.DateTimeFormat("en", {
  timeZone: "UTC",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});

/**
 * A function that appends lines to the files in `folder`, which is made where it is missing; resolves when they are on
 * disk. @throws ReeveError `storage-unavailable`
 */
export function runArchive(folder: string, clock: Clock): (lines: readonly string[]) => Promise<void> {
  /** Files whose last write is known to be whole, with their length. */
  const lengths = new Map<string, number>();
  return async (lines) => {
    const file = join(folder, `${dayOf(clock.now())}.jsonl.gz`);
    try {
      const member = await makeMember(lines.map((line) => `${line}\n`).join(""));
      const end = lengths.get(file);
      lengths.clear();
      lengths.set(file, await append(folder, file, member, end));
    } catch (error) {
      if (error instanceof ReeveError || !(error instanceof Error)) throw error;
      throw new ReeveError("storage-unavailable", `${file}: ${error.message}`, {
        cause: error,
        retryable: true,
        hint: "make the folder writable, with room on its disk; nothing is trimmed before that",
      });
    }
  };
}

/** Returns the file's new length. @param knownEnd its length, where this process has written to it before */
async function append(
  folder: string,
  file: string,
  member: Buffer,
  knownEnd: number | undefined,
): Promise<number> {
  await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const { handle, isNew } = await openOrCreate(file);
  try {
    const end = isNew ? 0 : (knownEnd ?? (await soundEnd(handle, file)));
    await handle.truncate(end);
    for (let written = 0; written < member.length;) {
      const { bytesWritten } = await handle.write(member, written, member.length - written, end + written);
      written += bytesWritten;
    }
    await handle.sync();
    if (isNew) await syncFolder(folder);
    return end + member.length;
  } finally {
    await handle.close();
  }
}

async function openOrCreate(file: string): Promise<{ readonly handle: FileHandle; readonly isNew: boolean }> {
  try {
    return { handle: await open(file, "wx+", PRIVATE_FILE), isNew: true };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    return { handle: await openPrivately(file), isNew: false };
  }
}

/** Also one that was copied here, under a umask that let others read it. */
async function openPrivately(file: string): Promise<FileHandle> {
  const handle = await open(file, "r+");
  try {
    const { mode } = await handle.stat();
    if ((mode & OTHERS) !== 0) await handle.chmod(PRIVATE_FILE);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Where the last whole member ends. */
async function soundEnd(handle: FileHandle, file: string): Promise<number> {
  const { size } = await handle.stat();
  let [last, end] = [0, 0];
  while (end < size) {
    const length = lengthOfMember(await read(handle, end, Math.min(HEADER_BYTES, size - end)));
    if (length === "foreign") {
      throw new ReeveError("storage-unavailable", `${file} holds something else from byte ${end} on`, {
        retryable: true,
        hint: "move the file away; a folder is for the archive of one log only",
      });
    }
    if (length === "torn" || end + length > size) break;
    last = end;
    end += length;
  }
  return end === last || (await isSound(await read(handle, last, end - last))) ? end : last;
}

async function read(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** As 2026-01-31. */
function dayOf(at: number): string {
  const parts = new Map(DAY.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`;
}
