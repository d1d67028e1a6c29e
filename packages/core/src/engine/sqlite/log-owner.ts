/** Which process owns a log, for whoever is to ask it for something, or to end it. */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { openConnection } from "./connection.ts";
import { isOwned, readOwner, type LogOwner } from "./owner.ts";

/**
 * The process that owns the log at this moment; undefined when none does, or there is no log.
 * @throws ReeveError `storage-unavailable`, `file-not-reeve`
 */
export function logOwner(file: string): LogOwner | undefined {
  const log = resolve(file);
  if (!existsSync(log) || !isOwned(log)) return undefined;
  const connection = openConnection(log, { durability: "os", role: "reader" });
  try {
    return readOwner(connection);
  } finally {
    connection.close();
  }
}
