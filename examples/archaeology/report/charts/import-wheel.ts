/**
 * Owns the wheel of imports: the most connected files on a ring, grouped by folder, a curve for each import. Imports
 * inside a circle of files are drawn stronger.
 */
import type { GraphSummary } from "../../analysis/excavation.ts";
import { neutralise, shortenMiddle } from "../escape.ts";
import { markup, type Content, type Markup } from "../markup.ts";
import { countOf } from "../numbers.ts";
import { fullText } from "../path-text.ts";
import { characterWidth, inAllSizes, type Frame } from "./frame.ts";

interface Spoke {
  readonly path: string;
  readonly folder: string;
  readonly angle: number;
}

const filesNamedMax = 40;
const radii = { wide: 236, middle: 180, narrow: 116 } as const;
/** Above this many imports, each is drawn fainter. */
const clearEdgesMax = 150;

interface Wheel {
  readonly frame: Frame;
  readonly radius: number;
}

/** The wheel; needs at least two files. */
export function importWheel({ drawing, cycles }: GraphSummary): Markup {
  const circleOf = new Map(cycles.flatMap(({ files }, index) => files.map((file) => [file, index] as const)));
  const label = `Wheel of the ${countOf(drawing.paths.length, "most connected file")} with ${countOf(drawing.edges.length, "import")} among them, grouped by folder.`;
  const spokes = arrange(drawing.paths);
  return inAllSizes(label, { wide: 540, middle: 440, narrow: 290 }, (frame) => {
    const wheel = { frame, radius: radii[frame.size] };
    const isCircular = (from: string, to: string): boolean => {
      const circle = circleOf.get(from);
      return circle !== undefined && circle === circleOf.get(to);
    };
    return markup`${curves(drawing, spokes, wheel, isCircular)}${dots(spokes, wheel)}${names(spokes, wheel)}`;
  });
}

/** Files in path order around the ring, a gap where the folder changes. */
function arrange(paths: readonly string[]): Map<string, Spoke> {
  const sorted = paths.toSorted((left, right) => (left < right ? -1 : left > right ? 1 : 0));
  const shared = sharedFolders(sorted);
  const named = sorted.map((path) => ({ path, folder: folderOf(path, shared) }));
  const gap = 1.5;
  const changes = named.filter(({ folder }, index) => named[index - 1]?.folder !== folder).length;
  const slots = named.length + changes * gap;
  let slot = 0;
  return new Map(
    named.map(({ path, folder }, index) => {
      if (index > 0 && named[index - 1]?.folder !== folder) slot += gap;
      const angle = (slot / slots) * 2 * Math.PI - Math.PI / 2;
      slot += 1;
      return [path, { path, folder, angle }];
    }),
  );
}

function curves(
  { paths, edges }: GraphSummary["drawing"],
  spokes: ReadonlyMap<string, Spoke>,
  wheel: Wheel,
  isCircular: (from: string, to: string) => boolean,
): Markup {
  const plain: Markup[] = [];
  const circular: Markup[] = [];
  for (const [from, to] of edges) {
    const [source, target] = [spokes.get(paths[from] ?? ""), spokes.get(paths[to] ?? "")];
    if (source === undefined || target === undefined || source === target) continue;
    const [start, end] = [
      pointAt(source.angle, wheel.radius, wheel),
      pointAt(target.angle, wheel.radius, wheel),
    ];
    // The control point nears the middle the farther apart the files are.
    const apart = Math.abs(Math.sin((source.angle - target.angle) / 2));
    const between = Math.atan2(
      Math.sin(source.angle) + Math.sin(target.angle),
      Math.cos(source.angle) + Math.cos(target.angle),
    );
    const bend = pointAt(between, wheel.radius * (1 - apart) * 0.75, wheel);
    const way = markup`M${start.x} ${start.y}Q${bend.x} ${bend.y} ${end.x} ${end.y}`;
    (isCircular(source.path, target.path) ? circular : plain).push(way);
  }
  return markup`<path class="${edges.length > clearEdgesMax ? "import faint" : "import"}" d="${plain}"/>
<path class="circular" d="${circular}"/>
`;
}

function dots(spokes: ReadonlyMap<string, Spoke>, wheel: Wheel): Markup[] {
  return [...spokes.values()].map(({ path, angle }) => {
    const { x, y } = pointAt(angle, wheel.radius, wheel);
    return markup`<circle class="spoke" cx="${x}" cy="${y}" r="${wheel.frame.size === "narrow" ? 2 : 3}"><title>${fullText(path)}</title></circle>\n`;
  });
}

/** Names outside the ring, beside the middle of what they name, left out where they would touch. */
function names(spokes: ReadonlyMap<string, Spoke>, wheel: Wheel): Content {
  const groups = labelled(spokes);
  const lastY: Record<"left" | "right", number[]> = { left: [], right: [] };
  const largestFirst = [...groups].toSorted(([, left], [, right]) => right.length - left.length);
  return largestFirst.map(([folder, members]) => {
    const angle = ((members[0]?.angle ?? 0) + (members.at(-1)?.angle ?? 0)) / 2;
    const { x, y } = pointAt(angle, wheel.radius + 10, wheel);
    const side = Math.cos(angle) >= 0 ? "right" : "left";
    if (lastY[side].some((other) => Math.abs(other - y) < 14)) return undefined;
    const room = Math.floor((side === "right" ? wheel.frame.width - x : x) / characterWidth);
    if (room < 5) return undefined;
    lastY[side].push(y);
    const shown = shortenMiddle(neutralise(folder), Math.min(room, 48));
    return markup`<text class="name" x="${x}" y="${y + 4}" text-anchor="${side === "right" ? "start" : "end"}">${shown}</text>\n`;
  });
}

/** What gets a name: each file while they are few, else each folder. */
function labelled(spokes: ReadonlyMap<string, Spoke>): Map<string, Spoke[]> {
  if (spokes.size > filesNamedMax) return Map.groupBy(spokes.values(), ({ folder }) => folder);
  return Map.groupBy(spokes.values(), ({ path }) => path.slice(path.lastIndexOf("/") + 1));
}

function pointAt(
  angle: number,
  radius: number,
  { frame }: Wheel,
): { readonly x: number; readonly y: number } {
  return { x: frame.width / 2 + radius * Math.cos(angle), y: frame.height / 2 + radius * Math.sin(angle) };
}

/** Number of leading folders all paths share. */
function sharedFolders(sorted: readonly string[]): number {
  const first = (sorted[0] ?? "").split("/").slice(0, -1);
  const last = (sorted.at(-1) ?? "").split("/").slice(0, -1);
  const differs = first.findIndex((folder, index) => folder !== last[index]);
  return differs < 0 ? first.length : differs;
}

/** Up to two folders below the shared ones. */
function folderOf(path: string, shared: number): string {
  const below = path
    .split("/")
    .slice(0, -1)
    .slice(shared, shared + 2);
  return below.length === 0 ? "./" : `${below.join("/")}/`;
}
