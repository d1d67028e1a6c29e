/** The states of folds. */
import type { Checkpoint } from "../../delegation/fold.ts";
import { numberIn } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { packText, unpackText } from "./stored-text.ts";

const PUT = `
INSERT INTO folds (name, version, position, since, state, checksum) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (name) DO UPDATE SET version = excluded.version, position = excluded.position,
  since = excluded.since, state = excluded.state, checksum = excluded.checksum`;
const GET = "SELECT version, position, since, state, checksum FROM folds WHERE name = ?";

/** Replaces the fold's checkpoint. */
export function putCheckpoint(connection: Connection, checkpoint: Checkpoint): void {
  const { fold, version, position, state, since = 0 } = checkpoint;
  const stored = packText(state, position);
  connection.statement(PUT).run(fold, version, position, since, stored.value, stored.checksum);
}

/** @throws ReeveError `file-damaged` */
export function readCheckpoint(connection: Connection, fold: string): Checkpoint | undefined {
  const row = connection.statement(GET).get(fold);
  if (!row) return undefined;
  const position = numberIn(row, "position");
  const state = unpackText(row, "state", position, `the checkpoint of ${fold}`);
  const since = numberIn(row, "since");
  return { fold, version: numberIn(row, "version"), position, state, ...(since > 0 && { since }) };
}
