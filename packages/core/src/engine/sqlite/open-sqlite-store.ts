/**
 * A log in an SQLite file. This module puts together what the others do: it decides the role (E15), sets the file up,
 * and hands out the `Store`.
 *
 * A process with a store opened must not open the log's file by other means (such as `fs.readFile`): closing any
 * descriptor of a file frees every POSIX lock the process holds on it. (SQLite locks the `-shm`, never the `-wal`.)
 */
import { existsSync, statSync } from "node:fs";
import { systemClock, type Clock } from "../../clock.ts";
import { ReeveError, type ErrorCode } from "../../errors.ts";
import type { Capabilities } from "../engine.ts";
import type { Store } from "../store.ts";
import { readCheckpoint } from "./checkpoints.ts";
import { closeToOthers } from "./create-file.ts";
import { bytesAtRest, checkFile, checkWholePages, emptyFile, whyNotWritable } from "./check-file.ts";
import { damaged, numberIn } from "./columns.ts";
import { openConnection, type Connection } from "./connection.ts";
import { isNotDatabase, isReadOnly, translateFailure } from "./failures.ts";
import { findRuns } from "./find-runs.ts";
import { putIntoInbox, readInbox } from "./inbox.ts";
import { readLogId, signLogId } from "./log-id.ts";
import { makeFile } from "./make-file.ts";
import { identify, migrate, requireCurrent } from "./migrate.ts";
import { ownedByAnother, signAsOwner, takeOwnerLock, type OwnerLock } from "./owner.ts";
import { readEventsAfter, readHistory, readLastEvent } from "./read-events.ts";
import { readHighest } from "./read-highest.ts";
import { readQueueDue, readQueueHeads, readQueueOf } from "./queue-rows.ts";
import { readPayload } from "./read-payload.ts";
import { readRunById, readRunByKey, readUnfinished } from "./read-runs.ts";
import { readRunsAfter, readRunsOf, readTrimmed } from "./trim.ts";
import { isUnwritten, leftOpen } from "./unwritten.ts";
import { Writers, type WritersOptions } from "./writers.ts";

