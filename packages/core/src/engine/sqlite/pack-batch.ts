/**
 * A batch as writers take it: rows of plain values.
 *
 * Owns what is made of events and runs before they are written. What only the writer knows (groups, checksums) is
 * added there, and long texts are compressed there.
 */
import type { Context } from "../../delegation/context.ts";
import type { OutcomeStatus, RunState } from "../../delegation/outcome.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import type { Checkpoint } from "../../delegation/fold.ts";
import type { Batch, QueueRow, RunChange, RunKey, RunRow, Trim } from "../store.ts";
import { contextText } from "./context-text.ts";
import { packEvents, type PackedEvents } from "./event-rows.ts";

export type PackedRun = readonly [
  key: RunKey,
  id: string,
  pattern: string,
  domain: string,
  state: RunState,
  outcome: OutcomeStatus | null,
  patternVersion: string,
  context: string,
  input: PayloadId | null,
  inputDigest: string,
  origin: string | null,
  startedAt: number,
  endedAt: number | null,
];

export type PackedChange = readonly [
  key: RunKey,
  state: RunState,
  outcome: OutcomeStatus | undefined,
  endedAt: number | null,
];

export type PackedPayload = readonly [id: PayloadId, value: string];

export interface PackedBatch {
  readonly runs: readonly PackedRun[];
  readonly changes: readonly PackedChange[];
  readonly payloads: readonly PackedPayload[];
  readonly events: readonly PackedEvents[];
  readonly checkpoints: readonly Checkpoint[];
  readonly queued: readonly QueueRow[];
  readonly unqueued: readonly RunKey[];
  readonly inboxTaken: readonly number[];
  readonly trim: Trim | undefined;
  readonly eventCount: number;
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
    changes: changes.map(packChange),
    payloads: payloads.map(({ id, value }) => [id, value] as const),
    events: packEvents(events, contexts),
    checkpoints,
    queued,
    unqueued,
    inboxTaken,
    trim,
    eventCount: events.length,
    position: events.at(-1)?.event.position ?? 0,
    payload: payloads.at(-1)?.id ?? 0,
  };
}

function packRun(run: RunRow): PackedRun {
  const { key, id, pattern, patternVersion, context, inputDigest, state, outcome, startedAt } = run;
  return [
    key,
    id,
    pattern,
    context.domain,
    state,
    outcome ?? null,
    patternVersion,
    contextText(context),
    run.input ?? null,
    inputDigest,
    run.origin ? JSON.stringify(run.origin) : null,
    startedAt,
    run.endedAt ?? null,
  ];
}

function packChange({ key, state, outcome, endedAt }: RunChange): PackedChange {
  return [key, state, outcome, endedAt ?? null];
}
