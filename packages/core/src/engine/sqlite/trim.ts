/**
 * Removes runs from the file. Their rows in `runs` go at once, so that nobody sees half a run; their events and values
 * go in portions, because a commit that deletes everything of a long run would stall whoever waits for the next one.
 *
 * Invariants: (1) what is listed in `trimmed_runs` and `trimmed_payloads` is gone for every reader; (2) the mark in
 * `settings` only grows, and no position, payload id or run key up to it is given again.
 */
import { crc32 } from "node:zlib";
import type { RunKey, RunRow, Trim, Trimmed } from "../store.ts";
import { damaged, numberIn, textIn, type Row } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { runIn, SELECT_RUN } from "./run-rows.ts";

/** The highest numbers that were ever trimmed. */
export interface TrimMark {
  readonly position: number;
  readonly payload: number;
  readonly runKey: RunKey;
}

/** A deleted row costs more the more pages its value fills, so a commit's rows have this many bytes on average. */
const BYTES_PER_ROW_MAX = 4_096;
/** How many ids share a row of `trimmed_payloads`. */
const IDS_PER_ROW = 512;

const READ_MARK = "SELECT value FROM settings WHERE name = 'trimmed'";
const WRITE_MARK = `
INSERT INTO settings (name, value) VALUES ('trimmed', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`;
const IS_LEFT =
  "SELECT EXISTS (SELECT 1 FROM trimmed_runs) OR EXISTS (SELECT 1 FROM trimmed_payloads) AS is_left";
const RUNS_AFTER = `${SELECT_RUN} WHERE key > ? ORDER BY key LIMIT ?`;
const RUNS_OF = `${SELECT_RUN} WHERE key IN (
  SELECT key FROM runs WHERE json_extract(origin, '$.parent.run') = ?1 AND key > ?2
  UNION
  SELECT key FROM runs WHERE json_extract(origin, '$.forkedFrom.run') = ?1 AND key > ?2
  ORDER BY key LIMIT ?3
) ORDER BY key`;
/** Of nearly all runs nothing came, and this takes a sixth of the time. */
const HAS_RUNS_OF = `
SELECT EXISTS (SELECT 1 FROM runs WHERE json_extract(origin, '$.parent.run') = ?1 AND key > ?2)
OR EXISTS (SELECT 1 FROM runs WHERE json_extract(origin, '$.forkedFrom.run') = ?1 AND key > ?2) AS has_any`;
const REMOVE_EMPTY_GROUP = `
DELETE FROM run_groups
WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM runs INDEXED BY runs_by_started WHERE group_id = ?1) RETURNING id`;
const EVENTS_OF =
  "SELECT seq, octet_length(body) AS bytes FROM events WHERE run_key = ? ORDER BY seq LIMIT ?";
const VALUES_OF = `
SELECT listed.value AS id, coalesce(octet_length(payloads.value), 0) AS bytes
FROM json_each(?) AS listed LEFT JOIN payloads ON payloads.id = listed.value`;

/** Runs in order of key, whatever their state. */
export function readRunsAfter(connection: Connection, afterKey: RunKey, limit: number): readonly RunRow[] {
  return connection.statement(RUNS_AFTER).all(afterKey, limit).map(runIn);
}

/** Runs that were started by this one or forked from it, in order of key. */
export function readRunsOf(
  connection: Connection,
  id: string,
  afterKey: RunKey,
  limit: number,
): readonly RunRow[] {
  if (numberIn(connection.statement(HAS_RUNS_OF).get(id, afterKey), "has_any") === 0) return [];
  return connection.statement(RUNS_OF).all(id, afterKey, limit).map(runIn);
}

export function readTrimmed(connection: Connection): Trimmed {
  const row = connection.statement(IS_LEFT).get();
  return { position: readTrimMark(connection).position, isLeft: numberIn(row, "is_left") === 1 };
}

/** @throws ReeveError `file-damaged` */
export function readTrimMark(connection: Connection): TrimMark {
  const row = connection.statement(READ_MARK).get();
  if (!row) return { position: 0, payload: 0, runKey: 0 };
  const text = textIn(row, "value");
  const [position = Number.NaN, payload = Number.NaN, runKey = Number.NaN] = text.split(" ").map(Number);
  const mark = { position, payload, runKey };
  if (textOf(mark) !== text) throw damaged("the note of what was trimmed is not what was written");
  return mark;
}

/**
 * Removes the runs, and deletes as many rows as the trim allows: of these runs and of those trimmed before. Returns the
 * groups that went because their last run did.
 */
