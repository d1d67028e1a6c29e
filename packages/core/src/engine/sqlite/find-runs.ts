/**
 * Pages of runs by query. The groups that fit (pattern, domain, state, outcome) are merged in the wanted order; see
 * migrations/0001-log.ts for why. A run that has not ended sorts as if it ended later than any other.
 */
import { ReeveError } from "../../errors.ts";
import { CONTROLS, type RunQuery } from "../engine.ts";
import type { RunRowPage } from "../store.ts";
import { isObject, numberIn, textIn, type Row } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { firstOfGroups, type Entry } from "./merge-groups.ts";
import { readRunByKey } from "./read-runs.ts";

type Sort = NonNullable<RunQuery["sort"]>;

const LIMIT_DEFAULT = 50;

/** The end and the duration of a run that has not ended. */
const NEVER = Number.MAX_SAFE_INTEGER;

const GROUPS = `
SELECT id, state FROM run_groups
WHERE pattern <> '${CONTROLS}' AND (?1 IS NULL OR pattern = ?1) AND (?2 IS NULL OR domain = ?2)
  AND (?3 IS NULL OR state IN (SELECT value FROM json_each(?3)))
  AND (?4 IS NULL OR outcome IN (SELECT value FROM json_each(?4)))`;

const ORDERS = {
  started: { column: "started_at", index: "runs_by_started" },
  ended: { column: "ended_at", index: "runs_by_ended" },
  duration: { column: "duration", index: "runs_by_duration" },
} as const;

const LONGEST = `
SELECT max(duration) AS duration FROM runs INDEXED BY runs_by_duration
WHERE group_id = ? AND ended_at IS NOT NULL`;
const COUNT_STARTED = `
SELECT count(*) AS count FROM (
  SELECT 1 FROM runs INDEXED BY runs_by_started
  WHERE group_id = ? AND started_at >= ? AND started_at < ? LIMIT ?)`;

/** About 10 ms of reading and sorting. */
const NARROW_RUNS_MAX = 10_000;

interface Group {
  readonly id: number;
  readonly ended: boolean;
}

/** @throws ReeveError `option-invalid` for a cursor that is not from a page with the same order */
export function findRuns(connection: Connection, query: RunQuery): RunRowPage {
  const limit = query.limit ?? LIMIT_DEFAULT;
  const sort = query.sort ?? "started";
  const descending = query.descending ?? true;
  const from = query.after === undefined ? undefined : parseCursor(query.after, sort);
  // One snapshot for the whole page: a run must not change its group while the groups are merged.
  connection.exec("BEGIN");
  try {
    const groups = groupsOf(connection, query);
    const narrow = isNarrow(connection, groups, query);
    const read = groupReader(connection, query, groups, from, narrow);
    // Where each reading sorts, one is enough.
    const found = firstOfGroups(groups, limit + 1, descending, read, narrow ? limit + 1 : 1);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      runs: page.flatMap(({ key }) => readRunByKey(connection, key) ?? []),
      next: last && found.length > limit ? cursorAt(sort, last) : undefined,
    };
  } finally {
    connection.rollBack();
  }
}

function groupsOf(connection: Connection, query: RunQuery): readonly Group[] {
  const states = query.states ? JSON.stringify(query.states) : null;
  const outcomes = query.outcomes ? JSON.stringify(query.outcomes) : null;
  return connection
    .statement(GROUPS)
    .all(query.pattern ?? null, query.domain ?? null, states, outcomes)
    .map((row) => ({ id: numberIn(row, "id"), ended: textIn(row, "state") === "ended" }));
}

