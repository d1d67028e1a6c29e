/**
 * Rows of events, and the chain of checksums over them. A run's events of one batch share a row.
 *
 * Invariant: a row's checksum covers all its columns and, through the checksum of the run's row before it, everything
 * that happened in the run before; the first one's covers the run's id and context. A changed, lost, added or
 * exchanged row breaks the chain at the next row of the run.
 */
import { crc32 } from "node:zlib";
import type { Context } from "../../delegation/context.ts";
import type { Event } from "../../delegation/event.ts";
import type { EventRow, RunKey } from "../store.ts";
import { damaged, numberIn, textOrBytesIn, type Row } from "./columns.ts";
import { entryOf, eventsOf, type RunOfEvents } from "./event-entries.ts";
import { decompress, type StoredText } from "./stored-text.ts";

/** A row takes no further event once it has reached one of these: to read one event is to read its row. */
const ROW_EVENTS_MAX = 256;
const ROW_CHARACTERS_MAX = 65_536;

/** Neighbours in the log and in their run; `position` and `seq` are those of the first. */
export type PackedEvents = readonly [
  runKey: RunKey,
  position: number,
  seq: number,
  count: number,
  /** A JSON array, not compressed yet. */
  entries: string,
];

/** What the checksum of a row of events covers beside the rows before it. */
export interface EventColumns {
  readonly position: number;
  readonly seq: number;
  readonly count: number;
  readonly body: StoredText;
}

/** What the next row of a run goes on from. */
export interface Link {
  /** Of the next row. */
  readonly seq: number;
  /** Of the row before. */
  readonly checksum: number;
}

interface OpenRow {
  readonly runKey: RunKey;
  readonly first: Event;
  last: Event;
  count: number;
  entries: string;
}

/** What a run's first row goes on from. */
export function firstLink(run: RunOfEvents): Link {
  return { seq: 1, checksum: crc32(`${run.id}\n${run.context}`) };
}

/** What comes after this row, which is taken as it is. */
export function linkAfter(row: Row): Link {
  return { seq: numberIn(row, "seq") + numberIn(row, "count"), checksum: numberIn(row, "checksum") };
}

/** @param contexts those of the runs that are written in the same batch */
export function packEvents(
  events: readonly EventRow[],
  contexts: ReadonlyMap<RunKey, Context>,
): readonly PackedEvents[] {
  const rows: OpenRow[] = [];
  let row: OpenRow | undefined;
  for (const { runKey, event } of events) {
    const context = contexts.get(runKey);
    if (row && takesNext(row, runKey, event)) {
      row.entries += `,${entryOf(event, row.last, context)}`;
      row.count++;
      row.last = event;
    } else {
      row = { runKey, first: event, last: event, count: 1, entries: entryOf(event, undefined, context) };
      rows.push(row);
    }
  }
  return rows.map(({ runKey, first: { position, seq }, count, entries }) => {
    return [runKey, position, seq, count, `[${entries}]`];
  });
}

function takesNext({ runKey, last, count, entries }: OpenRow, nextKey: RunKey, next: Event): boolean {
  return (
    nextKey === runKey &&
    next.seq === last.seq + 1 &&
    next.position === last.position + 1 &&
    count < ROW_EVENTS_MAX &&
    entries.length < ROW_CHARACTERS_MAX
  );
}

/** The checksum of a row after one with the checksum `previous`. Signed, because SQLite then keeps it in 4 bytes. */
export function checksumOf(row: EventColumns, previous: number): number {
  const { position, seq, count, body } = row;
  const head = `${position} ${seq} ${count} `;
  // One call is faster than two, and a text needs no copy to be put behind another.
  if (typeof body === "string") return crc32(head + body, previous >>> 0) | 0;
  return crc32(body, crc32(head, previous >>> 0)) | 0;
}

/**
 * The events in a row, after checking that it is the one that follows `link`.
 * @throws ReeveError `file-damaged`
 */
export function eventsIn(row: Row, run: RunOfEvents, link: Link): readonly Event[] {
  const seq = numberIn(row, "seq");
  if (seq !== link.seq) throw brokenChain(run.id, link.seq);
  const position = numberIn(row, "position");
  const count = numberIn(row, "count");
  const body = textOrBytesIn(row, "body");
  if (checksumOf({ position, seq, count, body }, link.checksum) !== numberIn(row, "checksum")) {
    throw brokenChain(run.id, seq);
  }
  const events = eventsOf(decompress(body), run, { seq, position });
  if (events?.length !== count) throw brokenChain(run.id, seq);
  return events;
}

/** The error for events from `seq` on that are not what was written, or no longer there. */
export function brokenChain(run: string, seq: number): Error {
  return damaged(
    `event ${seq} of run ${run} is not what was written: the chain of checksums is broken there`,
  );
}
