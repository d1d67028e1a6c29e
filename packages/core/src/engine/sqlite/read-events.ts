/**
 * Pages of events. Every row that is read is checked against its predecessor in the run, also where only some of its
 * events are on the page.
 */
import type { Event } from "../../delegation/event.ts";
import type { RunKey } from "../store.ts";
import { numberIn, textIn, type Row } from "./columns.ts";
import type { Connection } from "./connection.ts";
import type { RunOfEvents } from "./event-entries.ts";
import { brokenChain, eventsIn, firstLink, linkAfter, type Link } from "./event-rows.ts";

const RUN = "SELECT id, context FROM runs WHERE key = ?";
const LAST_BEFORE = `
SELECT seq, count, checksum FROM events WHERE run_key = ? AND seq < ? ORDER BY seq DESC LIMIT 1`;
/** One row before the one that holds event ?2, for its checksum. */
const HISTORY_START =
  "SELECT seq FROM events WHERE run_key = ? AND seq <= ? ORDER BY seq DESC LIMIT 1 OFFSET 1";
const HISTORY = "SELECT * FROM events WHERE run_key = ? AND seq >= ? ORDER BY seq LIMIT ?";
/** The row that holds the event at this position, if one does. */
const LOG_START = "SELECT max(position) AS position FROM events WHERE position <= ?";
const LOG = `
SELECT events.*, runs.id, runs.context FROM events LEFT JOIN runs ON runs.key = run_key
WHERE position >= ? AND run_key NOT IN (SELECT run_key FROM trimmed_runs) ORDER BY position LIMIT ?`;

/** A page of a run rarely needs more, and how many it needs is not known before: rows hold 1 to 256 events. */
const ROWS_PER_READ = 16;
/** Each further read of a page takes twice as many, up to these. */
const ROWS_PER_READ_MAX = 256;

/** @throws ReeveError `file-damaged` */
export function readHistory(
  connection: Connection,
  key: RunKey,
  afterSeq: number,
  limit: number,
): readonly Event[] {
  const run = readRun(connection, key);
  if (!run) return [];
  const events: Event[] = [];
  let link: Link | undefined;
  // Most often a run is read from its beginning.
  const before = afterSeq > 0 ? connection.statement(HISTORY_START).get(key, afterSeq + 1) : undefined;
  for (const row of rowsFrom(Number(before?.["seq"] ?? 0), "seq", (from, count) =>
    connection.statement(HISTORY).all(key, from, count),
  )) {
    const seq = numberIn(row, "seq");
    if (link || seq === 1) {
      for (const event of eventsIn(row, run, link ?? firstLink(run))) {
        if (event.seq > afterSeq) events.push(event);
      }
    } else if (linkAfter(row).seq > afterSeq + 1) {
      throw brokenChain(run.id, Math.min(seq - 1, afterSeq + 1));
    }
    link = linkAfter(row);
    if (events.length >= limit) break;
  }
  return events.slice(0, limit);
}

/** @throws ReeveError `file-damaged` */
export function readLastEvent(connection: Connection, key: RunKey): Event | undefined {
  const link = readLink(connection, key, Number.MAX_SAFE_INTEGER);
  return link && readHistory(connection, key, link.seq - 2, 1)[0];
}

/** @throws ReeveError `file-damaged` */
export function readEventsAfter(connection: Connection, position: number, limit: number): readonly Event[] {
  const links = new Map<RunKey, Link>();
  const events: Event[] = [];
  const start = connection.statement(LOG_START).get(position + 1)?.["position"] ?? position + 1;
  for (const row of rowsFrom(Number(start), "position", (from, count) =>
    connection.statement(LOG).all(from, count),
  )) {
    const key = numberIn(row, "run_key");
    const run = runIn(row);
    const link = links.get(key) ?? linkBefore(connection, row, run);
    for (const event of eventsIn(row, run, link)) if (event.position > position) events.push(event);
    links.set(key, linkAfter(row));
    if (events.length >= limit) break;
  }
  return events.slice(0, limit);
}

/** What the next row of the run has to go on from; undefined when there is no such run. */
export function readLastLink(connection: Connection, key: RunKey): Link | undefined {
  const run = readRun(connection, key);
  return run && (readLink(connection, key, Number.MAX_SAFE_INTEGER) ?? firstLink(run));
}

/** Rows in the order of `column`, read as they are asked for. */
function* rowsFrom(
  start: number,
  column: string,
  read: (from: number, count: number) => readonly Row[],
): Generator<Row> {
  for (let from = start, count = ROWS_PER_READ; ; count = Math.min(2 * count, ROWS_PER_READ_MAX)) {
    const rows = read(from, count);
    yield* rows;
    if (rows.length < count) return;
    from = numberIn(rows.at(-1), column) + 1;
  }
}

function linkBefore(connection: Connection, row: Row, run: RunOfEvents): Link {
  const seq = numberIn(row, "seq");
  if (seq === 1) return firstLink(run);
  const link = readLink(connection, numberIn(row, "run_key"), seq);
  if (link?.seq !== seq) throw brokenChain(run.id, link?.seq ?? 1);
  return link;
}

/** The link after the last row before `seq`; undefined when there is none. */
function readLink(connection: Connection, key: RunKey, seq: number): Link | undefined {
  const row = connection.statement(LAST_BEFORE).get(key, seq);
  return row && linkAfter(row);
}

function readRun(connection: Connection, key: RunKey): RunOfEvents | undefined {
  const row = connection.statement(RUN).get(key);
  return row && runIn(row);
}

function runIn(row: Row): RunOfEvents {
  return { id: textIn(row, "id"), context: textIn(row, "context") };
}
