/** Owns the section on hotspots: files that are complex and change often. */
import type { Excavation, Hotspot } from "../../analysis/excavation.ts";
import { hotspotScatter } from "../charts/hotspot-scatter.ts";
import { shareBar } from "../charts/share-bar.ts";
import { markup, type Markup } from "../markup.ts";
import { count, countOf } from "../numbers.ts";
import { nameText, pathText } from "../path-text.ts";
import { empty, figure, type Section } from "../section.ts";
import { table, type Column } from "../table.ts";

/** The hottest files; by complexity alone when there is no history. */
export function hotspotsSection({ hotspots }: Excavation): Section {
  const { basis, places } = hotspots;
  const frame = { id: "hotspots", title: "Hotspots", status: "plain" } as const;
  if (places.length === 0) {
    const lead = "No file stands out: none in a known language has code.";
    return { ...frame, lead, body: empty("There is nothing to rank.") };
  }
  if (basis === "complexity") {
    const lead =
      "Ranked by complexity alone: there is no git history that tells how often a file changes, and a complex file that never changes costs little.";
    return { ...frame, lead, body: markup`${howToGetHistory()}${hotspotTable(places, complexityColumns)}` };
  }
  const hot = places.filter(({ score }) => score >= 0.5).length;
  const lead = `Files that are complex and change often are where mistakes are made and where tidying pays first. ${countOf(hot, "file scores", "files score")} at least half as high as the hottest.`;
  const plot =
    places.length < 3
      ? undefined
      : figure(
          hotspotScatter(places),
          "Both axes are logarithmic. Larger, filled marks are hotter; the upper right corner is where to begin.",
        );
  return { ...frame, lead, body: markup`${plot}${hotspotTable(places, churnColumns)}` };
}

/** Said in the sections that show nothing but history. */
export function withoutHistory(what: string): Markup {
  return empty(
    markup`There are no ${what} to show, since no git history was found; see <a href="#hotspots">Hotspots</a> for how to get it.`,
  );
}

function howToGetHistory(): Markup {
  return empty(
    markup`No git history was found. Study a working tree that has one: clone it in full (<code>git clone</code> without <code>--depth</code>, or <code>git fetch --unshallow</code> in a shallow clone) and run the study again.`,
  );
}

const path: Column<Hotspot> = { heading: "File", kind: "path", cell: ({ path }) => pathText(path) };
const score: Column<Hotspot> = {
  heading: "Score",
  kind: "bar",
  cell: ({ score }) => shareBar([{ fill: "first", share: score }], `score ${score.toFixed(2)} of 1`),
};
const complexity: Column<Hotspot> = {
  heading: "Complexity",
  kind: "number",
  cell: ({ complexity }) => count(complexity),
};
const code: Column<Hotspot> = { heading: "Code", kind: "number", cell: ({ code }) => count(code) };
const language: Column<Hotspot> = {
  heading: "Language",
  kind: "word",
  cell: ({ language }) => nameText(language, 24),
};
const complexityColumns = [path, score, complexity, code, language];
const churnColumns: readonly Column<Hotspot>[] = [
  path,
  score,
  { heading: "Commits", kind: "number", cell: ({ commits }) => count(commits) },
  { heading: "Changed lines", kind: "number", cell: ({ churn }) => count(churn) },
  complexity,
  code,
  language,
];

function hotspotTable(rows: readonly Hotspot[], columns: readonly Column<Hotspot>[]): Markup {
  return table({ label: "Hotspots, hottest first", rows, columns, shown: 10 });
}
