/**
 * Verifies the log itself: that no position is missing, that every run's chain holds, that every value an event refers
 * to is there, and that the `runs` fold says what the events say.
 *
 * Every page is read in a transaction of its own, so that an owner beside it can go on reusing its write-ahead log.
 */
import type { Event } from "../../delegation/event.ts";
import { LATE_KINDS } from "../../delegation/late-kinds.ts";
import { CONTROLS } from "../../delegation/controls.ts";
import type { RunKey, RunRow } from "../store.ts";
import { numberIn } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { payloadsIn } from "../embedded/payloads-in.ts";
import { readHistory } from "./read-events.ts";
import { readRunById, readRunByKey } from "./read-runs.ts";
import { readTrimmed } from "./trim.ts";
import type { FoundProblems } from "./verify-report.ts";

const POSITIONS_PAGE_ROWS = 4_096;
const RUNS_PAGE_ROWS = 64;
const HISTORY_PAGE_EVENTS = 1_024;

const POSITIONS = `
SELECT position, count, run_key, runs.key IS NULL AND run_key NOT IN (SELECT run_key FROM trimmed_runs) AS homeless
FROM events LEFT JOIN runs ON runs.key = run_key
WHERE position >= ? ORDER BY position LIMIT ${POSITIONS_PAGE_ROWS}`;
const RUN_KEYS = `SELECT key FROM runs WHERE key > ? ORDER BY key LIMIT ${RUNS_PAGE_ROWS}`;
const MISSING = "SELECT value AS id FROM json_each(?) WHERE value NOT IN (SELECT id FROM payloads)";

/** Reads the rows of events in order; gives the last position after every page. */
export function* verifyPositions(connection: Connection, problems: FoundProblems): Generator<number> {
  const from = connection.statement("SELECT min(position) AS first FROM events").get()?.["first"];
  let next = typeof from === "number" ? Math.min(from, 1) : 1;
  for (;;) {
    const rows = connection.statement(POSITIONS).all(next);
    // Read after the page: what was trimmed up to here is missing with good reason.
    const trimmed = readTrimmed(connection).position;
    for (const row of rows) {
      const position = numberIn(row, "position");
      const missing = Math.max(next, trimmed + 1);
      if (position > missing) {
        problems.add(
          "events",
          `events are missing: there is none at the positions ${missing} to ${position - 1}`,
        );
      }
      if (row["homeless"] === 1) {
        problems.add(
          "events",
          `the events at position ${position} belong to run number ${numberIn(row, "run_key")}, which is not there`,
        );
      }
      next = position + numberIn(row, "count");
    }
    yield next - 1;
    if (rows.length < POSITIONS_PAGE_ROWS) return;
  }
}

/** How much of the runs was read. */
export interface RunsRead {
  readonly runs: number;
  readonly events: number;
}

/** Reads every run with its events; gives what was read after every page. */
export function* verifyRuns(connection: Connection, problems: FoundProblems): Generator<RunsRead> {
  let [runs, events, unseen] = [0, 0, 0];
  // Kept like a run, and none that anybody started.
  const controls = readRunById(connection, CONTROLS)?.key;
  for (let after = 0; ;) {
    const keys = connection
      .statement(RUN_KEYS)
      .all(after)
      .map((row) => numberIn(row, "key"));
    for (const key of keys) {
      if (key !== controls) runs++;
      for (const count of verifyRun(connection, key, problems)) {
        events += count;
        unseen += count;
        if (unseen < HISTORY_PAGE_EVENTS) continue;
        unseen = 0;
        yield { runs, events };
      }
    }
    yield { runs, events };
    after = keys.at(-1) ?? after;
    if (keys.length < RUNS_PAGE_ROWS) return;
  }
}

/** What the events of a run say about its row. */
interface Told {
  started: Event | undefined;
  ended: Event | undefined;
  stranded: boolean;
  /** An event stands behind the end that may not. */
  afterEnd: boolean;
}

function* verifyRun(connection: Connection, key: RunKey, problems: FoundProblems): Generator<number> {
  const told: Told = { started: undefined, ended: undefined, stranded: false, afterEnd: false };
  let id: string | undefined;
  try {
    for (let afterSeq = 0; ;) {
      const page = readPage(connection, key, afterSeq);
      const { run, events, missing } = page;
      id = run?.id;
      for (const payload of missing) problems.add("payloads", `payload ${payload} is not there`, id);
      for (const event of events) hear(told, event);
      afterSeq = events.at(-1)?.seq ?? afterSeq;
      yield events.length;
      if (events.length === HISTORY_PAGE_EVENTS) continue;
      // Row and last events were read in one transaction, so they have to agree.
      if (run) for (const what of disagreements(run, told)) problems.add("runs", what, id);
      return;
    }
  } catch (error) {
    problems.addThrown("events", error, id ?? idOf(connection, key));
  }
}

interface RunPage {
  readonly run: RunRow | undefined;
  readonly events: readonly Event[];
  /** Payloads that the events refer to and that are not there. */
  readonly missing: readonly number[];
}

function readPage(connection: Connection, key: RunKey, afterSeq: number): RunPage {
  connection.exec("BEGIN");
  try {
    const events = readHistory(connection, key, afterSeq, HISTORY_PAGE_EVENTS);
    const ids = events.flatMap(payloadsIn);
    const missing = ids.length === 0 ? [] : connection.statement(MISSING).all(JSON.stringify(ids));
    return {
      run: readRunByKey(connection, key),
      events,
      missing: [...new Set(missing.map((row) => numberIn(row, "id")))],
    };
  } finally {
    connection.rollBack();
  }
}

function hear(told: Told, event: Event): void {
  if (told.ended && !LATE_KINDS.has(event.kind)) told.afterEnd = true;
  if (event.seq === 1) told.started = event;
  if (event.kind === "run-stranded") told.stranded = true;
  if (event.kind === "run-unstranded") told.stranded = false;
  if (event.kind === "run-ended") told.ended = event;
}

function disagreements(run: RunRow, { started, ended, stranded, afterEnd }: Told): string[] {
  if (started?.kind !== "run-started")
    return [`run ${run.id} does not begin with run-started: events are missing`];
  const wrong: string[] = [];
  const hold = (column: string, stored: unknown, told: unknown): void => {
    if (stored !== told)
      wrong.push(`${column} of run ${run.id} is ${String(stored)}, but its events say ${String(told)}`);
  };
  hold("pattern", run.pattern, started.pattern);
  hold("pattern_version", run.patternVersion, started.patternVersion);
  hold("input", run.input, started.input);
  hold("started_at", run.startedAt, started.at);
  if (afterEnd) wrong.push(`run ${run.id} has events after its end`);
  if (run.state === "ended" && !ended) {
    wrong.push(
      `run ${run.id} is said to have ended, but its last events are missing: none of them is its end`,
    );
  } else if (ended?.kind === "run-ended") {
    hold("state", run.state, "ended");
    hold("outcome", run.outcome, ended.outcome.status);
    hold("ended_at", run.endedAt, ended.at);
  } else {
    hold("ended_at", run.endedAt, undefined);
    hold("outcome", run.outcome, undefined);
    if (stranded !== (run.state === "stranded"))
      hold("state", run.state, stranded ? "stranded" : "not stranded");
  }
  return wrong;
}

function idOf(connection: Connection, key: RunKey): string {
  const id = connection.statement("SELECT id FROM runs WHERE key = ?").get(key)?.["id"];
  return typeof id === "string" ? id : `number ${key}`;
}
