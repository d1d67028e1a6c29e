/**
 * Owns the treemap of folders: area is code, shade is how often a line of code was touched by a commit. Two levels:
 * a top folder is a titled frame around its own folders.
 */
import type { FolderTotal } from "../../analysis/excavation.ts";
import { neutralise, shortenEnd } from "../escape.ts";
import { markup, type Markup } from "../markup.ts";
import { count, countOf } from "../numbers.ts";
import { fullText } from "../path-text.ts";
import { folderAreas, type FolderArea } from "./folder-tree.ts";
import { characterWidth, inBothSizes, type Box } from "./frame.ts";
import { squarify } from "./squarify.ts";

const titleHeight = 17;
export const shades = 5;

/** The treemap, or nothing when there would be a single area. */
export function treemap(folders: readonly FolderTotal[], hasHistory: boolean): Markup | undefined {
  const areas = folderAreas(folders);
  const leaves = areas.flatMap((area) => (area.inside.length > 0 ? area.inside : [area]));
  if (leaves.length < 2) return undefined;
  const shadeOf = hasHistory ? shadeByRank(leaves) : (): number => 1;
  const label = `Treemap of ${countOf(leaves.length, "folder")} by lines of code; the table below lists them.`;
  return inBothSizes(label, { wide: 440, narrow: 420 }, ({ width, height }) => {
    const placed = squarify(areas, ({ code }) => code, { x: 0, y: 0, width, height });
    return placed.map(({ item, box }) => drawTop(item, box, shadeOf));
  });
}

function drawTop(area: FolderArea, box: Box, shadeOf: (area: FolderArea) => number): Markup {
  // Too small for a title: its folders would be crumbs as well.
  if (area.inside.length === 0 || box.width < 44 || box.height < 40) return drawLeaf(area, box, shadeOf);
  const inner = {
    x: box.x + 3,
    y: box.y + titleHeight,
    width: box.width - 6,
    height: box.height - titleHeight - 3,
  };
  const leaves = squarify(area.inside, ({ code }) => code, inner);
  return markup`<g><title>${hover(area)}</title><rect class="frame" ${edges(box)}/>${text(`${area.name}/`, box, "title")}</g>
${leaves.map(({ item, box }) => drawLeaf(item, box, shadeOf))}`;
}

function drawLeaf(area: FolderArea, box: Box, shadeOf: (area: FolderArea) => number): Markup {
  const shade = shadeOf(area);
  return markup`<g><title>${hover(area)}</title><rect class="heat${String(shade)}" ${edges(box)}/>${text(area.name, box, "name")}</g>
`;
}

function text(words: string, box: Box, name: string): Markup | undefined {
  const room = Math.floor((box.width - 8) / characterWidth);
  if (room < 4 || box.height < 16) return undefined;
  const shown = shortenEnd(neutralise(words), room);
  return markup`<text class="${name}" x="${box.x + 5}" y="${box.y + 12.5}">${shown}</text>`;
}

/** Rectangle attributes with a hair of paper around. */
function edges({ x, y, width, height }: Box): Markup {
  return markup`x="${x + 0.5}" y="${y + 0.5}" width="${Math.max(0.5, width - 1)}" height="${Math.max(0.5, height - 1)}"`;
}

function hover({ path, name, code, files, changes }: FolderArea): string {
  const place = name.includes(" ") ? `${path}: ${name}` : path;
  const rate = `${countOf(changes, "change")}, ${count(perThousand(changes, code))} per 1000 lines`;
  const changed = changes > 0 ? `, ${rate}` : "";
  return `${fullText(place)}: ${countOf(code, "line")} of code, ${countOf(files, "file")}${changed}`;
}

/** Shades by rank, so that one lively folder does not make all others look alike. */
function shadeByRank(leaves: readonly FolderArea[]): (area: FolderArea) => number {
  const rates = leaves
    .map(({ changes, code }) => perThousand(changes, code))
    .toSorted((left, right) => left - right);
  return ({ changes, code }) => {
    const rate = perThousand(changes, code);
    const below = rates.filter((other) => other < rate).length;
    return Math.min(shades - 1, Math.floor((below / Math.max(1, rates.length)) * shades));
  };
}

function perThousand(changes: number, code: number): number {
  return code > 0 ? (changes / code) * 1000 : 0;
}