export interface SqliteStoreOptions {
  /** "fsync": what was committed survives a power cut. "os": it survives the end of the process. */
  readonly durability: "fsync" | "os";
  /** "own": the owner or an error. "guest": never the owner. "auto": the owner if nobody else is. */
  readonly access: "auto" | "own" | "guest";
  /** @default "auto" */
  readonly writer?: WritersOptions["writer"];
  /** Measures writes. @default the machine's clock */
  readonly clock?: Clock;
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

function openAsOwner(
  file: string,
  { durability, writer = "auto", clock = systemClock() }: SqliteStoreOptions,
  lock: OwnerLock,
): Store {
  let connection: Connection | undefined;
  try {
    checkFile(file);
    if (!existsSync(file)) makeFile(file);
    // SQLite would make a -wal and a -shm as read-only as the file, which then outlast the reason.
    const denied = whyNotWritable(file);
    if (denied) throw denied;
    const bytes = bytesAtRest(file);
    connection = openConnection(file, { durability, role: "owner" });
    // Before anything is written: the file may be somebody else's.
    if (identify(connection) === 0) throw emptyFile(file);
    checkWholePages(connection, bytes);
    closeToOthers(file);
    connection.configure();
    migrate(connection);
    signLogId(connection);
    signAsOwner(connection);
    return storeOn(connection, lock, { writer, durability, clock });
  } catch (error) {
    connection?.close();
    const refused = refusal(error, file, lock.knownBefore);
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
    checkFile(file);
    const unreadable = leftOpen(file);
    if (unreadable) throw unreadable;
    connection = openConnection(file, { durability, role: "guest" });
    requireCurrent(connection);
    if (access === "own") throw ownedByAnother(connection);
    connection.configure();
    return storeOn(connection, undefined);
  } catch (error) {
    connection?.close();
    throw refusal(error, file, existsSync(`${file}-owner`));
  }
}

/** @param wasLog a log was opened under this name before: then its file is damaged rather than somebody else's */
export function refusal(error: unknown, file: string, wasLog: boolean): unknown {
  const isForeign = error instanceof ReeveError && error.code === "file-not-reeve";
  if (wasLog && (isForeign || isNotDatabase(error))) {
    return damaged(`${file} was a log, and its header is not that of one any more`);
  }
  // A version of the format that SQLite can't write, in a file that this user can.
  if (isReadOnly(error) && !whyNotWritable(file)) {
    return damaged(`${file} has a header that SQLite does not write`);
  }
  if (!isNotDatabase(error)) return translateFailure(error, file);
  return new ReeveError("file-not-reeve", `${file} is not an SQLite database`, {
    cause: error,
    hint: "Name a file that Reeve made, or one that does not exist yet.",
  });
}

/** The store on a connection to a file in the current shape. With a lock it is the owner. */
export function storeOn(
  connection: Connection,
  lock: OwnerLock | undefined,
  writing: WritersOptions = { writer: "here", durability: "fsync", clock: systemClock() },
): Store {
  const { file } = connection;
  const writers = lock && new Writers(connection, writing);
  const logId = readLogId(connection);
  const identity = identityOf(file);
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
      if (!writers) throw ownedByAnother(connection);
      return writers.write(batch);
    },
    takesAnother: () => writers?.takesAnother ?? false,
    runById: (id) => translated(() => readRunById(connection, id)),
    runByKey: (key) => translated(() => readRunByKey(connection, key)),
    unfinished: (afterKey, limit) => translated(() => readUnfinished(connection, afterKey, limit)),
    findRuns: (query) => translated(() => findRuns(connection, query)),
    runsAfter: (afterKey, limit) => translated(() => readRunsAfter(connection, afterKey, limit)),
    runsOf: (id, afterKey, limit) => translated(() => readRunsOf(connection, id, afterKey, limit)),
    trimmed: () => translated(() => readTrimmed(connection)),
    trimsAside: () => writers?.trimsAside() ?? true,
    history: (key, afterSeq, limit) => translated(() => readHistory(connection, key, afterSeq, limit)),
    eventsAfter: (position, limit) => translated(() => readEventsAfter(connection, position, limit)),
    lastEvent: (key) => translated(() => readLastEvent(connection, key)),
    payload: (id) => translated(() => readPayload(connection, id)),
    checkpoint: (fold) => translated(() => readCheckpoint(connection, fold)),
    queueHeads: () => translated(() => readQueueHeads(connection)),
    queueOf: (lane, priority, afterOrder, limit) =>
      translated(() => readQueueOf(connection, lane, priority, afterOrder, limit)),
    queueDue: (limit) => translated(() => readQueueDue(connection, limit)),
    inbox: (limit) => translated(() => readInbox(connection, limit)),
    putInbox: (request) => {
      // SQLite would go on writing to a file that was moved, where no owner looks.
      if (identityOf(file) !== identity) throw replacedMeanwhile(file);
      translated(() => putIntoInbox(connection, request));
    },
    foreignWrite: () => {
      if (connection.isFixed && !isUnwritten(file)) throw writtenAgain(file);
      const before = foreignVersion;
      foreignVersion = translated(() => dataVersion(connection));
      return foreignVersion !== before;
    },
    close: () => {
      if (!closed) writers?.close();
      if (lock && !closed) copyLogIntoFile(connection);
      closed = true;
      connection.close();
      lock?.release();
    },
  };
}

/** Tells a file from another one of the same name. */
function identityOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.dev}:${found.ino}` : "";
}

function replacedMeanwhile(file: string): ReeveError {
  return new ReeveError("storage-unavailable", `${file} was moved or replaced while it was open`, {
    hint: "Open it again: this process still has the file that was there before.",
  });
}

function writtenAgain(file: string): ReeveError {
  return new ReeveError(
    "storage-unavailable",
    `${file} was opened as a log that nobody writes to, and is written to`,
    {
      hint: "Open it again to see what is new.",
    },
  );
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