function groupReader(
  connection: Connection,
  query: RunQuery,
  groups: readonly Group[],
  after: Entry | undefined,
  narrow: boolean,
): (group: Group, count: number) => readonly Row[] {
  const { sort = "started", descending = true } = query;
  const { startedFrom = -Infinity, startedBefore = Infinity } = query;
  const [low, high] = valuesWithin(connection, sort, groups, startedFrom, startedBefore);
  // Without a cursor, or with one among the unfinished: a point before all that can be on the page, in its order.
  const { value, key } =
    after && (!descending || after.value <= high)
      ? after
      : descending
        ? { value: high, key: NEVER }
        : { value: low, key: -1 };
  const direction = descending ? "DESC" : "ASC";
  const beyond = descending ? "<" : ">";
  const { column, index } = ORDERS[sort];
  const sorted = connection.statement(`
    SELECT key, ${column} AS value FROM runs INDEXED BY ${narrow ? "runs_by_started" : index}
    WHERE group_id = ? AND (${column}, key) ${beyond} (?, ?) AND ${column} ${descending ? ">=" : "<="} ?
      AND started_at >= ? AND started_at < ? ${sort === "started" ? "" : "AND ended_at IS NOT NULL"}
    ORDER BY ${column} ${direction}, key ${direction} LIMIT ?`);
  const unfinished = connection.statement(`
    SELECT key, ${NEVER} AS value FROM runs INDEXED BY runs_unfinished
    WHERE group_id = ? AND ended_at IS NULL AND (${NEVER}, key) ${beyond} (?, ?)
      AND started_at >= ? AND started_at < ?
    ORDER BY key ${direction} LIMIT ?`);
  const stop = descending ? low : high;
  return (group, count) => {
    if (group.ended || sort === "started") {
      return sorted.all(group.id, value, key, stop, startedFrom, startedBefore, count);
    }
    const start = after ?? { value: descending ? Infinity : -Infinity, key: 0 };
    return unfinished.all(group.id, start.value, start.key, startedFrom, startedBefore, count);
  };
}

/** Bounds of the sorted value that follow from the bounds of the start, so that the walk begins and ends near. */
function valuesWithin(
  connection: Connection,
  sort: Sort,
  groups: readonly Group[],
  startedFrom: number,
  startedBefore: number,
): readonly [number, number] {
  if (sort === "duration") return [-Infinity, Infinity];
  if (sort === "started" || startedBefore === Infinity) return [startedFrom, startedBefore];
  const statement = connection.statement(LONGEST);
  const longest = groups.map(({ id }) => statement.get(id)?.["duration"]);
  const longestMs = Math.max(0, ...longest.filter((duration) => typeof duration === "number"));
  return [startedFrom, startedBefore + longestMs];
}

/**
 * Whether so few runs started in the time asked for that sorting them by duration beats looking for them from the
 * longest or shortest on. (An end is never far from its start, so the index by end does without.)
 */
function isNarrow(connection: Connection, groups: readonly Group[], query: RunQuery): boolean {
  const { startedFrom = -Infinity, startedBefore = Infinity } = query;
  if (query.sort !== "duration" || (startedFrom === -Infinity && startedBefore === Infinity)) return false;
  const statement = connection.statement(COUNT_STARTED);
  let left = NARROW_RUNS_MAX;
  for (const { id } of groups) {
    left -= numberIn(statement.get(id, startedFrom, startedBefore, left + 1), "count");
    if (left < 0) return false;
  }
  return true;
}

/** Opaque to callers: the order, and where in it the page ended. */
function cursorAt(sort: Sort, { value, key }: Entry): string {
  return Buffer.from(JSON.stringify({ sort, value, key })).toString("base64url");
}

function parseCursor(cursor: string, sort: Sort): Entry {
  const parsed = parseJson(Buffer.from(cursor, "base64url").toString());
  if (isObject(parsed) && parsed["sort"] === sort) {
    const { value, key } = parsed;
    if (typeof value === "number" && typeof key === "number") return { value, key };
  }
  throw new ReeveError("option-invalid", `"${cursor}" is no cursor of a page sorted by ${sort}`, {
    hint: "Pass `next` of the page before, with the same query.",
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
