/**
 * Owns the treemap of folders: area is code, hue is the language with the most code, which the area names as well
 * where it has room. Two levels: a top folder is a titled frame around its own folders.
 */
import type { FolderTotal } from "../../analysis/excavation.ts";
import { neutralise, shortenEnd } from "../escape.ts";
import { markup, type Markup } from "../markup.ts";
import { countOf } from "../numbers.ts";
import { fullText, nameText } from "../path-text.ts";
import { folderAreas, type FolderArea } from "./folder-tree.ts";
import { characterWidth, inAllSizes, type Box } from "./frame.ts";
import { languageHues, type LanguageHues } from "./language-hues.ts";
import { squarify } from "./squarify.ts";

const titleHeight = 17;

/** The treemap and the key to its hues, or nothing when there would be a single area. */
export function treemap(
  folders: readonly FolderTotal[],
): { readonly plot: Markup; readonly legend: Markup } | undefined {
  const areas = folderAreas(folders);
  const leaves = areas.flatMap((area) => (area.inside.length > 0 ? area.inside : [area]));
  if (leaves.length < 2) return undefined;
  const hues = languageHues(leaves);
  const label = `Treemap of ${countOf(leaves.length, "folder")} by lines of code; the table below lists them.`;
  const plot = inAllSizes(label, { wide: 440, middle: 420, narrow: 420 }, ({ width, height }) => {
    const placed = squarify(areas, ({ code }) => code, { x: 0, y: 0, width, height });
    return placed.map(({ item, box }) => drawTop(item, box, hues));
  });
  return { plot, legend: legend(hues) };
}

function legend({ named, hasOthers }: LanguageHues): Markup {
  const keys = named.map(
    ({ language, hue }) => markup`<span class="key"><i class="${hue}"></i>${nameText(language, 32)}</span> `,
  );
  const others = hasOthers ? markup`<span class="key"><i class="neutral"></i>other</span>` : undefined;
  return markup`<p class="legend keys" aria-hidden="true">${keys}${others}</p>\n`;
}

function drawTop(area: FolderArea, box: Box, hues: LanguageHues): Markup {
  // Too small for a title: its folders would be crumbs as well.
  if (area.inside.length === 0 || box.width < 44 || box.height < 40) return drawLeaf(area, box, hues);
  const inner = {
    x: box.x + 3,
    y: box.y + titleHeight,
    width: box.width - 6,
    height: box.height - titleHeight - 3,
  };
  const leaves = squarify(area.inside, ({ code }) => code, inner);
  return markup`<g><title>${hover(area)}</title><rect class="frame" ${edges(box)}/>${text(`${area.name}/`, box, "title")}</g>
${leaves.map(({ item, box }) => drawLeaf(item, box, hues))}`;
}

function drawLeaf(area: FolderArea, box: Box, hues: LanguageHues): Markup {
  const language = area.language ?? "";
  const isNamed = language.length <= roomIn(box);
  return markup`<g><title>${hover(area)}</title><rect class="${hues.of(area)}" ${edges(box)}/>${text(area.name, box, "name")}${isNamed ? text(language, box, "language", 1) : undefined}</g>
`;
}

/** Words on the first or second line of a box, as far as they fit; nothing where hardly any would. */
function text(words: string, box: Box, name: string, line = 0): Markup | undefined {
  const room = roomIn(box);
  if (words === "" || room < 4 || box.height < 16 + 14 * line) return undefined;
  const shown = shortenEnd(neutralise(words), room);
  return markup`<text class="${name}" x="${box.x + 5}" y="${box.y + 12.5 + 13.5 * line}">${shown}</text>`;
}

/** Characters that fit on a line. */
function roomIn({ width }: Box): number {
  return Math.floor((width - 8) / characterWidth);
}

/** Rectangle attributes with a hair of paper around. */
function edges({ x, y, width, height }: Box): Markup {
  return markup`x="${x + 0.5}" y="${y + 0.5}" width="${Math.max(0.5, width - 1)}" height="${Math.max(0.5, height - 1)}"`;
}

function hover({ path, name, code, files, changes, language }: FolderArea): string {
  const place = name.includes(" ") ? `${path}: ${name}` : path;
  const most = language === null ? "" : `, most of it ${neutralise(language)}`;
  const changed = changes > 0 ? `, ${countOf(changes, "change")}` : "";
  return `${fullText(place)}: ${countOf(code, "line")} of code${most}, ${countOf(files, "file")}${changed}`;
}
