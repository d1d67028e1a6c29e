/** What was learned of patterns as a table, or one below the other where the window is too narrow for one. */
import type { Believed } from "../access/runtime-access.ts";
import { cautionText, costText, percentText, rangeText } from "./believed-text.ts";
import { durationText } from "./duration.ts";
import { countText, plural } from "./number-text.ts";
import { oneLine, shorten } from "./safe-text.ts";
import { tableLines } from "./table.ts";
import type { OutputStream } from "./terminal.ts";
import { widthOf } from "./text-width.ts";
import { wrapWords } from "./wrap-words.ts";

const NAME_LENGTH_MAX = 60;
/** Durations and costs are the pattern's, over all domains. */
const TITLES = ["PATTERN", "DOMAIN", "SUCCESS", "95 %", "OUTCOMES", "MEDIAN", "P95"];

export function confidenceLines(rows: readonly Believed[], out: OutputStream): string[] {
  if (rows.length === 0) return [];
  const columns = out.isLive ? out.columns : Infinity;
  const table = tableOf(rows, out);
  if (!table.some((line) => widthOf(line) > columns)) return table;
  return rows.flatMap((row) => cardOf(row, columns, out));
}

function tableOf(rows: readonly Believed[], { paint }: OutputStream): string[] {
  const hasCosts = rows.some(({ posterior }) => posterior.cost !== undefined);
  const cells = rows.map(({ pattern, domain, posterior }) => [
    shorten(oneLine(pattern), NAME_LENGTH_MAX),
    shorten(oneLine(domain), NAME_LENGTH_MAX),
    percentText(posterior.mean),
    rangeText(posterior),
    countText(posterior.evidence),
    timeText(posterior.durationMs?.median),
    timeText(posterior.durationMs?.p95),
    ...(hasCosts ? [costText(posterior.cost?.median)] : []),
    paint("yellow", cautionText(posterior)),
  ]);
  return tableLines(
    [...TITLES, ...(hasCosts ? ["COST"] : []), ""].map((title) => paint("dim", title)),
    cells,
    Infinity,
  );
}

function cardOf({ pattern, domain, posterior }: Believed, columns: number, out: OutputStream): string[] {
  const { durationMs, cost } = posterior;
  const caution = cautionText(posterior);
  const details = [
    `${percentText(posterior.mean)} (${rangeText(posterior)}, ${plural(Math.round(posterior.evidence), "outcome")})${caution === "" ? "" : `: ${caution}`}`,
    ...(durationMs
      ? [`median ${durationText(durationMs.median)}, 95 % within ${durationText(durationMs.p95)}`]
      : []),
    ...(cost ? [`${costText(cost.median)} a run`] : []),
  ];
  const width = Math.max(20, columns - 2);
  return [
    out.paint("bold", `${oneLine(pattern)} in ${oneLine(domain)}`),
    ...details.flatMap((detail) => wrapWords(detail, width).map((line) => `  ${line}`)),
  ];
}

function timeText(ms: number | undefined): string {
  return ms === undefined ? "" : durationText(ms);
}
