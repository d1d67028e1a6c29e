/**
 * Whose file this is, and which shape it has. A file of another program, or of a later Reeve, is refused and left
 * exactly as it was.
 *
 * The migrations are numbered from 1; a file's `user_version` is the number of the last one applied to it.
 */
import { ReeveError } from "../../errors.ts";
import { numberIn } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { LOG_TABLES } from "./migrations/0001-log.ts";
import { QUEUE_TABLES } from "./migrations/0002-queue.ts";
import { RETENTION_TABLES } from "./migrations/0003-retention.ts";
import { GROUP_ERAS } from "./migrations/0004-groups.ts";
import { SHORT_ROWS } from "./migrations/0005-short-rows.ts";

const MIGRATIONS: readonly string[] = [LOG_TABLES, QUEUE_TABLES, RETENTION_TABLES, GROUP_ERAS, SHORT_ROWS];

/** "REEV" in ASCII, in the header of every file of ours. */
const APPLICATION_ID = 0x52454556;

/**
 * The number of migrations the file has seen; 0 for an empty database.
 * @throws ReeveError `file-not-reeve`, `file-too-new`
 */
export function identify(connection: Connection): number {
  const version = pragma(connection, "user_version");
  if (pragma(connection, "application_id") !== APPLICATION_ID) {
    const tables = connection.statement("SELECT count(*) AS count FROM sqlite_schema").get();
    if (version === 0 && numberIn(tables, "count") === 0) return 0;
    throw new ReeveError("file-not-reeve", `${connection.file} is an SQLite database of another program`, {
      hint: "Name a file that Reeve made, or one that does not exist yet.",
    });
  }
  if (version > MIGRATIONS.length) {
    throw new ReeveError(
      "file-too-new",
      `${connection.file} has format ${version}; this version of Reeve knows formats up to ${MIGRATIONS.length}`,
      { hint: "Update Reeve to at least the version that wrote the file." },
    );
  }
  return version;
}

/** Applies what is missing, each migration in its own transaction. The caller owns the file. */
export function migrate(connection: Connection): void {
  for (let version = identify(connection); version < MIGRATIONS.length; version++) {
    const tables = MIGRATIONS[version] ?? "";
    connection.begin();
    try {
      connection.exec(`${tables}
        PRAGMA application_id = ${APPLICATION_ID};
        PRAGMA user_version = ${version + 1};`);
      connection.commit();
    } catch (error) {
      connection.rollBack();
      throw error;
    }
  }
}

/** @throws ReeveError `storage-unavailable` when the owner has yet to bring the file into this version's shape. */
export function requireCurrent(connection: Connection): void {
  const version = identify(connection);
  if (version === MIGRATIONS.length) return;
  const wrong = version === 0 ? "holds no log yet" : `has the older format ${version}`;
  throw new ReeveError("storage-unavailable", `${connection.file} ${wrong}`, {
    retryable: true,
    hint: "Open the file once in a process that may own it.",
  });
}

function pragma(connection: Connection, name: string): number {
  return numberIn(connection.statement(`PRAGMA ${name}`).get(), name);
}
