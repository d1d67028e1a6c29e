/**
 * Who owns a log (E15). `<file>-owner` is an empty SQLite database on which the owner holds the exclusive lock for as
 * long as it lives. The kernel frees the lock when the process dies, so nothing has to be guessed from a stale file.
 *
 * The file is never removed and never opened by other means than SQLite: closing any descriptor of it would free the
 * lock of the whole process, and removing it would let two processes lock two files of one name.
 */
import { existsSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { ReeveError } from "../../errors.ts";
import { isObject } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { createPrivateFile } from "./create-file.ts";
import { isBusy, translateFailure } from "./failures.ts";

export interface OwnerLock {
  /** Whether the lock's file was there before: then the file beside it is a log, or was one. */
  readonly knownBefore: boolean;
  release(): void;
  /** Releases the lock on a file that turned out not to be ours, and leaves no trace beside it. */
  withdraw(): void;
}

/** The process that has a log. */
export interface LogOwner {
  readonly pid: number;
  readonly host: string;
  /** When it opened the log, in ISO 8601. */
  readonly since: string;
}

/** Who merely looks whether a file is owned holds the lock for a moment; an owner to be waits for that to pass. */
const PROBE_MS = 20;

/** Takes the lock; undefined when another process, or another store of this one, holds it. */
export function takeOwnerLock(file: string): OwnerLock | undefined {
  const lockFile = `${file}-owner`;
  const created = createPrivateFile(lockFile);
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(lockFile, { timeout: PROBE_MS });
    // Nothing is ever written to it, so it needs no journal file beside it.
    lock.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
  } catch (error) {
    lock?.close();
    if (isBusy(error)) return undefined;
    throw translateFailure(error, lockFile);
  }
  const held = lock;
  return {
    knownBefore: !created,
    release: () => {
      if (held.isOpen) held.close();
    },
    withdraw: () => {
      if (created) rmSync(lockFile, { force: true });
      held.close();
    },
  };
}

/** Whether a process has the file at this moment. */
export function isOwned(file: string): boolean {
  const lockFile = `${file}-owner`;
  if (!existsSync(lockFile)) return false;
  const probe = new DatabaseSync(lockFile, { readOnly: true });
  try {
    // Reading takes the shared lock, which nobody gets beside the owner's.
    probe.prepare("SELECT count(*) FROM sqlite_schema").get();
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw translateFailure(error, lockFile);
  } finally {
    probe.close();
  }
}

const READ_OWNER = "SELECT value FROM settings WHERE name = 'owner'";
const WRITE_OWNER = `
INSERT INTO settings (name, value)
VALUES ('owner', json_object('pid', ?, 'host', ?, 'since', strftime('%Y-%m-%dT%H:%M:%SZ', 'now')))
ON CONFLICT (name) DO UPDATE SET value = excluded.value`;

/** Leaves word of who has the file, for the message of whoever asks for it next. */
export function signAsOwner(connection: Connection): void {
  connection.statement(WRITE_OWNER).run(process.pid, hostname());
}

/** The error for a process that must own the file while another one does. */
export function ownedByAnother(connection: Connection): ReeveError {
  return new ReeveError("file-owned", `${connection.file} is owned by ${describeOwner(connection)}`, {
    hint: "End that process, or open the file as a guest: it reads, and asks the owner to start, cancel and signal.",
  });
}

function describeOwner(connection: Connection): string {
  const owner = readOwner(connection);
  return owner ? `process ${owner.pid} on ${owner.host} since ${owner.since}` : "another process";
}

/** What the last owner left word of; undefined where it left none. */
export function readOwner(connection: Connection): LogOwner | undefined {
  const stored = connection.statement(READ_OWNER).get()?.["value"];
  if (typeof stored !== "string") return undefined;
  const owner: unknown = JSON.parse(stored);
  if (!isObject(owner)) return undefined;
  return { pid: Number(owner["pid"]), host: String(owner["host"]), since: String(owner["since"]) };
}
