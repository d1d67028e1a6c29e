/**
 * A batch on its way to another thread. Its many rows go as texts: one text is handed over as one, where thousands of
 * values are copied one by one. Those of events, values and changes are lines with columns separated by tabs: JSON has
 * neither tabs nor line breaks, and neither has anything else in these rows. Those of runs, which have names that users gave, are JSON.
 */
import assert from "node:assert/strict";
import type { PackedEvents } from "./event-rows.ts";
import type { PackedBatch, PackedChange, PackedPayload, PackedRun } from "./pack-batch.ts";
import { outcomeOf, stateOf } from "./run-rows.ts";

export interface BatchText extends Omit<PackedBatch, "runs" | "changes" | "payloads" | "events"> {
  readonly runs: string;
  readonly changes: string;
  readonly payloads: string;
  readonly events: string;
}

export function textOf(batch: PackedBatch): BatchText {
  let [changes, payloads, events] = ["", "", ""];
  // By number: taking rows apart in their order goes through an iterator, which V8 gives up on again and again.
  for (const { 0: key, 1: state, 2: outcome, 3: endedAt } of batch.changes)
    changes += `${key}\t${state}\t${outcome ?? ""}\t${endedAt ?? ""}\n`;
  for (const { 0: id, 1: value } of batch.payloads) payloads += `${id}\t${value}\n`;
  for (const { 0: run, 1: position, 2: seq, 3: count, 4: entries } of batch.events)
    events += `${run}\t${position}\t${seq}\t${count}\t${entries}\n`;
  return {
    ...batch,
    runs: batch.runs.length === 0 ? "" : JSON.stringify(batch.runs),
    changes,
    payloads,
    events,
  };
}

export function batchIn(text: BatchText): PackedBatch {
  return {
    ...text,
    runs: runsIn(text.runs),
    changes: rowsIn(text.changes, changeIn),
    payloads: rowsIn(text.payloads, payloadIn),
    events: rowsIn(text.events, eventsIn),
  };
}

function runsIn(text: string): readonly PackedRun[] {
  const runs: unknown = text === "" ? [] : JSON.parse(text);
  assert(isRuns(runs));
  return runs;
}

/** Only `textOf` writes it, in this process. */
function isRuns(runs: unknown): runs is readonly PackedRun[] {
  return Array.isArray(runs);
}

function rowsIn<Row>(lines: string, rowIn: (lines: string, from: number, to: number) => Row): readonly Row[] {
  const rows: Row[] = [];
  for (let from = 0; from < lines.length;) {
    const end = lines.indexOf("\n", from);
    rows.push(rowIn(lines, from, end));
    from = end + 1;
  }
  return rows;
}

function changeIn(lines: string, from: number, to: number): PackedChange {
  const [key, state = "", outcome = "", endedAt] = lines.slice(from, to).split("\t");
  return [Number(key), stateOf(state), outcomeOf(outcome), endedAt ? Number(endedAt) : null];
}

function payloadIn(lines: string, from: number, to: number): PackedPayload {
  const tab = lines.indexOf("\t", from);
  return [Number(lines.slice(from, tab)), lines.slice(tab + 1, to)];
}

function eventsIn(lines: string, from: number, to: number): PackedEvents {
  const position = lines.indexOf("\t", from) + 1;
  const seq = lines.indexOf("\t", position) + 1;
  const count = lines.indexOf("\t", seq) + 1;
  const entries = lines.indexOf("\t", count) + 1;
  return [
    Number(lines.slice(from, position - 1)),
    Number(lines.slice(position, seq - 1)),
    Number(lines.slice(seq, count - 1)),
    Number(lines.slice(count, entries - 1)),
    lines.slice(entries, to),
  ];
}
