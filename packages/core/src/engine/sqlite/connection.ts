/**
 * One connection to the log's file: its settings, its prepared statements, and how it is opened again after a failed
 * sync. Knows no tables. It never makes a file: whoever opens one has to know that it is there.
 */
import { pathToFileURL } from "node:url";
import { backup, DatabaseSync, type StatementSync } from "node:sqlite";
import { ReeveError } from "../../errors.ts";
import { isUnwritten } from "./unwritten.ts";

export interface ConnectionOptions {
  /** "fsync": a commit is on disk when it returns. "os": it outlives the process, not a power cut. */
  readonly durability: "fsync" | "os";
  /** A "reader" can't write, nor does it copy the write-ahead log into the file when it closes. */
  readonly role: "owner" | "guest" | "reader";
}

/** How far a copy is, in pages of the database. */
export interface CopyProgress {
  readonly totalPages: number;
  readonly remainingPages: number;
}

export interface Connection {
  readonly file: string;
  /** Taken for a file that nobody changes: what others write into it later is not seen. */
  readonly isFixed: boolean;
  /** The statement for this text, prepared once. */
  statement(sql: string): StatementSync;
  exec(sql: string): void;
  /** Takes the write lock. */
  begin(): void;
  commit(): void;
  /** Ends a transaction that may have ended already. */
  rollBack(): void;
  /** Sets the write-ahead log up; called once it is clear that the file is ours. */
  configure(): void;
  /** Copies the pages into another file, which must be empty. Within a transaction they are those it sees. */
  copyInto(file: string, onProgress?: (progress: CopyProgress) => void): Promise<void>;
  /** Forgets everything the connection believes about the file. */
  reopen(): void;
  close(): void;
}

/** How long a writer waits for another process's short write: an owner's wait would stop its event loop. */
const BUSY_TIMEOUT_MS = { owner: 500, guest: 5_000, reader: 5_000 } as const;

// With 3-step runs, 128 at once, 4,000 pages between checkpoints gave about a tenth more runs per second than SQLite's
// 1,000; 16,000 gave no more, and its slowest commits took 45 ms instead of 20.
/** So many pages are in the write-ahead log when it is copied into the file. */
export const CHECKPOINT_PAGES = 4_000;
// An owner's 64 MB were no faster for short runs, and 100,000 waiting ones took 40 MB more memory.
const CACHE_KIB = { owner: 16_384, guest: 4_096, reader: 4_096 } as const;

/** After a checkpoint the log's file is cut to this size, in bytes. */
const JOURNAL_BYTES_MAX = 64 * 1_024 * 1_024;

/** 4 MB: often enough for a progress bar, seldom enough to cost nothing. */
const PAGES_PER_COPY_STEP = 1_024;

/** Opens an existing file. Nothing is read or written yet. */
export function openConnection(file: string, { durability, role }: ConnectionOptions): Connection {
  const isFixed = role !== "owner" && isUnwritten(file);
  const settings = settingsFor(durability, isFixed ? "reader" : role);
  let database: DatabaseSync | undefined = openDatabase(file, role, isFixed);
  let closed = false;
  const statements = new Map<string, StatementSync>();
  /** Opens it where reopening failed before: the reason may have passed. */
  const opened = (): DatabaseSync => {
    if (closed) throw new ReeveError("runtime-closed", `${file} is closed`);
    return (database ??= configured());
  };
  const configured = (): DatabaseSync => {
    const opening = openDatabase(file, role, isFixed);
    try {
      opening.exec(settings);
      return opening;
    } catch (error) {
      opening.close();
      throw error;
    }
  };
  const drop = (): void => {
    statements.clear();
    const closing = database;
    database = undefined;
    closing?.close();
  };
  const statement = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    const prepared = opened().prepare(sql);
    statements.set(sql, prepared);
    return prepared;
  };
  return {
    file,
    isFixed,
    statement,
    exec: (sql) => opened().exec(sql),
    begin: () => void statement("BEGIN IMMEDIATE").run(),
    commit: () => void statement("COMMIT").run(),
    rollBack: () => {
      try {
        database?.exec("ROLLBACK");
      } catch {
        // ignore: SQLite has rolled back by itself, which it does after a full disk or a failed write.
      }
    },
    configure: () => opened().exec(settings),
    copyInto: async (target, onProgress) => {
      const progress = onProgress ?? ((): void => {});
      await backup(opened(), target, { rate: PAGES_PER_COPY_STEP, progress });
    },
    reopen: () => {
      drop();
      opened();
    },
    close: () => {
      closed = true;
      drop();
    },
  };
}

function openDatabase(file: string, role: ConnectionOptions["role"], isFixed: boolean): DatabaseSync {
  const address = pathToFileURL(file);
  const readOnly = isFixed || role === "reader";
  if (isFixed) address.searchParams.set("immutable", "1");
  // Opening a name whose file is gone must not leave an empty database there.
  if (!readOnly) address.searchParams.set("mode", "rw");
  return new DatabaseSync(address, { timeout: BUSY_TIMEOUT_MS[role], readOnly });
}

function settingsFor(durability: "fsync" | "os", role: ConnectionOptions["role"]): string {
  const cache = `PRAGMA cache_size = -${CACHE_KIB[role]};`;
  if (role === "reader") return cache;
  return `
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${durability === "fsync" ? "FULL" : "NORMAL"};
    PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
    PRAGMA journal_size_limit = ${JOURNAL_BYTES_MAX};
    ${cache}`;
}
