/** Requests of guests to the owner. An id is never used twice, so that taking one can't remove a later one. */
import type { InboxRequest, InboxRow } from "../store.ts";
import { damaged, isObject, numberIn } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { packText, unpackText } from "./stored-text.ts";

const PUT = "INSERT INTO inbox (request, checksum) VALUES (?, ?)";
const READ = "SELECT id, request, checksum FROM inbox ORDER BY id LIMIT ?";
const TAKE = "DELETE FROM inbox WHERE id = ?";

/** One durable insert of its own. */
export function putIntoInbox(connection: Connection, request: InboxRequest): void {
  // The row has no number before it is written, so the checksum covers the content only.
  const stored = packText(JSON.stringify(request), 0);
  connection.statement(PUT).run(stored.value, stored.checksum);
}

/** @throws ReeveError `file-damaged` */
export function readInbox(connection: Connection, limit: number): readonly InboxRow[] {
  return connection
    .statement(READ)
    .all(limit)
    .map((row) => {
      const id = numberIn(row, "id");
      const text = unpackText(row, "request", 0, `request ${id} in the inbox`);
      const request: unknown = JSON.parse(text);
      if (!isRequest(request)) throw damaged(`request ${id} in the inbox is of no known kind`);
      return { id, request };
    });
}

/** Within the transaction of its effects. */
export function takeFromInbox(connection: Connection, id: number): void {
  connection.statement(TAKE).run(id);
}

/** The checksum has shown that the request is as this library wrote it; only its kind can be unknown. */
function isRequest(value: unknown): value is InboxRequest {
  return (
    isObject(value) &&
    ["start", "cancel", "signal", "pause", "unpause", "control", "feedback"].includes(String(value["kind"]))
  );
}
