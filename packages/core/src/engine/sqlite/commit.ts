/**
 * Writes batches, each in one transaction, alone or with others.
 *
 * Owns what must be known of live runs to write on: the last checksum and the group. Invariants: (1) that knowledge
 * changes only when a batch was committed; (2) after a write whose fate is unknown (a failed sync), nothing is written
 * before the connection was opened again, everything it then finds was synced, and it was looked up whether the batch
 * is there.
 */
import type { SQLInputValue } from "node:sqlite";
import { ReeveError } from "../../errors.ts";
import type { HighestIds, RunKey } from "../store.ts";
import { putCheckpoint } from "./checkpoints.ts";
import { damaged, numberIn } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { checksumOf, firstLink } from "./event-rows.ts";
import { leavesDoubt, translateFailure } from "./failures.ts";
import { takeFromInbox } from "./inbox.ts";
import { insertionInto, insertRows } from "./insert-rows.ts";
import { readLastLink } from "./read-events.ts";
import type { PackedBatch } from "./pack-batch.ts";
import { readHighest } from "./read-highest.ts";
import { RunGroups } from "./run-groups.ts";
import { RecentRuns, type LiveRun } from "./recent-runs.ts";
import { writeQueue } from "./queue-rows.ts";
import { compress, packText } from "./stored-text.ts";
import { writeTrim } from "./trim.ts";

const NO_GROUPS: ReadonlySet<number> = new Set();
const RUNS = insertionInto("runs", [
  "key",
  "id",
  "group_id",
  "rare_domain",
  "pattern_version",
  "context",
  "input",
  "input_digest",
  "origin",
  "started_at",
  "ended_at",
]);
const UPDATE_RUN = "UPDATE runs SET group_id = ?, ended_at = ? WHERE key = ?";
const PAYLOADS = insertionInto("payloads", ["id", "value", "checksum"]);
const EVENTS = insertionInto("events", ["position", "run_key", "seq", "count", "body", "checksum"]);

export class BatchWriter {
  readonly #connection: Connection;
  readonly #groups: RunGroups;
  readonly #live = new RecentRuns();
  /** Set while it is unknown whether the last batches are in the file. */
  #doubt = false;
  /** The last ones that were in the file when it was looked up. */
  #found: Pick<HighestIds, "position" | "payload"> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#groups = new RunGroups(connection);
  }

  /**
   * Writes all of them or none.
   * @param batches in their order
   * @returns groups of runs that the file has no more
   * @throws ReeveError `storage-unavailable`; the same batches can be written again then
   */
  write(batches: readonly PackedBatch[]): ReadonlySet<number> {
    const connection = this.#connection;
    const touched = new Map<RunKey, LiveRun>();
    let emptied = NO_GROUPS;
    try {
      if (this.#doubt) this.#settleDoubt();
      connection.begin();
      for (const batch of batches) if (!this.#isStored(batch)) emptied = this.#writeBatch(batch, touched);
      connection.commit();
    } catch (error) {
      this.#doubt ||= leavesDoubt(error);
      connection.rollBack();
      this.#groups.clear();
      throw translateFailure(error, connection.file);
    }
    for (const [key, run] of touched) {
      if (run.group.state === "ended") this.#live.delete(key);
      else this.#live.keep(key, run);
    }
    this.#groups.forget(emptied);
    return emptied;
  }

  /** Another writer has emptied these groups. */
  forgetGroups(emptied: ReadonlySet<number>): void {
    this.#groups.forget(emptied);
  }

  /** Another writer writes from now on: what is known of live runs is not true any more. */
  forget(): void {
    this.#live.clear();
    this.#groups.clear();
  }

  /** @returns groups of runs that the file has no more */
  #writeBatch(batch: PackedBatch, touched: Map<RunKey, LiveRun>): ReadonlySet<number> {
    const connection = this.#connection;
    this.#writeRuns(batch, touched);
    this.#writePayloads(batch);
    this.#writeEvents(batch, touched);
    writeQueue(connection, batch.queued, batch.unqueued);
    for (const checkpoint of batch.checkpoints) putCheckpoint(connection, checkpoint);
    for (const id of batch.inboxTaken) takeFromInbox(connection, id);
    return batch.trim ? writeTrim(connection, batch.trim) : NO_GROUPS;
  }

  /** Opens the connection again, and looks what of the batches in doubt is there. */
  #settleDoubt(): void {
    this.forget();
    this.#connection.reopen();
    // After a failed sync a second one may succeed without having written: only copying everything into the main
    // file and syncing that shows that it is on disk.
    const result = this.#connection.statement("PRAGMA wal_checkpoint(FULL)").get();
    if (numberIn(result, "busy") !== 0) {
      throw new ReeveError(
        "storage-unavailable",
        `${this.#connection.file}: can't be synced while it is read`,
        {
          retryable: true,
          hint: "End the other processes that read the file.",
        },
      );
    }
    this.#doubt = false;
    this.#found = readHighest(this.#connection);
  }

  /** Whether the batch turned out to be stored; one without events and payloads can be written twice without harm. */
  #isStored({ position, payload }: PackedBatch): boolean {
    if (!this.#found) return false;
    return position + payload > 0 && position <= this.#found.position && payload <= this.#found.payload;
  }

  #writeRuns(batch: PackedBatch, touched: Map<RunKey, LiveRun>): void {
    const values: SQLInputValue[] = [];
    for (const [key, id, pattern, domain, state, outcome, version, context, ...rest] of batch.runs) {
      const { group, rareDomain = null } = this.#groups.file({
        key,
        pattern,
        domain,
        state,
        outcome: outcome ?? undefined,
      });
      values.push(key, id, group.id, rareDomain, version, context, ...rest);
      touched.set(key, { group, checksum: firstLink({ id, context }).checksum });
    }
    insertRows(this.#connection, RUNS, values);
    const update = this.#connection.statement(UPDATE_RUN);
    for (const { 0: key, 1: state, 2: outcome, 3: endedAt } of batch.changes) {
      const run = this.#touch(key, touched);
      run.group = this.#groups.move(run.group, key, state, outcome);
      update.run(run.group.id, endedAt, key);
    }
  }

  #writePayloads(batch: PackedBatch): void {
    const values: SQLInputValue[] = [];
    for (const { 0: id, 1: value } of batch.payloads) {
      const stored = packText(value, id);
      values.push(id, stored.value, stored.checksum);
    }
    insertRows(this.#connection, PAYLOADS, values);
  }

  #writeEvents(batch: PackedBatch, touched: Map<RunKey, LiveRun>): void {
    const values: SQLInputValue[] = [];
    for (const { 0: runKey, 1: position, 2: seq, 3: count, 4: entries } of batch.events) {
      const run = this.#touch(runKey, touched);
      const body = compress(entries);
      run.checksum = checksumOf({ position, seq, count, body }, run.checksum);
      values.push(position, runKey, seq, count, body, run.checksum);
    }
    insertRows(this.#connection, EVENTS, values);
  }

  /** A copy of what is known of the run, so that a batch that fails leaves no trace. */
  #touch(key: RunKey, touched: Map<RunKey, LiveRun>): LiveRun {
    const before = touched.get(key);
    if (before) return before;
    const known = this.#live.get(key) ?? this.#lookUp(key);
    const run = { group: known.group, checksum: known.checksum };
    touched.set(key, run);
    return run;
  }

  #lookUp(key: RunKey): LiveRun {
    const group = this.#groups.ofRun(key);
    const link = readLastLink(this.#connection, key);
    if (!group || !link) throw damaged(`run number ${key} is not in the file`);
    return { group, checksum: link.checksum };
  }
}
