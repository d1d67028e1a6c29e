/** Pages of events, each one checked against its predecessor in the run. */
import type { Event } from "../../delegation/event.ts";
import type { RunKey } from "../store.ts";
import { numberIn, textIn, type Row } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { brokenChain, checksumOfRun, eventIn } from "./event-rows.ts";

const RUN_ID = "SELECT id FROM runs WHERE key = ?";
const HISTORY = "SELECT * FROM events WHERE run_key = ? AND seq >= ? ORDER BY seq LIMIT ?";
const LAST_SEQ = "SELECT seq FROM events WHERE run_key = ? ORDER BY seq DESC LIMIT 1";
const CHECKSUM = "SELECT checksum FROM events WHERE run_key = ? AND seq = ?";
const AFTER = `
SELECT events.*, runs.id AS run FROM events LEFT JOIN runs ON runs.key = run_key
WHERE position > ? ORDER BY position LIMIT ?`;

/** @throws ReeveError `file-damaged` */
export function readHistory(
  connection: Connection,
  key: RunKey,
  afterSeq: number,
  limit: number,
): readonly Event[] {
  const named = connection.statement(RUN_ID).get(key);
  if (!named) return [];
  const run = textIn(named, "id");
  const rows = connection.statement(HISTORY).all(key, afterSeq, afterSeq > 0 ? limit + 1 : limit);
  // The event before the page is read along for its checksum.
  let previous = afterSeq > 0 ? predecessor(rows.shift(), run, afterSeq) : checksumOfRun(run);
  let seq = afterSeq;
  return rows.map((row) => {
    seq++;
    if (numberIn(row, "seq") !== seq) throw brokenChain(run, seq);
    const event = eventIn(row, run, previous);
    previous = numberIn(row, "checksum");
    return event;
  });
}

/** @throws ReeveError `file-damaged` */
export function readLastEvent(connection: Connection, key: RunKey): Event | undefined {
  const last = connection.statement(LAST_SEQ).get(key);
  return last && readHistory(connection, key, numberIn(last, "seq") - 1, 1)[0];
}

/** @throws ReeveError `file-damaged` */
export function readEventsAfter(connection: Connection, position: number, limit: number): readonly Event[] {
  const checksums = new Map<RunKey, number>();
  return connection
    .statement(AFTER)
    .all(position, limit)
    .map((row) => {
      const key = numberIn(row, "run_key");
      const run = textIn(row, "run");
      const seq = numberIn(row, "seq");
      const event = eventIn(row, run, checksums.get(key) ?? checksumBefore(connection, key, run, seq));
      checksums.set(key, numberIn(row, "checksum"));
      return event;
    });
}

function checksumBefore(connection: Connection, key: RunKey, run: string, seq: number): number {
  if (seq === 1) return checksumOfRun(run);
  const row = connection.statement(CHECKSUM).get(key, seq - 1);
  if (!row) throw brokenChain(run, seq - 1);
  return numberIn(row, "checksum");
}

function predecessor(row: Row | undefined, run: string, seq: number): number {
  // No row at all: there is nothing after `seq` either.
  if (row === undefined) return 0;
  if (numberIn(row, "seq") !== seq) throw brokenChain(run, seq);
  return numberIn(row, "checksum");
}
