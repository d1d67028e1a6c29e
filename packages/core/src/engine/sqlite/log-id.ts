/**
 * The id made with the log. Idempotency keys are made from it, so one that changed would repeat work outside; a checksum
 * beside it shows that it did not.
 */
import { crc32 } from "node:zlib";
import { damaged, textIn } from "./columns.ts";
import type { Connection } from "./connection.ts";

const READ = "SELECT value FROM settings WHERE name = ?";
const SIGN = "INSERT INTO settings (name, value) VALUES ('log-id-checksum', ?) ON CONFLICT (name) DO NOTHING";

/** @throws ReeveError `file-damaged` when it is not there or not what was written */
export function readLogId(connection: Connection): string {
  const row = connection.statement(READ).get("log-id");
  if (!row) throw damaged(`the id of the log is not in ${connection.file}`);
  const id = textIn(row, "value");
  const checksum = connection.statement(READ).get("log-id-checksum")?.["value"];
  if (checksum !== undefined && checksum !== checksumOf(id))
    throw damaged("the id of the log is not what was written");
  return id;
}

/** Done by the owner: the log is made without it. */
export function signLogId(connection: Connection): void {
  connection.statement(SIGN).run(checksumOf(readLogId(connection)));
}

function checksumOf(id: string): string {
  return crc32(id).toString(16);
}
