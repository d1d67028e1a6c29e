/** The largest ids in the file, from which the engine counts on. */
import type { HighestIds } from "../store.ts";
import { numberIn } from "./columns.ts";
import type { Connection } from "./connection.ts";

// Each is the end of a table's own tree, so none of them scans.
const HIGHEST = `
SELECT coalesce((SELECT position + count - 1 FROM events ORDER BY position DESC LIMIT 1), 0) AS position,
       coalesce((SELECT max(id) FROM payloads), 0) AS payload,
       coalesce((SELECT max(key) FROM runs), 0) AS run_key`;

export function readHighest(connection: Connection): HighestIds {
  const row = connection.statement(HIGHEST).get();
  return {
    position: numberIn(row, "position"),
    payload: numberIn(row, "payload"),
    runKey: numberIn(row, "run_key"),
  };
}
