/** Owns the section on imports: who depends on whom. */
import type { Excavation, GraphSummary } from "../../analysis/excavation.ts";
import { importWheel } from "../charts/import-wheel.ts";
import { markup, type Content, type Markup } from "../markup.ts";
import { count, countOf } from "../numbers.ts";
import { nameText, pathText } from "../path-text.ts";
import { empty, figure, part, type Section } from "../section.ts";
import { table } from "../table.ts";
import { cyclesPart } from "./cycles.ts";

/** Most imported files, packages, circles. */
export function importsSection({ graph }: Excavation): Section {
  const frame = { id: "imports", title: "Imports" } as const;
  if (graph.nodes === 0 && graph.packages.length === 0) {
    const lead = "No imports were found.";
    const body = empty(
      "Imports are read in some languages only, and no file here in one of them imports another.",
    );
    return { ...frame, status: "plain", lead, body };
  }
  return {
    ...frame,
    figure: graph.cyclesTotal === 0 ? count(graph.edges) : countOf(graph.cyclesTotal, "circle"),
    status: graph.cyclesTotal === 0 ? "good" : "watch",
    lead: lead(graph),
    body: markup`${wheel(graph)}${cyclesPart(graph)}
<div class="pair three">${part("Most imported", mostImported(graph))}
${part("Importing most", mostImporting(graph))}
${part("External packages", packages(graph))}</div>`,
  };
}

function lead({ nodes, edges, unresolved, cyclesTotal }: GraphSummary): string {
  const circles =
    cyclesTotal === 0
      ? "none of them in a circle"
      : `${countOf(cyclesTotal, "group")} of them in a circle, where no file can be understood or tested without the others`;
  const lost =
    unresolved === 0
      ? ""
      : ` ${countOf(unresolved, "relative import leads", "relative imports lead")} to no listed file.`;
  return `${countOf(nodes, "file")} with ${countOf(edges, "import")} among them, ${circles}.${lost}`;
}

function wheel(graph: GraphSummary): Markup | undefined {
  const { paths, edges } = graph.drawing;
  if (paths.length < 4 || edges.length < 3) return undefined;
  const caption: Content = markup`The ${countOf(paths.length, "most connected file")}, in the order of their paths; each curve is an import${graph.cyclesTotal === 0 ? "" : ", the strong ones are part of a circle"}.`;
  return figure(importWheel(graph), caption);
}

function mostImported({ mostImported }: GraphSummary): Markup {
  if (mostImported.length === 0) return empty("None: no file imports another.");
  return table<GraphSummary["mostImported"][number]>({
    label: "Most imported files",
    rows: mostImported,
    shown: 8,
    columns: [
      { heading: "File", kind: "path", cell: ({ path }) => pathText(path) },
      { heading: "Imported by", kind: "number", cell: ({ importedBy }) => count(importedBy) },
    ],
  });
}

function mostImporting({ mostImporting }: GraphSummary): Markup {
  if (mostImporting.length === 0) return empty("None: no file imports another.");
  return table<GraphSummary["mostImporting"][number]>({
    label: "Files importing most",
    rows: mostImporting,
    shown: 8,
    columns: [
      { heading: "File", kind: "path", cell: ({ path }) => pathText(path) },
      { heading: "Imports", kind: "number", cell: ({ imports }) => count(imports) },
    ],
  });
}

function packages({ packages }: GraphSummary): Markup {
  if (packages.length === 0) return empty("None: no file imports a package from outside.");
  return table<GraphSummary["packages"][number]>({
    label: "External packages",
    rows: packages,
    shown: 8,
    columns: [
      { heading: "Package", cell: ({ name }) => nameText(name) },
      { heading: "Files", kind: "number", cell: ({ files }) => count(files) },
    ],
  });
}
