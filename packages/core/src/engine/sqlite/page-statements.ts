/**
 * The SQL behind pages of runs. Every statement takes its parameters by name: `pattern`, `domain`, `states` and
 * `outcomes` (JSON lists) where not NULL, `startedFrom` and `startedBefore`, the cursor as `value` and `key`, `limit`.
 */
import { CONTROLS } from "../../delegation/controls.ts";
import type { RunQuery } from "../engine.ts";

export type Sort = NonNullable<RunQuery["sort"]>;

/** The end and the duration of a run that has not ended. */
const NEVER = Number.MAX_SAFE_INTEGER;

export interface PageStatements {
  /** The first entry of each group that fits, in the page's order, with the group's `id`. */
  readonly firsts: string;
  /** The entries of one `group`. */
  readonly ofGroup: string;
  readonly unfinishedGroups: string;
  readonly ofUnfinishedGroup: string;
  /** All that fit, looked up by start and sorted. */
  readonly narrow: string;
  /** The runs of one domain that has no groups of its own, sorted. */
  readonly rare: string;
  /** How many of those that fit started in time; counts no further than `limit`. */
  readonly countStarted: string;
}

const COLUMNS = { started: "started_at", ended: "ended_at", duration: "duration" } as const;

/** What the text of the statements depends on. */
export interface PageKind {
  readonly sort: Sort;
  readonly descending: boolean;
  /** The query names a domain. */
  readonly byDomain: boolean;
  /** The query bounds the start. */
  readonly timed: boolean;
}

const known = new Map<string, PageStatements>();

export function pageStatements(kind: PageKind): PageStatements {
  const name = `${kind.sort} ${kind.descending} ${kind.byDomain} ${kind.timed}`;
  const before = known.get(name);
  if (before) return before;
  const made = makeStatements(kind);
  known.set(name, made);
  return made;
}

function makeStatements(kind: PageKind): PageStatements {
  const { sort, descending, byDomain } = kind;
  const column = COLUMNS[sort];
  const direction = descending ? "DESC" : "ASC";
  const beyond = descending ? "<" : ">";
  const ended = sort === "started" ? "" : "AND ended_at IS NOT NULL";
  const inTime = "started_at >= :startedFrom AND started_at < :startedBefore";
  // By start, the cursor lies within the time asked for and is the tighter bound; the plus keeps the index to it.
  const withinTime =
    sort === "started"
      ? `${descending ? "" : "+"}started_at >= :startedFrom AND ${descending ? "+" : ""}started_at < :startedBefore`
      : inTime;
  // The value alone is where the walk through the index begins; the pair decides between equals.
  const afterCursor = (group: string): string =>
    `${column} ${beyond}= ${sort === "ended" && kind.timed ? endBound(descending, group) : ":value"}
        AND (${column}, key) ${beyond} (:value, :key)`;
  const sorted = `runs INDEXED BY runs_by_${sort}`;
  const order = `ORDER BY ${column} ${direction}, key ${direction}`;
  const groups = `run_groups AS g ${byDomain ? "INDEXED BY run_groups_by_domain" : ""}`;
  // Spares walking through groups that started before or after; by start, the walk begins where the time does.
  const hasSome =
    sort === "started" || !kind.timed
      ? ""
      : `AND EXISTS (SELECT 1 FROM runs INDEXED BY runs_by_started WHERE group_id = g.id AND ${inTime})`;
  const fitting = fittingGroups(byDomain, sort === "started" ? "" : "AND g.state = 'ended'");
  return {
    // The values of all groups are looked up in the index alone; only where they decide are keys looked up as well.
    firsts: `
      WITH firsts AS MATERIALIZED (
        SELECT g.id, (
          SELECT ${column} FROM ${sorted}
          WHERE group_id = g.id AND ${afterCursor("g.id")} AND ${withinTime} ${ended} ${order} LIMIT 1) AS value
        FROM ${groups} WHERE ${fitting} ${hasSome})
      SELECT id, value, (
        SELECT key FROM ${sorted}
        WHERE group_id = firsts.id AND ${afterCursor("firsts.id")} AND ${withinTime} ${ended} ${order} LIMIT 1) AS key
      FROM firsts
      WHERE value ${descending ? ">=" : "<="} coalesce(
        (SELECT value FROM firsts WHERE value IS NOT NULL ORDER BY value ${direction} LIMIT 1 OFFSET :limit - 1),
        ${descending ? "-9e999" : "9e999"})
      ORDER BY value ${direction}, key ${direction} LIMIT :limit`,
    ofGroup: `
      SELECT key, ${column} AS value FROM ${sorted}
      WHERE group_id = :group AND ${afterCursor(":group")} AND ${withinTime} ${ended} ${order} LIMIT :limit`,
    unfinishedGroups: `
      SELECT id FROM ${groups} WHERE ${fittingGroups(byDomain, "AND g.state <> 'ended'")} AND EXISTS (
        SELECT 1 FROM runs INDEXED BY runs_unfinished WHERE group_id = g.id AND ended_at IS NULL)`,
    ofUnfinishedGroup: `
      SELECT key, ${NEVER} AS value FROM runs INDEXED BY runs_unfinished
      WHERE group_id = :group AND ended_at IS NULL AND (${NEVER}, key) ${beyond} (:value, :key) AND ${inTime}
      ORDER BY key ${direction} LIMIT :limit`,
    narrow: `
      SELECT key, ${column} AS value FROM ${groups} CROSS JOIN runs INDEXED BY runs_by_started
      WHERE ${fitting} AND group_id = g.id AND ${inTime} AND (${column}, key) ${beyond} (:value, :key) ${ended}
      ${order} LIMIT :limit`,
    rare: `
      SELECT key, coalesce(${column}, ${NEVER}) AS value
      FROM runs INDEXED BY runs_by_rare_domain CROSS JOIN run_groups AS g
      WHERE rare_domain = :domain AND g.id = group_id AND ${fittingState} AND ${inTime}
        AND (coalesce(${column}, ${NEVER}), key) ${beyond} (:value, :key)
      ORDER BY value ${direction}, key ${direction} LIMIT :limit`,
    countStarted: `
      SELECT count(*) AS count FROM (
        SELECT 1 FROM ${groups} CROSS JOIN runs INDEXED BY runs_by_started
        WHERE ${fitting} AND group_id = g.id AND ${inTime} LIMIT :limit)`,
  };
}

/** What started in time ended not before it, and not later than the longest of the group after it. */
function endBound(descending: boolean, group: string): string {
  if (!descending) return "max(:value, :startedFrom)";
  // A cursor within the time is the tighter bound.
  return `CASE WHEN :value <= :startedBefore THEN :value ELSE min(:value, :startedBefore + coalesce((
          SELECT duration FROM runs INDEXED BY runs_by_duration
          WHERE group_id = ${group} AND ended_at IS NOT NULL ORDER BY duration DESC LIMIT 1), 0)) END`;
}

const fittingState = `g.pattern <> '${CONTROLS}' AND (:pattern IS NULL OR g.pattern = :pattern)
  AND (:states IS NULL OR g.state IN (SELECT value FROM json_each(:states)))
  AND (:outcomes IS NULL OR g.outcome IN (SELECT value FROM json_each(:outcomes)))`;

/** Runs of a rare domain are in groups without one, which say nothing of it. */
function fittingGroups(byDomain: boolean, more: string): string {
  return `${byDomain ? "g.domain = :domain" : ":domain IS NULL"} AND ${fittingState} ${more}`;
}
