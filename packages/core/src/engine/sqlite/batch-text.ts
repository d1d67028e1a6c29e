/**
 * A batch on its way to another thread. Its many rows go as texts, a line each, columns separated by tabs: one text
 * is handed over as one, where thousands of values are copied one by one. JSON has neither tabs nor line breaks, and neither has
 * anything else in these rows.
 */
import type { PackedEvents } from "./event-rows.ts";
import type { PackedBatch, PackedChange, PackedPayload } from "./pack-batch.ts";
import { outcomeOf, stateOf } from "./run-rows.ts";

export interface BatchText extends Omit<PackedBatch, "changes" | "payloads" | "events"> {
  readonly changes: string;
  readonly payloads: string;
  readonly events: string;
}

export function textOf(batch: PackedBatch): BatchText {
  const { changes, payloads, events } = batch;
  return { ...batch, changes: linesOf(changes), payloads: linesOf(payloads), events: linesOf(events) };
}

export function batchIn(text: BatchText): PackedBatch {
  return {
    ...text,
    changes: rowsIn(text.changes, changeIn),
    payloads: rowsIn(text.payloads, ([id, value = ""]): PackedPayload => [Number(id), value]),
    events: rowsIn(text.events, ([run, position, seq, count, entries = ""]): PackedEvents => [
      Number(run),
      Number(position),
      Number(seq),
      Number(count),
      entries,
    ]),
  };
}

function linesOf(rows: readonly (readonly unknown[])[]): string {
  let lines = "";
  // Joined, what is undefined or null is the empty text.
  for (const row of rows) lines += `${row.join("\t")}\n`;
  return lines;
}

function rowsIn<Row>(lines: string, rowIn: (columns: readonly string[]) => Row): readonly Row[] {
  const rows: Row[] = [];
  for (let from = 0; from < lines.length;) {
    const end = lines.indexOf("\n", from);
    rows.push(rowIn(lines.slice(from, end).split("\t")));
    from = end + 1;
  }
  return rows;
}

function changeIn([key, state = "", outcome = "", endedAt]: readonly string[]): PackedChange {
  return [Number(key), stateOf(state), outcomeOf(outcome), endedAt ? Number(endedAt) : null];
}
