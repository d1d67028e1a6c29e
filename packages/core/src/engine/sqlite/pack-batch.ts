/**
 * A batch as writers take it, so that handing it to a thread costs little.
 *
 * Owns what is made of events and runs before they are written. What only the writer knows (groups, checksums) is
 * added there, and long texts are compressed there.
 */
import type { Context } from "../../delegation/context.ts";
import type { OutcomeStatus, RunState } from "../../delegation/outcome.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import type { Batch, Checkpoint, PayloadRow, QueueRow, RunChange, RunKey, RunRow, Trim } from "../store.ts";
import { packEvents } from "./event-rows.ts";

export type PackedRun = readonly [
  key: RunKey,
  id: string,
  pattern: string,
  domain: string,
  state: RunState,
  outcome: OutcomeStatus | undefined,
  patternVersion: string,
  context: string,
  input: PayloadId | null,
  inputDigest: string,
  origin: string | null,
  startedAt: number,
  endedAt: number | null,
];

/**
 * Rows as one text, a line each, columns separated by tabs: a thread is handed one text for a fraction of what the same
 * in thousands of values costs. JSON has neither tabs nor line breaks, and neither has anything else in these rows.
 */
export type PackedRows = string;

export interface PackedBatch {
  readonly runs: readonly PackedRun[];
  /** Key, state, outcome or nothing, end or nothing. */
  readonly changes: PackedRows;
  /** Id, value. */
  readonly payloads: PackedRows;
  /** Run, position, seq, count, entries. */
  readonly events: PackedRows;
  readonly checkpoints: readonly Checkpoint[];
  readonly queued: readonly QueueRow[];
  readonly unqueued: readonly RunKey[];
  readonly inboxTaken: readonly number[];
  readonly trim: Trim | undefined;
  /** Of the last event; 0 without events. */
  readonly position: number;
  /** The last one's id; 0 without payloads. */
  readonly payload: PayloadId;
}

export function packBatch(batch: Batch): PackedBatch {
  const { runs, changes, payloads, events, checkpoints, queued, unqueued, inboxTaken, trim } = batch;
  const contexts = new Map<RunKey, Context>();
  for (const { key, context } of runs) contexts.set(key, context);
  return {
    runs: runs.map(packRun),
    changes: packChanges(changes),
    payloads: packPayloads(payloads),
    events: packEvents(events, contexts),
    checkpoints,
    queued,
    unqueued,
    inboxTaken,
    trim,
    position: events.at(-1)?.event.position ?? 0,
    payload: payloads.at(-1)?.id ?? 0,
  };
}

/** The rows of a text, column by column. */
export function* rowsOf(packed: PackedRows): Generator<readonly string[]> {
  for (let from = 0; from < packed.length;) {
    const end = packed.indexOf("\n", from);
    yield packed.slice(from, end).split("\t");
    from = end + 1;
  }
}

function packRun(run: RunRow): PackedRun {
  const { key, id, pattern, patternVersion, context, inputDigest, state, outcome, startedAt } = run;
  return [
    key,
    id,
    pattern,
    context.domain,
    state,
    outcome,
    patternVersion,
    JSON.stringify(context),
    run.input ?? null,
    inputDigest,
    run.origin ? JSON.stringify(run.origin) : null,
    startedAt,
    run.endedAt ?? null,
  ];
}

function packChanges(changes: readonly RunChange[]): PackedRows {
  let rows = "";
  for (const { key, state, outcome, endedAt } of changes) {
    rows += `${key}\t${state}\t${outcome ?? ""}\t${endedAt ?? ""}\n`;
  }
  return rows;
}

function packPayloads(payloads: readonly PayloadRow[]): PackedRows {
  let rows = "";
  for (const { id, value } of payloads) rows += `${id}\t${value}\n`;
  return rows;
}
