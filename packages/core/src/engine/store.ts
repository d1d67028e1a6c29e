/**
 * The storage port of the embedded engine (engine/embedded): one log with its payloads and the `runs` fold. All calls
 * are synchronous, but that `commit` may take its time. The engine assigns every id; a store only keeps what it is given.
 *
 * Invariants: (S1) a batch is stored as a whole or not at all, and when `commit` has returned, or its promise resolved,
 * it is durable as far as the store promises; batches are stored in the order in which they were given; (S2) reads see exactly
 * the committed batches, and may see those that are being committed; (S3) a commit that throws `storage-unavailable` has
 * stored nothing, nor have those given after it, and the same batch can be committed again; (S4) events are read in the order of their positions,
 * each one exactly as it was written; (S5) a trim removes its runs with their events as a whole, and no position or id
 * of theirs is given again.
 */
import type { RunChoice } from "../delegation/choice.ts";
import type { Admission, Event, RunOrigin, StoredOutcome } from "../delegation/event.ts";
import type { Checkpoint } from "../delegation/fold.ts";
import type { OutcomeStatus, RunState } from "../delegation/outcome.ts";
import type { PayloadId } from "../delegation/reference.ts";
import type { ControlFact } from "../delegation/controls.ts";
import type { Capabilities, Encoded, FeedbackRequest, RunQuery, RunRecord } from "./engine.ts";

/** A run's number in its log, counted from 1 in the order of starts. */
export type RunKey = number;

export interface RunRow extends RunRecord {
  readonly key: RunKey;
  /** SHA-256 over the encoded input, for E4. */
  readonly inputDigest: string;
}

/** A run that waits to begin. */
export interface QueueRow {
  readonly runKey: RunKey;
  /** Grows with each run that is queued. */
  readonly order: number;
  /** The names of all its places; runs of one lane wait for the same. */
  readonly lane: string;
  /** 0 to 4. */
  readonly priority: number;
  /** Epoch milliseconds, from which its priority grows. */
  readonly queuedAt: number;
  /** Epoch milliseconds. Until then it is delayed, and in no lane. */
  readonly notBefore: number | undefined;
  /** Epoch milliseconds at which it is to end. */
  readonly deadline: number | undefined;
}

/** The runs of one lane and priority that are not delayed. */
export interface QueueHead {
  readonly lane: string;
  readonly priority: number;
  readonly lastOrder: number;
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

/** A request from a process that does not own the file. */
export type InboxRequest =
  | {
      readonly kind: "start";
      readonly id: string;
      readonly pattern: string;
      readonly patternVersion: string;
      readonly input: Encoded | null;
      readonly context: RunRecord["context"];
      readonly origin?: RunOrigin;
      readonly edit?: { readonly input?: Encoded; readonly output?: Encoded };
      readonly admission?: Admission;
      readonly choice?: RunChoice;
      readonly rejected?: StoredOutcome;
    }
  | { readonly kind: "cancel" | "pause"; readonly run: string; readonly reason: string; readonly by: string }
  | { readonly kind: "control"; readonly fact: ControlFact; readonly input: Encoded | null }
  | { readonly kind: "unpause"; readonly run: string; readonly by: string }
  | ({ readonly kind: "feedback"; readonly run: string } & FeedbackRequest)
  | {
      readonly kind: "signal";
      readonly run: string;
      readonly path: string;
      readonly key: string;
      readonly answer: Encoded | null;
      readonly by: string;
      readonly refused?: string;
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
  /** Put into the queue, or put in anew. */
  readonly queued: readonly QueueRow[];
  /** Runs that leave the queue. */
  readonly unqueued: readonly RunKey[];
  /** Inbox rows that are dealt with by this batch. */
  readonly inboxTaken: readonly number[];
  readonly trim?: Trim;
}

export const EMPTY_BATCH: Batch = {
  runs: [],
  changes: [],
  payloads: [],
  events: [],
  checkpoints: [],
  queued: [],
  unqueued: [],
  inboxTaken: [],
};

/** Runs that leave the log, ended ones that nothing outside of them needs. */
export interface Trim {
  /** Without any, only what earlier trims left is deleted. */
  readonly runs: readonly RunKey[];
  /** Values that nothing refers to once the runs are gone. */
  readonly payloads: readonly PayloadId[];
  /** Of their last event; 0 without runs. */
  readonly position: number;
  /** So many rows of events and values are deleted by this commit; the others, gone for readers, are left to later ones. */
  readonly rowsMax: number;
}

/** What trims have done so far. */
export interface Trimmed {
  /** The last position of an event that is gone; 0 while the log is whole. */
  readonly position: number;
  /** Rows are left that are to be deleted. */
  readonly isLeft: boolean;
}

/** The largest ids in the store; 0 where there is none. */
export interface HighestIds {
  readonly position: number;
  readonly payload: PayloadId;
  readonly runKey: RunKey;
  readonly queueOrder: number;
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
  /**
   * Stores the batch before it returns, or, with a promise, later; no other batch is committed until then, unless the
   * store takes another one.
   * @throws ReeveError `storage-unavailable` (S3), or rejects with it
   */
  commit(batch: Batch): undefined | Promise<void>;
  /** While batches are being committed: whether another one can be given, which is stored after them. */
  takesAnother(): boolean;
  runById(id: string): RunRow | undefined;
  runByKey(key: RunKey): RunRow | undefined;
  /** Runs that have begun and not ended, in order of key, after `afterKey`. */
  unfinished(afterKey: RunKey, limit: number): readonly RunRow[];
  findRuns(query: RunQuery): RunRowPage;
  /** Runs in order of key, after `afterKey`. */
  runsAfter(afterKey: RunKey, limit: number): readonly RunRow[];
  /** Runs that the run with this id started, or that were forked from it, in order of key, after `afterKey`. */
  runsOf(id: string, afterKey: RunKey, limit: number): readonly RunRow[];
  trimmed(): Trimmed;
  /** Whether a trim would be written without holding up the event loop; if not yet, sees to it that later ones are. */
  trimsAside(): boolean;
  /** The run's events with a larger `seq`, in order. */
  history(key: RunKey, afterSeq: number, limit: number): readonly Event[];
  /** The log's events with a larger position, in order. */
  eventsAfter(position: number, limit: number): readonly Event[];
  lastEvent(key: RunKey): Event | undefined;
  /** @throws ReeveError `file-damaged` when there is no such payload. */
  payload(id: PayloadId): Encoded;
  checkpoint(fold: string): Checkpoint | undefined;
  /** The lanes of the queue, without what is delayed. */
  queueHeads(): readonly QueueHead[];
  /** The runs of a lane and priority that are not delayed, in order, after `afterOrder`. */
  queueOf(lane: string, priority: number, afterOrder: number, limit: number): readonly QueueRow[];
  /** Queued runs that have a time, the earliest first: of the delayed ones when they may begin, else the deadline. */
  queueDue(limit: number): readonly QueueRow[];
  /** In the order they were put. */
  inbox(limit: number): readonly InboxRow[];
  /** Durable on return. */
  putInbox(request: InboxRequest): void;
  /** Whether another process wrote since the last call. */
  foreignWrite(): boolean;
  close(): void;
}