export function writeTrim(connection: Connection, trim: Trim): ReadonlySet<number> {
  const { runs, payloads } = trim;
  const left = new Set<number>();
  if (runs.length > 0) {
    const removeRun = connection.statement("DELETE FROM runs WHERE key = ? RETURNING group_id");
    const listRun = connection.statement("INSERT OR IGNORE INTO trimmed_runs (run_key) VALUES (?)");
    for (const key of runs) {
      const removed = removeRun.get(key);
      if (removed) left.add(numberIn(removed, "group_id"));
      listRun.run(key);
    }
    const listValues = connection.statement("INSERT INTO trimmed_payloads (ids) VALUES (?)");
    for (let from = 0; from < payloads.length; from += IDS_PER_ROW) {
      listValues.run(JSON.stringify(payloads.slice(from, from + IDS_PER_ROW)));
    }
    raiseMark(connection, trim);
  }
  const room = { rows: trim.rowsMax, bytes: trim.rowsMax * BYTES_PER_ROW_MAX };
  while (hasRoom(room) && deleteEvents(connection, room));
  while (hasRoom(room) && deleteValues(connection, room));
  return removeEmptyGroups(connection, left);
}

/** New ones begin as long as runs end (run-groups.ts), and each costs a search in every page. */
function removeEmptyGroups(connection: Connection, groups: ReadonlySet<number>): ReadonlySet<number> {
  const remove = connection.statement(REMOVE_EMPTY_GROUP);
  return new Set(Array.from(groups).filter((id) => remove.get(id) !== undefined));
}

function raiseMark(connection: Connection, { runs, payloads, position }: Trim): void {
  const before = readTrimMark(connection);
  const mark = {
    position: Math.max(before.position, position),
    payload: payloads.reduce((highest, id) => Math.max(highest, id), before.payload),
    runKey: runs.reduce((highest, key) => Math.max(highest, key), before.runKey),
  };
  connection.statement(WRITE_MARK).run(textOf(mark));
}

/** A flipped digit would hide events, or let numbers be given twice. */
function textOf({ position, payload, runKey }: TrimMark): string {
  const numbers = `${position} ${payload} ${runKey}`;
  return `${numbers} ${crc32(numbers)}`;
}

/** What may still be deleted in this commit. */
interface Room {
  rows: number;
  bytes: number;
}

function hasRoom({ rows, bytes }: Room): boolean {
  return rows > 0 && bytes > 0;
}

/** Deletes events of one listed run; false when none is listed. */
function deleteEvents(connection: Connection, room: Room): boolean {
  const listed = connection.statement("SELECT run_key FROM trimmed_runs LIMIT 1").get();
  if (!listed) return false;
  const key = numberIn(listed, "run_key");
  const rows = connection.statement(EVENTS_OF).all(key, room.rows);
  const isAll = rows.length < room.rows;
  const taken = takeFitting(rows, room);
  const last = taken.at(-1);
  if (last) {
    const remove = connection.statement("DELETE FROM events WHERE run_key = ? AND seq <= ?");
    remove.run(key, numberIn(last, "seq"));
  }
  if (isAll && taken.length === rows.length) {
    connection.statement("DELETE FROM trimmed_runs WHERE run_key = ?").run(key);
  }
  return true;
}

/** Deletes values of one listed row; false when none is listed. */
function deleteValues(connection: Connection, room: Room): boolean {
  const listed = connection.statement("SELECT id, ids FROM trimmed_payloads LIMIT 1").get();
  if (!listed) return false;
  const rows = connection.statement(VALUES_OF).all(textIn(listed, "ids"));
  const taken = takeFitting(rows, room).map((row) => numberIn(row, "id"));
  const left = rows.slice(taken.length).map((row) => numberIn(row, "id"));
  const remove = connection.statement("DELETE FROM payloads WHERE id IN (SELECT value FROM json_each(?))");
  remove.run(JSON.stringify(taken));
  const id = numberIn(listed, "id");
  if (left.length === 0) connection.statement("DELETE FROM trimmed_payloads WHERE id = ?").run(id);
  else connection.statement("UPDATE trimmed_payloads SET ids = ? WHERE id = ?").run(JSON.stringify(left), id);
  return true;
}

/** The first rows that there is room for, at least one. */
function takeFitting(rows: readonly Row[], room: Room): readonly Row[] {
  const taken: Row[] = [];
  for (const row of rows) {
    if (!hasRoom(room)) break;
    room.rows--;
    room.bytes -= numberIn(row, "bytes");
    taken.push(row);
  }
  return taken;
}
