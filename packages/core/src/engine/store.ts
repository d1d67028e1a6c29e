/**
 * The storage port of the embedded engine (engine/embedded): one log with its payloads and the `runs` fold. All calls
 * are synchronous. The engine assigns every id; a store only keeps what it is given.
 *
 * Invariants: (S1) a batch is stored as a whole or not at all, and when `commit` returns it is durable as far as the
 * store promises; (S2) reads see exactly the committed batches; (S3) a commit that throws `storage-unavailable` has
 * stored nothing, and the same batch can be committed again; (S4) events are read in the order of their positions,
 * each one exactly as it was written.
 */
import type { Event, StoredOutcome } from "../delegation/event.ts";
import type { OutcomeStatus, RunState } from "../delegation/outcome.ts";
import type { PayloadId } from "../delegation/reference.ts";
import type { Capabilities, Encoded, RunQuery, RunRecord } from "./engine.ts";

/** A run's number in its log, counted from 1 in the order of starts. */
export type RunKey = number;

export interface RunRow extends RunRecord {
  readonly key: RunKey;
  /** SHA-256 over the encoded input, for E4. */
  readonly inputDigest: string;
}

/** What the events of a batch change in a run's row. */
export interface RunChange {
  readonly key: RunKey;
  readonly state: RunState;
  readonly outcome: OutcomeStatus | undefined;
  readonly endedAt: number | undefined;
}

export interface PayloadRow {
  readonly id: PayloadId;
  readonly value: Encoded;
}

export interface EventRow {
  readonly runKey: RunKey;
  readonly event: Event;
}

/** A fold's state after `position`. */
export interface Checkpoint {
  readonly fold: string;
  readonly version: number;
  readonly position: number;
  /** JSON. */
  readonly state: string;
}

/** A request from a process that does not own the file. */
export type InboxRequest =
  | {
      readonly kind: "start";
      readonly id: string;
      readonly pattern: string;
      readonly patternVersion: string;
      readonly input: Encoded | null;
      readonly context: RunRecord["context"];
      readonly rejected?: StoredOutcome;
    }
  | { readonly kind: "cancel"; readonly run: string; readonly reason: string; readonly by: string }
  | {
      readonly kind: "signal";
      readonly run: string;
      readonly path: string;
      readonly key: string;
      readonly answer: Encoded | null;
      readonly by: string;
    };

export interface InboxRow {
  readonly id: number;
  readonly request: InboxRequest;
}

/** Everything one commit writes. */
export interface Batch {
  readonly runs: readonly RunRow[];
  readonly changes: readonly RunChange[];
  readonly payloads: readonly PayloadRow[];
  readonly events: readonly EventRow[];
  readonly checkpoints: readonly Checkpoint[];
  /** Inbox rows that are dealt with by this batch. */
  readonly inboxTaken: readonly number[];
}

/** The largest ids in the store; 0 where there is none. */
export interface HighestIds {
  readonly position: number;
  readonly payload: PayloadId;
  readonly runKey: RunKey;
}

export interface RunRowPage {
  readonly runs: readonly RunRow[];
  readonly next: string | undefined;
}

export interface Store {
  readonly capabilities: Capabilities;
  /** "guest": another process owns the log; `commit` is not allowed, `putInbox` is. */
  readonly role: "owner" | "guest";
  /** A random id made with the log. */
  readonly logId: string;
  highest(): HighestIds;
  /** @throws ReeveError `storage-unavailable` (S3) */
  commit(batch: Batch): void;
  runById(id: string): RunRow | undefined;
  runByKey(key: RunKey): RunRow | undefined;
  /** Runs that have not ended, in order of key, after `afterKey`. */
  unfinished(afterKey: RunKey, limit: number): readonly RunRow[];
  findRuns(query: RunQuery): RunRowPage;
  /** The run's events with a larger `seq`, in order. */
  history(key: RunKey, afterSeq: number, limit: number): readonly Event[];
  /** The log's events with a larger position, in order. */
  eventsAfter(position: number, limit: number): readonly Event[];
  lastEvent(key: RunKey): Event | undefined;
  /** @throws ReeveError `file-damaged` when there is no such payload. */
  payload(id: PayloadId): Encoded;
  checkpoint(fold: string): Checkpoint | undefined;
  /** In the order they were put. */
  inbox(limit: number): readonly InboxRow[];
  /** Durable on return. */
  putInbox(request: InboxRequest): void;
  /** Whether another process wrote since the last call. */
  foreignWrite(): boolean;
  close(): void;
}
