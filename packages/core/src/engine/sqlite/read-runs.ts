/** Single runs, and those that have not ended. */
import { CONTROLS } from "../../delegation/controls.ts";
import type { RunKey, RunRow } from "../store.ts";
import { numberIn } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { firstOfGroups } from "./merge-groups.ts";
import { runIn, SELECT_RUN } from "./run-rows.ts";

const BY_ID = `${SELECT_RUN} WHERE runs.id = ?`;
const BY_KEY = `${SELECT_RUN} WHERE key = ?`;
const UNFINISHED_GROUPS = `
SELECT id FROM run_groups WHERE state NOT IN ('queued', 'ended') AND pattern <> '${CONTROLS}'`;
const UNFINISHED = `
SELECT key, key AS value FROM runs INDEXED BY runs_unfinished
WHERE group_id = ? AND ended_at IS NULL AND key > ? ORDER BY key LIMIT ?`;

export function readRunById(connection: Connection, id: string): RunRow | undefined {
  const row = connection.statement(BY_ID).get(id);
  return row && runIn(row);
}

export function readRunByKey(connection: Connection, key: RunKey): RunRow | undefined {
  const row = connection.statement(BY_KEY).get(key);
  return row && runIn(row);
}

export function readUnfinished(connection: Connection, afterKey: RunKey, limit: number): readonly RunRow[] {
  const groups = connection
    .statement(UNFINISHED_GROUPS)
    .all()
    .map((row) => numberIn(row, "id"));
  const statement = connection.statement(UNFINISHED);
  const found = firstOfGroups(groups, limit, false, (group, count) => statement.all(group, afterKey, count));
  return found.flatMap(({ key }) => readRunByKey(connection, key) ?? []);
}
