/**
 * The file beside the log that says who may use the server: the key that sign-ins are signed with, and the tokens of
 * programs as hashes. Mode 0600; one that others may read or write is refused, because its key would be worth nothing.
 */
import { randomBytes } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { ReeveError } from "@reeve/core";
import { z } from "zod";
import { scopeSchema, type Scope } from "../contract/route.ts";

export interface StoredToken {
  readonly name: string;
  readonly scope: Scope;
  /** What runs started with it may do; null: what the runtime may. */
  readonly grants: readonly string[] | null;
  /** SHA-256 of the token, in hexadecimal digits. */
  readonly hash: string;
  readonly createdAt: number;
}

export interface AccessRecord {
  /** 32 bytes in base64. */
  readonly key: string;
  readonly tokens: readonly StoredToken[];
  /** SHA-256 of the cookies that were signed out before their time, and when they would have ended. */
  readonly signedOut?: readonly { readonly hash: string; readonly until: number }[];
}

const recordSchema: z.ZodType<AccessRecord> = z.object({
  key: z.base64().min(40),
  tokens: z.array(
    z.object({
      name: z.string(),
      scope: scopeSchema,
      grants: z.array(z.string()).nullable(),
      hash: z.string().length(64),
      createdAt: z.number(),
    }),
  ),
  signedOut: z.array(z.object({ hash: z.string().length(64), until: z.number() })).exactOptional(),
});

const KEY_BYTES = 32;
const OTHERS = 0o077;

/** Where the access to a log's server is kept. */
export function accessFileOf(log: string): string {
  return `${log}.access`;
}

/** Whether files can be made beside the log: not so on a disk that is mounted for reading. */
export function isWritableBeside(log: string): boolean {
  try {
    accessSync(dirname(log), constants.W_OK);
    return true;
  } catch {
    // ignore: whatever the reason, what is kept in memory holds as long as the process.
    return false;
  }
}

/** Where access is kept, if it can be: without the file, sign-ins end with the process, and programs have no tokens. */
export function keptAccessOf(log: string): string | undefined {
  const file = accessFileOf(log);
  return existsSync(file) || isWritableBeside(log) ? file : undefined;
}

/** A record that no file has, for a log in memory. */
export function newAccessRecord(): AccessRecord {
  return { key: randomBytes(KEY_BYTES).toString("base64"), tokens: [] };
}

/**
 * What the file says; undefined where there is none.
 * @throws ReeveError `access-invalid`
 */
export function readAccess(file: string): AccessRecord | undefined {
  const mode = modeOf(file);
  if (mode === undefined) return undefined;
  if (process.platform !== "win32" && (mode & OTHERS) !== 0) {
    throw new ReeveError("access-invalid", `${file} can be read or written by other users`, {
      hint: `remove it, which ends all tokens, or, if nobody has read it, chmod 600 ${file}`,
    });
  }
  const parsed = recordSchema.safeParse(jsonOf(file));
  if (parsed.success) return parsed.data;
  throw new ReeveError(
    "access-invalid",
    `${file} is not what reeve wrote: ${z.prettifyError(parsed.error)}`,
    {
      hint: "restore it from a backup, or remove it, which ends all tokens",
    },
  );
}

/** As `readAccess`; makes the file where there is none. */
export function openAccess(file: string): AccessRecord {
  const known = readAccess(file);
  if (known) return known;
  const made = newAccessRecord();
  const temporary = writeTemporary(file, made);
  try {
    // Two processes may do so at the same time: the first one's key holds.
    linkSync(temporary, file);
    return made;
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
    return readAccess(file) ?? made;
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Replaces the file as a whole. */
export function writeAccess(file: string, record: AccessRecord): void {
  renameSync(writeTemporary(file, record), file);
}

/** Changes whenever the file does: it is always replaced as a whole. Empty where there is none. */
export function accessMark(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.ino} ${found.mtimeMs}` : "";
}

function modeOf(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mode;
}

function jsonOf(file: string): unknown {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return value;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function writeTemporary(file: string, record: AccessRecord): string {
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  const handle = openNew(temporary, file);
  try {
    writeSync(handle, `${JSON.stringify(record, undefined, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  return temporary;
}

function openNew(temporary: string, file: string): number {
  try {
    return openSync(temporary, "wx", 0o600);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ReeveError("storage-unavailable", `${file} can't be written: ${why}`, {
      cause: error,
      retryable: true,
      hint: "look whether the disk has room and this user may write to the folder",
    });
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
