/** Owns the small diagram of one circle of files: numbered nodes on a ring, an arrow for each import. */
import { markup, type Markup } from "../markup.ts";
import { countOf } from "../numbers.ts";
import { fullText } from "../path-text.ts";
import { svg } from "./frame.ts";

const size = 250;
const nodeRadius = 12;

/** The numbers are those of the list beside the diagram. Edges are index pairs `[from, to]`. */
export function cycleDiagram(
  files: readonly string[],
  edges: readonly (readonly [number, number])[],
): Markup {
  const label = `Diagram of ${countOf(files.length, "file")} with ${countOf(edges.length, "import")} among them.`;
  const points = files.map((_, index) => pointOn(index, files.length));
  const both = new Set(edges.map(([from, to]) => `${from} ${to}`));
  const arrows = edges.map(([from, to]) => {
    const [start, end] = [points[from], points[to]];
    if (start === undefined || end === undefined) return undefined;
    return arrow(start, end, both.has(`${to} ${from}`));
  });
  const nodes = files.map((file, index) => {
    const { x, y } = points[index] ?? { x: 0, y: 0 };
    return markup`<g><title>${fullText(file)}</title><circle class="node" cx="${x}" cy="${y}" r="${nodeRadius}"/><text class="number" x="${x}" y="${y + 4}" text-anchor="middle">${index + 1}</text></g>\n`;
  });
  return svg(label, { width: size, height: size }, "ring", markup`${arrows}${nodes}`);
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function pointOn(index: number, total: number): Point {
  const angle = (index / total) * 2 * Math.PI - Math.PI / 2;
  const radius = size / 2 - nodeRadius - 4;
  return { x: size / 2 + radius * Math.cos(angle), y: size / 2 + radius * Math.sin(angle) };
}

/** A line from rim to rim with a head; bent when there is one the other way, so that both are seen. */
function arrow(start: Point, end: Point, bent: boolean): Markup {
  const length = Math.hypot(end.x - start.x, end.y - start.y);
  const [dx, dy] = [(end.x - start.x) / length, (end.y - start.y) / length];
  const bow = bent ? Math.min(26, length * 0.16) : 0;
  const middle = { x: (start.x + end.x) / 2 - dy * bow, y: (start.y + end.y) / 2 + dx * bow };
  const from = towards(start, middle, nodeRadius + 1);
  const tip = towards(end, middle, nodeRadius + 2);
  const neck = towards(end, middle, nodeRadius + 10);
  const [sx, sy] = [(tip.y - neck.y) / 2, (neck.x - tip.x) / 2];
  return markup`<path class="arrow" d="M${from.x} ${from.y}Q${middle.x} ${middle.y} ${neck.x} ${neck.y}"/><path class="head" d="M${tip.x} ${tip.y}L${neck.x + sx} ${neck.y + sy}L${neck.x - sx} ${neck.y - sy}z"/>\n`;
}

function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.max(0.01, Math.hypot(to.x - from.x, to.y - from.y));
  return {
    x: from.x + ((to.x - from.x) / length) * distance,
    y: from.y + ((to.y - from.y) / length) * distance,
  };
}
