/** Pages of runs by query, over a map of rows. */
import { ReeveError } from "../../errors.ts";
import { CONTROLS } from "../../delegation/controls.ts";
import type { RunQuery } from "../engine.ts";
import type { RunKey, RunRow, RunRowPage } from "../store.ts";

const LIMIT_DEFAULT = 50;

/** Filters, sorts and pages; O(n log n) in the runs held. */
export function findRuns(rows: ReadonlyMap<RunKey, RunRow>, query: RunQuery): RunRowPage {
  const direction = (query.descending ?? true) ? -1 : 1;
  const value = sortValue(query);
  const order = (left: RunRow, right: RunRow): number =>
    direction * (value(left) - value(right) || left.key - right.key);
  const found = Array.from(rows.values())
    .filter((row) => fits(row, query))
    .toSorted(order);
  const from = query.after === undefined ? 0 : indexAfter(found, query.after);
  const limit = query.limit ?? LIMIT_DEFAULT;
  const runs = found.slice(from, from + limit);
  const last = runs.at(-1);
  return { runs, next: last && from + limit < found.length ? String(last.key) : undefined };
}

function indexAfter(found: readonly RunRow[], after: string): number {
  const index = found.findIndex((row) => String(row.key) === after);
  if (index >= 0) return index + 1;
  throw new ReeveError("option-invalid", `there is no page after '${after}'`, {
    hint: "use `next` of the page before, with the same query",
  });
}

function fits(row: RunRow, query: RunQuery): boolean {
  if (row.pattern === CONTROLS) return false;
  if (query.states && !query.states.includes(row.state)) return false;
  if (query.outcomes && !(row.outcome && query.outcomes.includes(row.outcome))) return false;
  if (query.pattern !== undefined && row.pattern !== query.pattern) return false;
  if (query.domain !== undefined && row.context.domain !== query.domain) return false;
  if (query.startedFrom !== undefined && row.startedAt < query.startedFrom) return false;
  return query.startedBefore === undefined || row.startedAt < query.startedBefore;
}

/** Runs that have not ended sort last, as if they ended later than any other. */
function sortValue(query: RunQuery): (row: RunRow) => number {
  switch (query.sort ?? "started") {
    case "started":
      return (row) => row.startedAt;
    case "ended":
      return (row) => row.endedAt ?? Number.MAX_SAFE_INTEGER;
    case "duration":
      return (row) => (row.endedAt === undefined ? Number.MAX_SAFE_INTEGER : row.endedAt - row.startedAt);
  }
}
