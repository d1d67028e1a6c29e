/** The candidates of a choice as a table, or one below the other where the window is too narrow for one. */
import { costText, percentText, rangeText } from "./believed-text.ts";
import { countText, plural } from "./number-text.ts";
import { oneLine, shorten } from "./safe-text.ts";
import { tableLines } from "./table.ts";
import type { OutputStream } from "./terminal.ts";
import { widthOf } from "./text-width.ts";
import { wrapWords } from "./wrap-words.ts";

export interface CandidateRow {
  readonly pattern: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly propensity: number;
  readonly reason: string;
  /** What it follows from, where that says more. */
  readonly because?: string | undefined;
  /** Of its own in the domain; undefined where that was not kept. */
  readonly outcomes: number | undefined;
  /** Median cost of its runs in dollars, where that is known. */
  readonly costUsd?: number | undefined;
  /** What to bear in mind; empty where there is nothing. */
  readonly caution: string;
}

const NAME_LENGTH_MAX = 60;

const WORDS: ReadonlyMap<string, string> = new Map([
  ["chosen", "chosen"],
  ["allowed", "allowed"],
  ["known-poor", "known to do poorly"],
  ["fits-less", "another fits better"],
  ["missing-grant", "not allowed: a grant is missing"],
  ["has-failed", "has failed for this task"],
  ["more-steps", "has more steps"],
  ["paused", "paused"],
  ["breaker-open", "not allowed: an agent that it needs keeps failing"],
  ["no-room", "the machine is too busy"],
]);

export function reasonText(reason: string): string {
  return WORDS.get(reason) ?? oneLine(reason);
}

export function candidateLines(rows: readonly CandidateRow[], out: OutputStream): string[] {
  if (rows.length === 0) return [];
  const columns = out.isLive ? out.columns : Infinity;
  const table = tableOf(rows, out);
  if (!table.some((line) => widthOf(line) > columns)) return table;
  return rows.flatMap((row) => cardOf(row, columns, out));
}

function tableOf(rows: readonly CandidateRow[], { paint }: OutputStream): string[] {
  const hasOutcomes = rows.some(({ outcomes }) => outcomes !== undefined);
  const hasCosts = rows.some(({ costUsd }) => costUsd !== undefined);
  const titles = ["PATTERN", "SUCCESS", "95 %"];
  if (hasOutcomes) titles.push("OUTCOMES");
  if (hasCosts) titles.push("COST");
  titles.push("CHANCE", "WHY");
  const cells = rows.map((row) => [
    shorten(oneLine(row.pattern), NAME_LENGTH_MAX),
    percentText(row.mean),
    rangeText(row),
    ...(hasOutcomes ? [countText(row.outcomes ?? 0)] : []),
    ...(hasCosts ? [costText(row.costUsd)] : []),
    chanceText(row.propensity),
    whyText(row),
  ]);
  return tableLines(
    titles.map((title) => paint("dim", title)),
    cells,
    Infinity,
  );
}

function cardOf(row: CandidateRow, columns: number, { paint }: OutputStream): string[] {
  const outcomes = row.outcomes === undefined ? "" : `, ${plural(Math.round(row.outcomes), "outcome")}`;
  const details = [
    `${percentText(row.mean)} (${rangeText(row)}${outcomes}${row.costUsd === undefined ? "" : `, ${costText(row.costUsd)} a run`})`,
    `chance ${chanceText(row.propensity)}; ${whyText(row)}`,
  ];
  const width = Math.max(20, columns - 2);
  return [
    paint("bold", oneLine(row.pattern)),
    ...details.flatMap((detail) => wrapWords(detail, width).map((line) => `  ${line}`)),
  ];
}

function whyText({ reason, because, caution }: CandidateRow): string {
  const why = because === undefined ? reasonText(reason) : `not allowed: ${oneLine(because)}`;
  return caution === "" ? why : `${why}; ${caution}`;
}

/** A small chance is not none. */
function chanceText(propensity: number): string {
  return propensity > 0 && propensity < 0.005 ? "< 1 %" : percentText(propensity);
}
