/** Owns the section on duplicates. */
import type { DuplicateGroup, Excavation } from "../../analysis/excavation.ts";
import { allLines } from "../all-lines.ts";
import { markup, type Markup } from "../markup.ts";
import { count, countOf, percent, ratio } from "../numbers.ts";
import { pathText } from "../path-text.ts";
import { empty, type Section, type Status } from "../section.ts";
import { table } from "../table.ts";

const placesShown = 4;
/** Above this share of copied lines, copies are a habit rather than an accident. */
const watchShare = 0.05;

/** Passages that occur more than once. */
export function duplicatesSection(excavation: Excavation): Section {
  const { total, duplicatedLines, groups } = excavation.duplicates;
  const frame = { id: "duplicates", title: "Duplicates", figure: count(total) } as const;
  if (total === 0) {
    const body = empty("There are no groups to list: no longer passage occurs twice.");
    return { ...frame, status: "good", lead: "No copied passages were found.", body };
  }
  const lines = allLines(excavation);
  const share = ratio(duplicatedLines, lines.code + lines.comment);
  const status: Status = share > watchShare ? "watch" : "plain";
  const lead = `${countOf(total, "passage occurs", "passages occur")} more than once; ${countOf(duplicatedLines, "line")} (${percent(share)}) could go if each were kept once.`;
  const body = table<DuplicateGroup>({
    label: "Copied passages, longest first",
    rows: groups,
    shown: 10,
    total,
    columns: [
      { heading: "Lines", kind: "number", cell: ({ lines }) => count(lines) },
      { heading: "Copies", kind: "number", cell: ({ places }) => count(places.length) },
      { heading: "Places", kind: "path", cell: ({ places }) => placeList(places) },
    ],
  });
  return { ...frame, status, lead, body };
}

function placeList(places: DuplicateGroup["places"]): Markup {
  const lines = places.slice(0, placesShown).map(({ path, startLine, endLine }) => {
    return markup`<li>${pathText(path)}<span class="line">:${String(startLine)}–${String(endLine)}</span></li>`;
  });
  const rest = places.length - placesShown;
  return markup`<ul class="places">${lines}${rest > 0 ? markup`<li class="quiet">and ${count(rest)} more</li>` : undefined}</ul>`;
}
