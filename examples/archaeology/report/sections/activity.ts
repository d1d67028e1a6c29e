/** Owns the section on activity: commits over time. */
import type { Excavation, HistorySummary } from "../../analysis/excavation.ts";
import { monthColumns } from "../charts/month-columns.ts";
import { shareBar } from "../charts/share-bar.ts";
import { markup, type Markup } from "../markup.ts";
import { count, countOf, isoDay } from "../numbers.ts";
import { empty, figure, type Section } from "../section.ts";
import { table } from "../table.ts";
import { withoutHistory } from "./hotspots.ts";

interface Year {
  readonly year: string;
  readonly commits: number;
  readonly activeMonths: number;
}

/** Commits by month and year. */
export function activitySection({ history }: Excavation): Section {
  const frame = { id: "activity", title: "Activity", status: "plain" } as const;
  if (history === undefined) {
    return {
      ...frame,
      lead: "Nothing is known about when this code was written.",
      body: withoutHistory("commits"),
    };
  }
  const { commits, commitsByMonth, firstAt, lastAt } = history;
  const busiest = commitsByMonth.reduce((most, month) => (month.commits > most.commits ? month : most), {
    month: "",
    commits: 0,
  });
  const peak =
    busiest.commits === 0 || busiest.commits === commits
      ? ""
      : `; the busiest month is ${busiest.month} with ${count(busiest.commits)}`;
  const cut = history.truncated
    ? " Older commits were left out, since only the newest part of a long history is read."
    : "";
  const [first, last] = [isoDay(firstAt), isoDay(lastAt)];
  const span = first === last ? `on ${first}` : `from ${first} to ${last}`;
  const lead = `${countOf(commits, "commit")} ${span}${peak}.${cut}`;
  return { ...frame, figure: count(commits), lead, body: body(history) };
}

function body({ commitsByMonth }: HistorySummary): Markup {
  if (commitsByMonth.length === 0) return empty("There is no plot, since the history holds no commits.");
  const rows = yearsOf(commitsByMonth).toReversed();
  const most = Math.max(1, ...rows.map(({ commits }) => commits));
  const years = table<Year>({
    label: "Commits by year",
    rows,
    shown: 6,
    columns: [
      { heading: "Year", kind: "word", cell: ({ year }) => year },
      {
        heading: "",
        kind: "bar",
        cell: (year) => shareBar([{ fill: "first", share: year.commits / most }], year.year),
      },
      { heading: "Commits", kind: "number", cell: ({ commits }) => count(commits) },
      { heading: "Active months", kind: "number", cell: ({ activeMonths }) => count(activeMonths) },
    ],
  });
  const plot =
    commitsByMonth.length < 3
      ? undefined
      : figure(monthColumns(commitsByMonth), "Commits over time; the table sums them by year.");
  return markup`${plot}${years}`;
}

function yearsOf(months: HistorySummary["commitsByMonth"]): Year[] {
  const groups = Map.groupBy(months, ({ month }) => month.slice(0, 4));
  return [...groups].map(([year, members]) => ({
    year,
    commits: members.reduce((sum, { commits }) => sum + commits, 0),
    activeMonths: members.filter(({ commits }) => commits > 0).length,
  }));
}
