/**
 * One connection to the log's file: its settings, its prepared statements, and how it is opened again after a failed
 * sync. Knows no tables.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { ReeveError } from "../../errors.ts";

export interface ConnectionOptions {
  /** "fsync": a commit is on disk when it returns. "os": it outlives the process, not a power cut. */
  readonly durability: "fsync" | "os";
  readonly role: "owner" | "guest";
}

export interface Connection {
  readonly file: string;
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
  /** Forgets everything the connection believes about the file. */
  reopen(): void;
  close(): void;
}

/** How long a writer waits for another process's short write: an owner's wait would stop its event loop. */
const BUSY_TIMEOUT_MS = { owner: 500, guest: 5_000 } as const;

// With 3-step runs, 128 at once, 4,000 pages between checkpoints gave about a tenth more runs per second than SQLite's
// 1,000; 16,000 gave no more, and its slowest commits took 45 ms instead of 20.
const CHECKPOINT_PAGES = 4_000;
const CACHE_KIB = { owner: 65_536, guest: 4_096 } as const;

/** After a checkpoint the log's file is cut to this size, in bytes. */
const JOURNAL_BYTES_MAX = 64 * 1_024 * 1_024;

/** Opens an existing file. Nothing is read or written yet. */
export function openConnection(file: string, options: ConnectionOptions): Connection {
  const timeout = BUSY_TIMEOUT_MS[options.role];
  let database: DatabaseSync | undefined = new DatabaseSync(file, { timeout });
  const statements = new Map<string, StatementSync>();
  const opened = (): DatabaseSync => {
    if (database) return database;
    throw new ReeveError("runtime-closed", `${file} is closed`);
  };
  const close = (): void => {
    statements.clear();
    const closing = database;
    database = undefined;
    closing?.close();
  };
  const configure = (): void => {
    opened().exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${options.durability === "fsync" ? "FULL" : "NORMAL"};
      PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
      PRAGMA journal_size_limit = ${JOURNAL_BYTES_MAX};
      PRAGMA cache_size = -${CACHE_KIB[options.role]};`);
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
    statement,
    exec: (sql) => opened().exec(sql),
    begin: () => void statement("BEGIN IMMEDIATE").run(),
    commit: () => void statement("COMMIT").run(),
    rollBack: () => {
      try {
        opened().exec("ROLLBACK");
      } catch {
        // ignore: SQLite has rolled back by itself, which it does after a full disk or a failed write.
      }
    },
    configure,
    reopen: () => {
      close();
      database = new DatabaseSync(file, { timeout });
      configure();
    },
    close,
  };
}
