/** Patterns as a table, or one below the other where the window is too narrow for one. */
import type { RegisteredPattern } from "../access/runtime-access.ts";
import { matchesText } from "./matches-text.ts";
import { plural } from "./number-text.ts";
import { oneLine, shorten } from "./safe-text.ts";
import { tableLines } from "./table.ts";
import type { OutputStream } from "./terminal.ts";
import { widthOf } from "./text-width.ts";
import { wrapWords } from "./wrap-words.ts";

interface Options {
  readonly hasAdvice: boolean;
  /** One pattern was asked for: all that is known of it is shown. */
  readonly isAlone: boolean;
}

const NAME_LENGTH_MAX = 60;
const TITLES = ["NAME", "VERSION", "STEPS", "SERVES"];
const COLUMNS_MAX = 100;

export function patternLines(
  rows: readonly RegisteredPattern[],
  options: Options,
  out: OutputStream,
): string[] {
  if (rows.length === 0) return [];
  const columns = out.isLive ? out.columns : Infinity;
  const table = tableOf(rows, out);
  const isNarrow = table.some((line) => widthOf(line) > columns);
  if (!isNarrow && !options.hasAdvice && !options.isAlone) return table;
  return rows.flatMap((row) => [
    out.paint("bold", oneLine(row.name)),
    ...detailsOf(row, options).flatMap((detail) => indented(detail, columns, out)),
  ]);
}

function tableOf(rows: readonly RegisteredPattern[], out: OutputStream): string[] {
  const head = TITLES.map((title) => out.paint("dim", title));
  const cells = rows.map(({ name, version, steps, matches }) => [
    shorten(oneLine(name), NAME_LENGTH_MAX),
    oneLine(version),
    String(steps),
    matchesText(matches),
  ]);
  return tableLines(head, cells, Infinity);
}

interface Detail {
  readonly text: string;
  readonly isAdvice?: boolean;
}

function detailsOf(row: RegisteredPattern, { hasAdvice, isAlone }: Options): Detail[] {
  const { version, kind, steps, matches, description, similar, lighter, advice } = row;
  const details: Detail[] = [];
  if (isAlone && description !== undefined) details.push({ text: description });
  if (isAlone || !hasAdvice) {
    details.push({ text: `${kind}, ${plural(steps, "step")}, version ${version}` });
    details.push({ text: `serves: ${matchesText(matches)}` });
  }
  if (isAlone && lighter.length > 0) details.push({ text: `lighter: ${lighter.join(", ")}` });
  if (isAlone && similar.length > 0) details.push({ text: `similar: ${similar.join(", ")}` });
  if (!hasAdvice && !isAlone) return details;
  for (const { code, path, message } of advice) {
    const where = path === "" ? "" : ` at ${path}`;
    details.push({ text: `${code}${where}: ${message}`, isAdvice: true });
  }
  return details;
}

function indented({ text, isAdvice = false }: Detail, columns: number, out: OutputStream): string[] {
  const width = Math.max(20, Math.min(columns, COLUMNS_MAX) - 4);
  return wrapWords(oneLine(text), width).map((line, index) => {
    const mark = isAdvice && index === 0 ? `${out.paint("yellow", "!")} ` : "  ";
    return `  ${isAdvice ? mark : ""}${line}`;
  });
}
