/** One stored value. */
import type { PayloadId } from "../../delegation/reference.ts";
import type { Encoded } from "../engine.ts";
import { damaged } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { unpackText } from "./stored-text.ts";

const READ = "SELECT value, checksum FROM payloads WHERE id = ?";

/** @throws ReeveError `file-damaged` when it is not there or not what was written */
export function readPayload(connection: Connection, id: PayloadId): Encoded {
  const row = connection.statement(READ).get(id);
  if (!row) throw damaged(`payload ${id} is not in ${connection.file}`);
  return unpackText(row, "value", id, `payload ${id}`);
}
