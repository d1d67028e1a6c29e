/** The largest ids in the file, from which the engine counts on. */
import type { HighestIds } from "../store.ts";
import { numberIn } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { readTrimMark } from "./trim.ts";

// But for the queue's, each is the end of a table's own tree and scans nothing.
const HIGHEST = `
SELECT coalesce((SELECT position + count - 1 FROM events ORDER BY position DESC LIMIT 1), 0) AS position,
       coalesce((SELECT max(id) FROM payloads), 0) AS payload,
       coalesce((SELECT max(key) FROM runs), 0) AS run_key,
       coalesce((SELECT max(place_order) FROM queue), 0) AS queue_order`;

export function readHighest(connection: Connection): HighestIds {
  const row = connection.statement(HIGHEST).get();
  // What was trimmed is never given again.
  const trimmed = readTrimMark(connection);
  return {
    position: Math.max(numberIn(row, "position"), trimmed.position),
    payload: Math.max(numberIn(row, "payload"), trimmed.payload),
    runKey: Math.max(numberIn(row, "run_key"), trimmed.runKey),
    queueOrder: numberIn(row, "queue_order"),
  };
}
