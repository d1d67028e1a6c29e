/**
 * A log in an SQLite file. This module puts together what the others do: it decides the role (E15), sets the file up,
 * and hands out the `Store`.
 *
 * A process with a store opened must not open the same files by other means (such as `fs.readFile`): closing any
 * descriptor of a file frees every POSIX lock the process holds on it.
 */
import { existsSync } from "node:fs";
import { ReeveError, type ErrorCode } from "../../errors.ts";
import type { Capabilities } from "../engine.ts";
import type { Store } from "../store.ts";
import { readCheckpoint } from "./checkpoints.ts";
import { numberIn, textIn } from "./columns.ts";
import { BatchWriter } from "./commit.ts";
import { openConnection, type Connection } from "./connection.ts";
import { createPrivateFile } from "./create-file.ts";
import { isNotDatabase, translateFailure } from "./failures.ts";
import { findRuns } from "./find-runs.ts";
import { putIntoInbox, readInbox } from "./inbox.ts";
import { identify, migrate, requireCurrent } from "./migrate.ts";
import { ownedByAnother, signAsOwner, takeOwnerLock, type OwnerLock } from "./owner.ts";
import { readEventsAfter, readHistory, readLastEvent } from "./read-events.ts";
import { readHighest } from "./read-highest.ts";
import { readPayload } from "./read-payload.ts";
import { readRunById, readRunByKey, readUnfinished } from "./read-runs.ts";

export interface SqliteStoreOptions {
  /** "fsync": what was committed survives a power cut. "os": it survives the end of the process. */
  readonly durability: "fsync" | "os";
  /** "own": the owner or an error. "guest": never the owner. "auto": the owner if nobody else is. */
  readonly access: "auto" | "own" | "guest";
}

const NOT_OURS: ReadonlySet<ErrorCode> = new Set(["file-not-reeve", "file-too-new"]);
const CAPABILITIES: Capabilities = { survivesCrash: true, file: true, globalOrder: true };

/**
 * Opens the log in `file`, and makes it unless it is opened as a guest.
 * @throws ReeveError `file-owned`, `file-not-reeve`, `file-too-new`, `file-damaged`, `storage-unavailable`
 */
export function openSqliteStore(file: string, options: SqliteStoreOptions): Store {
  const lock = options.access === "guest" ? undefined : takeOwnerLock(file);
  return lock ? openAsOwner(file, options, lock) : openAsGuest(file, options);
}

function openAsOwner(file: string, { durability }: SqliteStoreOptions, lock: OwnerLock): Store {
  let connection: Connection | undefined;
  try {
    createPrivateFile(file);
    connection = openConnection(file, { durability, role: "owner" });
    // Before anything is written: the file may be somebody else's.
    identify(connection);
    connection.configure();
    migrate(connection);
    signAsOwner(connection);
    return storeOn(connection, lock);
  } catch (error) {
    connection?.close();
    const refused = refusal(error, file);
    // Nobody can own a file that isn't ours; beside one of ours the lock file must stay.
    const notOurs = refused instanceof ReeveError && NOT_OURS.has(refused.code);
    if (notOurs) lock.withdraw();
    else lock.release();
    throw refused;
  }
}

function openAsGuest(file: string, { durability, access }: SqliteStoreOptions): Store {
  if (!existsSync(file)) {
    throw new ReeveError("storage-unavailable", `there is no file ${file}`, {
      retryable: true,
      hint: "Name the file of a log, or start the process that owns it first.",
    });
  }
  let connection: Connection | undefined;
  try {
    connection = openConnection(file, { durability, role: "guest" });
    requireCurrent(connection);
    if (access === "own") throw ownedByAnother(connection);
    connection.configure();
    return storeOn(connection, undefined);
  } catch (error) {
    connection?.close();
    throw refusal(error, file);
  }
}

function refusal(error: unknown, file: string): unknown {
  if (!isNotDatabase(error)) return translateFailure(error, file);
  return new ReeveError("file-not-reeve", `${file} is not an SQLite database`, {
    cause: error,
    hint: "Name a file that Reeve made, or one that does not exist yet.",
  });
}

/** The store on a connection to a file in the current shape. With a lock it is the owner. */
export function storeOn(connection: Connection, lock: OwnerLock | undefined): Store {
  const { file } = connection;
  const writer = lock && new BatchWriter(connection);
  const logId = textIn(
    connection.statement("SELECT value FROM settings WHERE name = 'log-id'").get(),
    "value",
  );
  let foreignVersion = dataVersion(connection);
  let closed = false;
  const translated = <Result>(action: () => Result): Result => {
    try {
      return action();
    } catch (error) {
      throw translateFailure(error, file);
    }
  };
  return {
    capabilities: CAPABILITIES,
    role: lock ? "owner" : "guest",
    logId,
    highest: () => translated(() => readHighest(connection)),
    commit: (batch) => {
      if (!writer) throw ownedByAnother(connection);
      writer.write(batch);
    },
    runById: (id) => translated(() => readRunById(connection, id)),
    runByKey: (key) => translated(() => readRunByKey(connection, key)),
    unfinished: (afterKey, limit) => translated(() => readUnfinished(connection, afterKey, limit)),
    findRuns: (query) => translated(() => findRuns(connection, query)),
    history: (key, afterSeq, limit) => translated(() => readHistory(connection, key, afterSeq, limit)),
    eventsAfter: (position, limit) => translated(() => readEventsAfter(connection, position, limit)),
    lastEvent: (key) => translated(() => readLastEvent(connection, key)),
    payload: (id) => translated(() => readPayload(connection, id)),
    checkpoint: (fold) => translated(() => readCheckpoint(connection, fold)),
    inbox: (limit) => translated(() => readInbox(connection, limit)),
    putInbox: (request) => translated(() => putIntoInbox(connection, request)),
    foreignWrite: () => {
      const before = foreignVersion;
      foreignVersion = translated(() => dataVersion(connection));
      return foreignVersion !== before;
    },
    close: () => {
      if (lock && !closed) copyLogIntoFile(connection);
      closed = true;
      connection.close();
      lock?.release();
    },
  };
}

/** The last connection does this by itself; with guests still there, it keeps the -wal small for the next owner. */
function copyLogIntoFile(connection: Connection): void {
  try {
    connection.exec("PRAGMA wal_checkpoint(PASSIVE)");
  } catch {
    // ignore: everything committed is in the -wal, from which the next to open the file reads it.
  }
}

/** Changes when another connection commits, never by this one's own commits. */
function dataVersion(connection: Connection): number {
  return numberIn(connection.statement("PRAGMA data_version").get(), "data_version");
}
