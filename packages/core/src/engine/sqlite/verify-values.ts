/** Verifies what stands beside the events: stored values, checkpoints of folds, and requests in the inbox. */
import { numberIn, textIn } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { readCheckpoint } from "./checkpoints.ts";
import { readPayload } from "./read-payload.ts";
import { unpackText } from "./stored-text.ts";
import type { FoundProblems } from "./verify-report.ts";

const PAYLOADS_PAGE_ROWS = 64;
const PAYLOADS = `SELECT id FROM payloads WHERE id > ? ORDER BY id LIMIT ${PAYLOADS_PAGE_ROWS}`;

/** Reads every stored value; gives how many were read after every page. */
export function* verifyPayloads(connection: Connection, problems: FoundProblems): Generator<number> {
  let count = 0;
  // Ids are counted from 1; one that is not was written by nobody.
  for (let after = Number.MIN_SAFE_INTEGER; ;) {
    const ids = readPage(connection, after, problems);
    count += ids.length;
    yield count;
    after = ids.at(-1) ?? after;
    if (ids.length < PAYLOADS_PAGE_ROWS) return;
  }
}

/** Ids and values are read in one transaction, so that an owner beside it trims nothing in between. */
function readPage(connection: Connection, after: number, problems: FoundProblems): readonly number[] {
  connection.exec("BEGIN");
  try {
    const rows = connection.statement(PAYLOADS).all(after);
    const ids = rows.map((row) => numberIn(row, "id"));
    for (const id of ids) attempt("payloads", problems, () => readPayload(connection, id));
    return ids;
  } finally {
    connection.rollBack();
  }
}

/** @param lastPosition of the events, read afterwards or at the same time */
export function verifyCheckpoints(
  connection: Connection,
  problems: FoundProblems,
  lastPosition: () => number,
): void {
  for (const row of connection.statement("SELECT name FROM folds ORDER BY name").all()) {
    attempt("folds", problems, () => {
      const name = textIn(row, "name");
      const checkpoint = readCheckpoint(connection, name);
      if (!checkpoint) return;
      JSON.parse(checkpoint.state);
      const last = lastPosition();
      if (checkpoint.position <= last) return;
      problems.add(
        "folds",
        `events are missing: the fold ${name} has seen position ${checkpoint.position}, and the last one is ${last}`,
      );
    });
  }
}

/** Requests are taken while they are read, so that one that is gone is none that was lost. */
export function verifyInbox(connection: Connection, problems: FoundProblems): void {
  for (const row of connection.statement("SELECT id, request, checksum FROM inbox ORDER BY id").iterate()) {
    attempt("inbox", problems, () => {
      const id = numberIn(row, "id");
      JSON.parse(unpackText(row, "request", 0, `request ${id} in the inbox`));
    });
  }
}

function attempt(where: string, problems: FoundProblems, read: () => unknown): void {
  try {
    read();
  } catch (error) {
    problems.addThrown(where, error);
  }
}
