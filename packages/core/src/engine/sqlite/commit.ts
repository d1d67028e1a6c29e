/**
 * Writes batches, each in one transaction.
 *
 * Owns what must be known of live runs to write on: the last checksum and the group. Invariants: (1) that knowledge
 * changes only when a batch was committed; (2) after a write whose fate is unknown (a failed sync), nothing is written
 * before the connection was opened again, everything it then finds was synced, and it was looked up whether the batch
 * is there.
 */
import { ReeveError } from "../../errors.ts";
import type { Batch, RunKey } from "../store.ts";
import { putCheckpoint } from "./checkpoints.ts";
import { damaged, numberIn } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { checksumOf, checksumOfRun, columnsOf } from "./event-rows.ts";
import { leavesDoubt, translateFailure } from "./failures.ts";
import { takeFromInbox } from "./inbox.ts";
import { readHighest } from "./read-highest.ts";
import { RunGroups, type RunGroup } from "./run-groups.ts";
import { packText } from "./stored-text.ts";

interface LiveRun {
  group: RunGroup;
  /** Of the run's last event. */
  checksum: number;
}

const INSERT_RUN = `
INSERT INTO runs (key, id, group_id, pattern_version, context, input, input_digest, started_at, ended_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const UPDATE_RUN = "UPDATE runs SET group_id = ?, ended_at = ? WHERE key = ?";
const INSERT_PAYLOAD = "INSERT INTO payloads (id, value, checksum) VALUES (?, ?, ?)";
const INSERT_EVENT = `
INSERT INTO events (position, run_key, seq, kind, at, path, attempt, body, checksum)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const LAST_CHECKSUM = "SELECT checksum FROM events WHERE run_key = ? ORDER BY seq DESC LIMIT 1";
const RUN_ID = "SELECT id FROM runs WHERE key = ?";

export class BatchWriter {
  readonly #connection: Connection;
  readonly #groups: RunGroups;
  readonly #live = new Map<RunKey, LiveRun>();
  /** Set while it is unknown whether the last batch is in the file. */
  #doubt = false;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#groups = new RunGroups(connection);
  }

  /** @throws ReeveError `storage-unavailable`; the same batch can be written again then */
  write(batch: Batch): void {
    const connection = this.#connection;
    const touched = new Map<RunKey, LiveRun>();
    try {
      if (this.#doubt && this.#settleDoubt(batch)) return;
      connection.exec("BEGIN IMMEDIATE");
      this.#writeRuns(batch, touched);
      this.#writePayloads(batch);
      this.#writeEvents(batch, touched);
      for (const checkpoint of batch.checkpoints) putCheckpoint(connection, checkpoint);
      for (const id of batch.inboxTaken) takeFromInbox(connection, id);
      connection.exec("COMMIT");
    } catch (error) {
      this.#doubt ||= leavesDoubt(error);
      connection.rollBack();
      this.#groups.clear();
      throw translateFailure(error, connection.file);
    }
    for (const [key, run] of touched) {
      if (run.group.state === "ended") this.#live.delete(key);
      else this.#live.set(key, run);
    }
  }

  /** Opens the connection again; whether the batch turned out to be stored. */
  #settleDoubt(batch: Batch): boolean {
    this.#live.clear();
    this.#groups.clear();
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
    const highest = readHighest(this.#connection);
    const position = batch.events.at(-1)?.event.position ?? 0;
    const payload = batch.payloads.at(-1)?.id ?? 0;
    // A batch without events and payloads can be written twice without harm.
    return position + payload > 0 && position <= highest.position && payload <= highest.payload;
  }

  #writeRuns(batch: Batch, touched: Map<RunKey, LiveRun>): void {
    const insert = this.#connection.statement(INSERT_RUN);
    for (const run of batch.runs) {
      const { key, id, pattern, context, state, outcome, endedAt } = run;
      const group = this.#groups.like({ pattern, domain: context.domain, state, outcome });
      const stored = JSON.stringify(context);
      const input = run.input ?? null;
      insert.run(
        key,
        id,
        group.id,
        run.patternVersion,
        stored,
        input,
        run.inputDigest,
        run.startedAt,
        endedAt ?? null,
      );
      touched.set(key, { group, checksum: checksumOfRun(id) });
    }
    const update = this.#connection.statement(UPDATE_RUN);
    for (const { key, state, outcome, endedAt } of batch.changes) {
      const run = this.#touch(key, touched);
      run.group = this.#groups.like({ ...run.group, state, outcome });
      update.run(run.group.id, endedAt ?? null, key);
    }
  }

  #writePayloads(batch: Batch): void {
    const insert = this.#connection.statement(INSERT_PAYLOAD);
    for (const { id, value } of batch.payloads) {
      const stored = packText(value, id);
      insert.run(id, stored.value, stored.checksum);
    }
  }

  #writeEvents(batch: Batch, touched: Map<RunKey, LiveRun>): void {
    const insert = this.#connection.statement(INSERT_EVENT);
    for (const { runKey, event } of batch.events) {
      const run = this.#touch(runKey, touched);
      const columns = columnsOf(event);
      const { kind, path, attempt, body } = columns;
      const { position, seq, at } = event;
      run.checksum = checksumOf(event, columns, run.checksum);
      insert.run(position, runKey, seq, kind, at, path, attempt, body, run.checksum);
    }
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
    if (!group) throw damaged(`run number ${key} is not in the file`);
    const last = this.#connection.statement(LAST_CHECKSUM).get(key);
    if (last) return { group, checksum: numberIn(last, "checksum") };
    const id = this.#connection.statement(RUN_ID).get(key)?.["id"];
    return { group, checksum: checksumOfRun(String(id)) };
  }
}
