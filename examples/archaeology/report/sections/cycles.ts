/** Owns the part on import circles: the largest drawn, all listed. */
import type { GraphSummary } from "../../analysis/excavation.ts";
import { cycleDiagram } from "../charts/cycle-diagram.ts";
import { edgesAmong, importRing } from "../charts/import-ring.ts";
import { markup, type Markup } from "../markup.ts";
import { count, countOf } from "../numbers.ts";
import { pathText } from "../path-text.ts";
import { empty, figure, part } from "../section.ts";
import { notListed } from "../table.ts";

const ringShown = 8;
const filesShown = 6;
const drawnMax = 12;
const circlesShown = 8;

/** The circles, largest first. */
export function cyclesPart(graph: GraphSummary): Markup {
  const { cycles, cyclesTotal } = graph;
  if (cyclesTotal === 0) {
    return part("Import circles", empty("None: no file leads back to itself through its imports."));
  }
  const items = cycles.map((cycle) => markup`<li>${circleText(cycle.files, graph)}</li>\n`);
  const cut = items.length <= circlesShown + 2 ? items.length : circlesShown;
  const rest = items.slice(cut);
  const more =
    rest.length === 0
      ? undefined
      : markup`<details><summary>${count(rest.length)} more</summary><ol class="circles" start="${cut + 1}">
${rest}</ol></details>`;
  const missing = cyclesTotal > cycles.length ? notListed(cyclesTotal - cycles.length) : undefined;
  return part(
    "Import circles",
    markup`${largest(graph)}<ol class="circles">
${items.slice(0, cut)}</ol>${more}${missing}`,
  );
}

function circleText(files: readonly string[], { drawing }: GraphSummary): Markup {
  const ring = importRing(files, drawing);
  if (ring === undefined || ring.length > ringShown) {
    const shown = files
      .slice(0, filesShown)
      .map((file, index) => markup`${index > 0 ? ", " : ""}${pathText(file)}`);
    const more = files.length > filesShown ? ` and ${count(files.length - filesShown)} more` : "";
    return markup`<b>${countOf(files.length, "file")}</b> that lead to each other: ${shown}${more}`;
  }
  const [first = ""] = ring;
  const way = ring.map((file) => markup`${pathText(file)} <span class="to">→</span> `);
  const within =
    files.length > ring.length ? markup`, one way round in a group of ${count(files.length)}` : undefined;
  return markup`${way}${pathText(first)}${within}`;
}

/** The diagram of the largest circle, when the drawn edges hold its imports. */
function largest({ cycles, drawing }: GraphSummary): Markup | undefined {
  const files = cycles[0]?.files ?? [];
  if (files.length < 3) return undefined;
  const ring = importRing(files, drawing) ?? [];
  const inRing = new Set(ring);
  const drawn = [...ring, ...files.filter((file) => !inRing.has(file))].slice(0, drawnMax);
  const indexes = new Map(drawn.map((file, index) => [file, index]));
  const edges = [...edgesAmong(drawn, drawing)].flatMap(([from, targets]) => {
    return targets.flatMap((to): [number, number][] => {
      const [source, target] = [indexes.get(from), indexes.get(to)];
      return source === undefined || target === undefined ? [] : [[source, target]];
    });
  });
  if (edges.length === 0) return undefined;
  const names = drawn.map((file) => markup`<li>${pathText(file)}</li>\n`);
  const more = files.length > drawn.length ? `, ${count(drawn.length)} of them shown` : "";
  return figure(
    markup`<div class="ring-pair">${cycleDiagram(drawn, edges)}<ol class="numbered">
${names}</ol></div>`,
    `The largest circle: ${countOf(files.length, "file")} that lead to each other${more}. An arrow points from a file to what it imports.`,
  );
}
