/** The rows of the `queue` table. */
import type { QueueHead, QueueRow, RunKey } from "../store.ts";
import { numberIn, optionalNumberIn, textIn, type Row } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { insertionInto, insertRows } from "./insert-rows.ts";

const QUEUE = insertionInto(
  "queue",
  ["run_key", "place_order", "lane", "priority", "queued_at", "not_before", "deadline"],
  "INSERT OR REPLACE",
);
const UNQUEUE = "DELETE FROM queue WHERE run_key = ?";
const HEADS = `
SELECT lane, priority, max(place_order) AS last FROM queue INDEXED BY queue_by_lane
WHERE not_before IS NULL GROUP BY lane, priority`;
const OF_LANE = `
SELECT * FROM queue INDEXED BY queue_by_lane
WHERE not_before IS NULL AND lane = ? AND priority = ? AND place_order > ? ORDER BY place_order LIMIT ?`;
const DUE = `
SELECT * FROM queue INDEXED BY queue_by_time WHERE not_before IS NOT NULL OR deadline IS NOT NULL
ORDER BY coalesce(not_before, deadline) LIMIT ?`;

export function writeQueue(
  connection: Connection,
  queued: readonly QueueRow[],
  unqueued: readonly RunKey[],
): void {
  const values = queued.flatMap((row) => [
    row.runKey,
    row.order,
    row.lane,
    row.priority,
    row.queuedAt,
    row.notBefore ?? null,
    row.deadline ?? null,
  ]);
  insertRows(connection, QUEUE, values);
  if (unqueued.length === 0) return;
  const remove = connection.statement(UNQUEUE);
  for (const key of unqueued) remove.run(key);
}

export function readQueueHeads(connection: Connection): readonly QueueHead[] {
  return connection
    .statement(HEADS)
    .all()
    .map((row) => ({
      lane: textIn(row, "lane"),
      priority: numberIn(row, "priority"),
      lastOrder: numberIn(row, "last"),
    }));
}

export function readQueueOf(
  connection: Connection,
  lane: string,
  priority: number,
  afterOrder: number,
  limit: number,
): readonly QueueRow[] {
  return connection.statement(OF_LANE).all(lane, priority, afterOrder, limit).map(queueRowIn);
}

export function readQueueDue(connection: Connection, limit: number): readonly QueueRow[] {
  return connection.statement(DUE).all(limit).map(queueRowIn);
}

function queueRowIn(row: Row): QueueRow {
  return {
    runKey: numberIn(row, "run_key"),
    order: numberIn(row, "place_order"),
    lane: textIn(row, "lane"),
    priority: numberIn(row, "priority"),
    queuedAt: numberIn(row, "queued_at"),
    notBefore: optionalNumberIn(row, "not_before"),
    deadline: optionalNumberIn(row, "deadline"),
  };
}
