/** Owns the columns of commits over time: by month while they fit, then by quarter or by year. */
import type { HistorySummary } from "../../analysis/excavation.ts";
import { markup, type Content, type Markup } from "../markup.ts";
import { axisCount, countOf } from "../numbers.ts";
import { inAllSizes, type Frame } from "./frame.ts";

type Months = HistorySummary["commitsByMonth"];

interface Column {
  readonly name: string;
  readonly year: string;
  readonly commits: number;
}

const columnWidthMin = 4;

/** The columns with a scale of years. */
export function monthColumns(months: Months): Markup {
  const label = `Columns of commits from ${months[0]?.month ?? ""} to ${months.at(-1)?.month ?? ""}; the table below sums them by year.`;
  return inAllSizes(label, { wide: 220, middle: 200, narrow: 180 }, (frame) => draw(months, frame));
}

function draw(months: Months, frame: Frame): Content {
  const left = 40;
  const [width, base] = [frame.width - left - 4, frame.height - 24];
  const columns = group(months, Math.floor(width / columnWidthMin));
  const top = roundUp(Math.max(1, ...columns.map(({ commits }) => commits)));
  const step = width / columns.length;
  const yOf = (commits: number): number => base - (commits / top) * (base - 14);
  const bars = columns.map(({ name, commits }, index) => {
    if (commits === 0) return undefined;
    const y = Math.min(yOf(commits), base - 1);
    const x = left + index * step;
    return markup`<rect class="first" x="${x + step * 0.1}" y="${y}" width="${Math.min(step * 0.8, 36)}" height="${base - y}"><title>${name}: ${countOf(commits, "commit")}</title></rect>\n`;
  });
  const lines = [top / 2, top].map((value) => {
    return markup`<path class="grid" d="M${left} ${yOf(value)}H${frame.width - 4}"/><text class="tick" x="${left - 6}" y="${yOf(value) + 4}" text-anchor="end">${axisCount(value)}</text>`;
  });
  return markup`${lines}
${bars}<path class="axis" d="M${left} ${base}H${frame.width - 4}"/>${yearLabels(columns, left, step, frame)}
<text class="axis-name" x="${left}" y="9">${unitOf(columns)}</text>`;
}

/** A label where a year starts, as many as fit. */
function yearLabels(columns: readonly Column[], left: number, step: number, frame: Frame): Markup[] {
  const y = frame.height - 8;
  let free = 0;
  return columns.flatMap(({ year }, index) => {
    const x = left + index * step;
    if (columns[index - 1]?.year === year || x < free || x + 30 > frame.width) return [];
    free = x + 40;
    return [
      markup`<path class="axis" d="M${x} ${y - 16}v4"/><text class="tick" x="${x}" y="${y}">${year}</text>`,
    ];
  });
}

function group(months: Months, columnsMax: number): Column[] {
  const names = [
    (month: string): string => month,
    (month: string): string => `${month.slice(0, 4)} Q${Math.ceil(Number(month.slice(5, 7)) / 3)}`,
    (month: string): string => month.slice(0, 4),
  ];
  const groupings = names.map((nameOf) => {
    const sums = new Map<string, number>();
    for (const { month, commits } of months)
      sums.set(nameOf(month), (sums.get(nameOf(month)) ?? 0) + commits);
    return [...sums].map(([name, commits]) => ({ name, year: name.slice(0, 4), commits }));
  });
  return groupings.find((columns) => columns.length <= columnsMax) ?? groupings.at(-1) ?? [];
}

function unitOf(columns: readonly Column[]): string {
  const name = columns[0]?.name ?? "";
  if (name.includes("Q")) return "commits per quarter";
  return name.length > 4 ? "commits per month" : "commits per year";
}

/** The next round number that has a round half. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const steps = power >= 10 ? [1, 1.2, 1.6, 2, 3, 4, 6, 8, 10] : [2, 4, 6, 8, 10];
  return (steps.find((step) => step * power >= value) ?? 10) * power;
}
