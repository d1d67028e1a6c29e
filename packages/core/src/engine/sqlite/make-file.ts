/**
 * Makes the file of a new log under another name and gives it its own when it is whole, so that a log's file is never
 * seen half made: one that is empty or has no tables was damaged later.
 */
import { renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { openConnection, type Connection } from "./connection.ts";
import { createPrivateFile } from "./create-file.ts";
import { migrate } from "./migrate.ts";
import { syncFolder } from "./sync-folder.ts";

/** The caller owns the file and has seen that it is not there. */
export function makeFile(file: string): void {
  const draft = `${file}-new`;
  let connection: Connection | undefined;
  // A process that died in the middle of this left its draft.
  discardDatabase(draft);
  try {
    createPrivateFile(draft);
    connection = openConnection(draft, { durability: "fsync", role: "owner" });
    migrate(connection);
    connection.close();
    renameSync(draft, file);
    syncFolder(dirname(file));
  } catch (error) {
    connection?.close();
    discardDatabase(draft);
    throw error;
  }
}

/** Removes a database that nobody has opened, with everything that SQLite keeps beside it. */
export function discardDatabase(file: string): void {
  for (const ending of ["", "-journal", "-wal", "-shm"]) rmSync(`${file}${ending}`, { force: true });
}
