/**
 * Pages of runs by query: sorted groups, merged (docs/algorithms/runs-in-groups.md). A run that has not ended sorts as
 * if it ended later than any other.
 */
import { ReeveError } from "../../errors.ts";
import type { RunQuery } from "../engine.ts";
import type { RunRowPage } from "../store.ts";
import { isObject, numberIn, type Row } from "./columns.ts";
import type { Connection } from "./connection.ts";
import { firstOfGroups, type Entry } from "./merge-groups.ts";
import { pageStatements, type PageStatements, type Sort } from "./page-statements.ts";
import { readRunByKey } from "./read-runs.ts";

const LIMIT_DEFAULT = 50;

/** At most about 5 ms of looking up and sorting, where each run is on a page of its own. */
const NARROW_RUNS_MAX = 1_000;

/** What every statement is given, apart from `limit`. */
interface Parameters {
  readonly filter: Readonly<Record<"pattern" | "domain" | "states" | "outcomes", string | null>>;
  readonly time: Readonly<Record<"startedFrom" | "startedBefore", number>>;
  /** The entry after which the page begins. */
  readonly cursor: Readonly<Record<"value" | "key", number>>;
}

/** One sorted source of entries: a group, or all runs of a rare domain. */
interface Part {
  read(count: number): readonly Row[];
}

/** @throws ReeveError `option-invalid` for a cursor that is not from a page with the same order */
export function findRuns(connection: Connection, query: RunQuery): RunRowPage {
  const limit = query.limit ?? LIMIT_DEFAULT;
  const sort = query.sort ?? "started";
  const from = query.after === undefined ? undefined : parseCursor(query.after, sort);
  // One snapshot for the whole page: a run must not change its group while the groups are merged.
  connection.exec("BEGIN");
  try {
    const found = entriesOf(connection, query, from, limit + 1);
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

function entriesOf(
  connection: Connection,
  query: RunQuery,
  from: Entry | undefined,
  limit: number,
): readonly Entry[] {
  const { sort = "started", descending = true, domain } = query;
  const timed = query.startedFrom !== undefined || query.startedBefore !== undefined;
  const statements = pageStatements({ sort, descending, byDomain: domain !== undefined, timed });
  const parameters = parametersOf(query, from, descending);
  const parts =
    timed && sort !== "started" && isNarrow(connection, statements, parameters)
      ? [sortedPart(connection, statements.narrow, parameters, limit)]
      : groupsOf(connection, statements, parameters, limit);
  if (sort !== "started") parts.push(...unfinishedGroupsOf(connection, statements, parameters));
  if (domain !== undefined) parts.push(sortedPart(connection, statements.rare, parameters, limit));
  return firstOfGroups(parts, limit, descending, (part, count) => part.read(count));
}

function parametersOf(query: RunQuery, from: Entry | undefined, descending: boolean): Parameters {
  const { startedFrom = -Infinity, startedBefore = Infinity } = query;
  const time = { startedFrom, startedBefore };
  return {
    filter: {
      pattern: query.pattern ?? null,
      domain: query.domain ?? null,
      states: query.states ? JSON.stringify(query.states) : null,
      outcomes: query.outcomes ? JSON.stringify(query.outcomes) : null,
    },
    time,
    cursor: cursorOf(query.sort ?? "started", descending, from, time),
  };
}

/** The page's cursor; without one, or with one outside of the time, a point before all that can be on the page. */
function cursorOf(
  sort: Sort,
  descending: boolean,
  from: Entry | undefined,
  { startedFrom, startedBefore }: Parameters["time"],
): Parameters["cursor"] {
  const byStart = sort === "started";
  const first = descending
    ? { value: byStart ? startedBefore : Infinity, key: 0 }
    : { value: byStart ? startedFrom : -Infinity, key: -1 };
  if (!from) return first;
  const isBefore = descending ? from.value >= first.value : from.value < first.value;
  return isBefore ? first : { value: from.value, key: from.key };
}

/** Whether so few runs started in the time asked for that sorting them beats merging the groups. */
function isNarrow(connection: Connection, statements: PageStatements, { filter, time }: Parameters): boolean {
  const statement = connection.statement(statements.countStarted);
  return numberIn(statement.get({ ...filter, ...time, limit: NARROW_RUNS_MAX }), "count") < NARROW_RUNS_MAX;
}

/** Only the groups with the best first entries can have a part in the page: as many as there are places on it. */
function groupsOf(
  connection: Connection,
  statements: PageStatements,
  { filter, time, cursor }: Parameters,
  limit: number,
): Part[] {
  const rest = connection.statement(statements.ofGroup);
  return connection
    .statement(statements.firsts)
    .all({ ...filter, ...time, ...cursor, limit })
    .map((first) => {
      const group = numberIn(first, "id");
      return {
        read: (count) => (count === 1 ? [first] : rest.all({ ...time, ...cursor, group, limit: count })),
      };
    });
}

function unfinishedGroupsOf(
  connection: Connection,
  statements: PageStatements,
  { filter, time, cursor }: Parameters,
): readonly Part[] {
  const statement = connection.statement(statements.ofUnfinishedGroup);
  return connection
    .statement(statements.unfinishedGroups)
    .all({ ...filter })
    .map((row) => {
      const group = numberIn(row, "id");
      return { read: (limit) => statement.all({ ...time, ...cursor, group, limit }) };
    });
}

/** What is sorted anew on each reading is read once, as far as the page can need it. */
function sortedPart(connection: Connection, sql: string, parameters: Parameters, limit: number): Part {
  const { filter, time, cursor } = parameters;
  let rows: readonly Row[] | undefined;
  return {
    read: (count) => {
      rows ??= connection.statement(sql).all({ ...filter, ...time, ...cursor, limit });
      return rows.slice(0, count);
    },
  };
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
