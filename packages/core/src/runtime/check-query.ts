/** Holds queries of runs and events against their bounds, so that a slip is told and not answered with other rows. */
import { OUTCOME_STATUSES, RUN_STATES } from "../delegation/outcome.ts";
import { showValue } from "../delegation/show-value.ts";
import type { EventQuery, RunQuery } from "../engine/engine.ts";
import { ReeveError } from "../errors.ts";
import { closestName } from "../delegation/closest-name.ts";

const LIMIT_MAX = 1_000;
const SORTS = ["started", "ended", "duration"];

/** @throws ReeveError `option-invalid` */
export function checkRunQuery(query: RunQuery): void {
  if (typeof query !== "object" || query === null) throw invalid("runs: query", query, "give an object");
  const { limit } = query;
  checkNames("states", query.states, RUN_STATES);
  checkNames("outcomes", query.outcomes, OUTCOME_STATUSES);
  if (query.sort !== undefined) checkName("sort", query.sort, SORTS);
  for (const name of ["pattern", "domain", "after"] as const)
    if (query[name] !== undefined && typeof query[name] !== "string")
      throw invalid(`runs: ${name}`, query[name], "give a string");
  for (const name of ["startedFrom", "startedBefore"] as const)
    if (query[name] !== undefined && !Number.isFinite(query[name]))
      throw invalid(`runs: ${name}`, query[name], "give milliseconds since 1970, such as date.getTime()");
  if (query.descending !== undefined && typeof query.descending !== "boolean")
    throw invalid("runs: descending", query.descending, "give true or false");
  if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1 && limit <= LIMIT_MAX))
    throw invalid("runs: limit", limit, `use a whole number from 1 to ${LIMIT_MAX}, and \`after\` for more`);
}

/** @throws ReeveError `option-invalid` */
export function checkEventQuery(query: EventQuery): void {
  if (typeof query !== "object" || query === null) throw invalid("events: query", query, "give an object");
  const { from, follow, run, signal } = query;
  if (from !== undefined && !(Number.isFinite(from) && from >= 0))
    throw invalid("events: from", from, "use the position of an event, or 0 for all");
  if (follow !== undefined && typeof follow !== "boolean")
    throw invalid("events: follow", follow, "give true or false");
  if (run !== undefined && typeof run !== "string") throw invalid("events: run", run, "give the id of a run");
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw invalid("events: signal", signal, "give an AbortSignal, such as that of an AbortController");
}

function checkNames(option: string, received: unknown, known: readonly string[]): void {
  if (received === undefined) return;
  if (!Array.isArray(received))
    throw invalid(`runs: ${option}`, received, `give a list of: ${known.join(", ")}`);
  for (const [index, name] of received.entries()) checkName(`${option}[${index}]`, name, known);
}

function checkName(option: string, received: unknown, known: readonly string[]): void {
  if (typeof received === "string" && known.includes(received)) return;
  const close = typeof received === "string" ? closestName(received, known) : undefined;
  throw invalid(
    `runs: ${option}`,
    received,
    close ? `did you mean '${close}'?` : `use one of: ${known.join(", ")}`,
  );
}

function invalid(what: string, received: unknown, hint: string): ReeveError {
  return new ReeveError("option-invalid", `${what} is ${showValue(received)}`, { hint });
}
