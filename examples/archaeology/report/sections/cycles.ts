/** Owns the part on import circles: the largest drawn, all listed. */
import type { GraphSummary, ImportCycle } from "../../analysis/excavation.ts";
import { cycleDiagram } from "../charts/cycle-diagram.ts";
import { edgesAmong } from "../charts/edges-among.ts";
import { markup, type Markup } from "../markup.ts";
import { count, countOf } from "../numbers.ts";
import { pathText } from "../path-text.ts";
import { empty, figure, part } from "../section.ts";
import { notListed } from "../table.ts";

const ringShown = 8;
const drawnMax = 12;
const circlesShown = 8;

/** The circles, largest first. */
export function cyclesPart(graph: GraphSummary): Markup {
  const { cycles, cyclesTotal } = graph;
  if (cyclesTotal === 0) {
    return part("Import circles", empty("None: no file leads back to itself through its imports."));
  }
  const items = cycles.map((cycle) => markup`<li>${circleText(cycle)}</li>\n`);
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

/** The way round, its middle left out when it is long. */
function circleText({ files, ring }: ImportCycle): Markup {
  const [first = ""] = ring;
  const arrow = markup` <span class="to">→</span> `;
  const shown = ring.length <= ringShown ? ring : ring.slice(0, ringShown - 2);
  const way = shown.map((file) => markup`${pathText(file)}${arrow}`);
  const left = ring.length - shown.length;
  const more = left === 0 ? undefined : markup`<span class="to">${count(left)} more</span>${arrow}`;
  const within =
    files.length > ring.length
      ? markup` <span class="quiet">(a shortest way round in a group of ${count(files.length)})</span>`
      : undefined;
  return markup`${way}${more}${pathText(first)}${within}`;
}

/** The diagram of the largest group: one way round, and those of the others whose imports are known. */
function largest({ cycles, drawing }: GraphSummary): Markup | undefined {
  const { files, ring } = cycles[0] ?? { files: [], ring: [] };
  const drawn = chooseFiles(files, ring, drawing);
  if (files.length < 3 || drawn.length < 3) return undefined;
  const round = ring.length > drawn.length ? drawn.length - 1 : ring.length;
  const pairs = edgesAmong(drawn, drawing).map(([from, to]) => `${from} ${to}`);
  for (let from = 0; from < round; from += 1) pairs.push(`${from} ${(from + 1) % ring.length}`);
  const edges = [...new Set(pairs)].map((pair): [number, number] => {
    const [from, to] = pair.split(" ");
    return [Number(from), Number(to)];
  });
  const names = drawn.map((file) => markup`<li>${pathText(file)}</li>\n`);
  const more = files.length > drawn.length ? `, ${count(drawn.length)} of them shown` : "";
  return figure(
    markup`<div class="ring-pair">${cycleDiagram(drawn, edges)}<ol class="numbered">
${names}</ol></div>`,
    `The largest group: ${countOf(files.length, "file")} that lead to each other${more}. An arrow points from a file to what it imports.`,
  );
}

/** The ring, then the files with the most drawn imports; none that would stand there without an arrow. */
function chooseFiles(
  files: readonly string[],
  ring: readonly string[],
  drawing: GraphSummary["drawing"],
): string[] {
  const degrees = new Map<string, number>();
  for (const pair of edgesAmong(files, drawing)) {
    for (const file of pair.map((index) => files[index] ?? "")) {
      degrees.set(file, (degrees.get(file) ?? 0) + 1);
    }
  }
  const inRing = new Set(ring);
  const others = [...degrees].filter(([file]) => !inRing.has(file)).toSorted((a, b) => b[1] - a[1]);
  const chosen = [...ring, ...others.map(([file]) => file)].slice(0, drawnMax);
  const linked = new Set(edgesAmong(chosen, drawing).flat());
  return chosen.filter((file, index) => inRing.has(file) || linked.has(index));
}
