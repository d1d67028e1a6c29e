/** A batch while it is filled, and once it is sealed. What is written in it is the committer's matter. */
import type { Event } from "../../delegation/event.ts";
import type { Checkpoint } from "../../delegation/fold.ts";
import type { PayloadId } from "../../delegation/reference.ts";
import type { Encoded } from "../engine.ts";
import type { Batch, QueueRow, RunChange, RunKey, RunRow } from "../store.ts";

/** Writers that want a last word before a batch is sealed: a run's state is derived once per commit, not per event. */
export interface DirtyRun {
  takeChange(): RunChange | undefined;
}

/** An event whose position is given when its batch is sealed. */
export type AppendedEvent = Event & { position: number };

export interface OpenBatch {
  readonly runs: RunRow[];
  readonly payloads: Map<PayloadId, Encoded>;
  /** By run, so that a run's events of one batch have neighbouring positions and can share a row. */
  readonly events: Map<RunKey, AppendedEvent[]>;
  readonly checkpoints: Checkpoint[];
  readonly queued: QueueRow[];
  readonly unqueued: RunKey[];
  readonly inboxTaken: number[];
  readonly dirty: Set<DirtyRun>;
  readonly acknowledgements: (() => void)[];
  /** Of all who wait for the whole batch, most of whom start a run. */
  flushed: Promise<void> | undefined;
}

export interface SealedBatch {
  readonly batch: Batch;
  readonly payloads: ReadonlyMap<PayloadId, Encoded>;
  /** By run. */
  readonly events: ReadonlyMap<RunKey, readonly Event[]>;
  readonly acknowledgements: readonly (() => void)[];
}

export function emptyBatch(): OpenBatch {
  return {
    runs: [],
    payloads: new Map(),
    events: new Map(),
    checkpoints: [],
    queued: [],
    unqueued: [],
    inboxTaken: [],
    dirty: new Set(),
    acknowledgements: [],
    flushed: undefined,
  };
}

/**
 * What is written of an open batch.
 * @param position of the last event before it: a run's events come one after the other, runs in the order of their
 * first event
 */
export function sealBatch(open: OpenBatch, position: number): SealedBatch {
  const { dirty, acknowledgements, payloads, events, flushed: _flushed, ...rest } = open;
  const changes: RunChange[] = [];
  for (const run of dirty) {
    const change = run.takeChange();
    if (change) changes.push(change);
  }
  const rows: Batch["events"][number][] = [];
  for (const [runKey, ofRun] of events) {
    for (const event of ofRun) {
      rows.push({ runKey, event });
      event.position = position + rows.length;
    }
  }
  const values = Array.from(payloads, ([id, value]) => ({ id, value }));
  const batch = { ...rest, events: rows, payloads: values, changes };
  return { batch, payloads, events, acknowledgements };
}
