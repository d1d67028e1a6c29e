/** Rows of the `runs` table, joined with their group, as runs. */
import type { RunOrigin } from "../../delegation/event.ts";
import { OUTCOME_STATUSES, RUN_STATES, type OutcomeStatus, type RunState } from "../../delegation/outcome.ts";
import type { RunRow } from "../store.ts";
import {
  damaged,
  isObject,
  numberIn,
  optionalNumberIn,
  optionalTextIn,
  textIn,
  type Row,
} from "./columns.ts";
import { contextOf } from "./context-text.ts";

/** The columns `runIn` reads; append a condition. */
export const SELECT_RUN = `
SELECT key, runs.id, pattern, pattern_version, state, outcome, context, input, input_digest, origin, started_at, ended_at
FROM runs JOIN run_groups ON run_groups.id = group_id`;

/** @throws ReeveError `file-damaged` */
export function runIn(row: Row): RunRow {
  const id = textIn(row, "id");
  return {
    key: numberIn(row, "key"),
    id,
    pattern: textIn(row, "pattern"),
    patternVersion: textIn(row, "pattern_version"),
    state: stateOf(textIn(row, "state")),
    outcome: outcomeOf(textIn(row, "outcome")),
    context: contextOf(textIn(row, "context"), id),
    input: optionalNumberIn(row, "input"),
    inputDigest: textIn(row, "input_digest"),
    origin: originOf(optionalTextIn(row, "origin"), id),
    startedAt: numberIn(row, "started_at"),
    endedAt: optionalNumberIn(row, "ended_at"),
  };
}

export function stateOf(text: string): RunState {
  const state = RUN_STATES.find((known) => known === text);
  if (state === undefined) throw damaged(`"${text}" is no state of a run`);
  return state;
}

/** The empty text stands for no outcome. */
export function outcomeOf(text: string): OutcomeStatus | undefined {
  const outcome = OUTCOME_STATUSES.find((known) => known === text);
  if (outcome === undefined && text !== "") throw damaged(`"${text}" is no outcome of a run`);
  return outcome;
}

/** @throws ReeveError `file-damaged` */
function originOf(text: string | undefined, run: string): RunOrigin | undefined {
  if (text === undefined) return undefined;
  const origin: unknown = JSON.parse(text);
  if (!isOrigin(origin)) throw damaged(`the origin of run ${run} is not what was written`);
  return origin;
}

function isOrigin(value: unknown): value is RunOrigin {
  if (!isObject(value)) return false;
  return ["parent", "forkedFrom", "schedule"].every(
    (key) => value[key] === undefined || isObject(value[key]),
  );
}
