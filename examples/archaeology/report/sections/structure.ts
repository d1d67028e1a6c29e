/** Owns the section on size and structure: folders, the longest functions, the deepest nesting. */
import type { Excavation, FolderTotal, FunctionPlace } from "../../analysis/excavation.ts";
import { treemap } from "../charts/treemap.ts";
import { markup, type Markup } from "../markup.ts";
import { count, countOf, percent, ratio } from "../numbers.ts";
import { nameText, pathText } from "../path-text.ts";
import { empty, figure, part, type Section } from "../section.ts";
import { table } from "../table.ts";

/** Where the code lies and which functions stand out. */
export function structureSection(excavation: Excavation): Section {
  const { folders, largestFunctions, deepest } = excavation;
  const listed = folders.filter(({ path }) => path !== ".");
  return {
    id: "structure",
    title: "Size and structure",
    status: "plain",
    lead: lead(excavation, listed),
    body: markup`${map(folders)}${folderTable(listed, excavation)}
<div class="pair">${part("Longest functions", functionTable("Longest functions", largestFunctions))}
${part("Deepest nesting", functionTable("Deepest nesting", deepest))}</div>`,
  };
}

function lead({ totals, largestFunctions, deepest }: Excavation, listed: readonly FolderTotal[]): string {
  const [largest] = listed.filter(({ path }) => !path.includes("/"));
  const [longest] = largestFunctions;
  const [nested] = deepest;
  const sentences = [
    largest === undefined
      ? "All code lies directly in the folder."
      : `${percent(ratio(largest.code, totals.code))} of the code lies in ${largest.path}/.`,
    longest === undefined
      ? "No function was recognised."
      : `The longest function has ${countOf(longest.lines, "line")}`,
    nested === undefined || longest === undefined
      ? ""
      : `, the most nested one goes ${countOf(nested.nestingMax, "level")} deep.`,
  ];
  return `${sentences[0] ?? ""} ${sentences[1] ?? ""}${sentences[2] ?? ""}`;
}

function map(folders: readonly FolderTotal[]): Markup {
  const map = treemap(folders);
  if (map === undefined) return empty("There is no map, since all code lies in one folder.");
  return figure(
    map.plot,
    markup`${map.legend}Area: lines of code; a frame is a folder, a field inside it one of its folders. Colour: the language with the most code there.`,
  );
}

function folderTable(listed: readonly FolderTotal[], { totals, history }: Excavation): Markup {
  if (listed.length === 0) return empty("There are no folders below this one to list.");
  const changes = {
    heading: "Changes",
    kind: "number",
    cell: ({ changes }: FolderTotal) => count(changes),
  } as const;
  const body = table<FolderTotal>({
    label: "Folders by lines of code",
    rows: listed,
    shown: 8,
    columns: [
      { heading: "Folder", kind: "path", cell: ({ path }) => pathText(`${path}/`) },
      { heading: "Most of it", kind: "aside", cell: ({ language }) => nameText(language, 24) },
      { heading: "Code", kind: "number", cell: ({ code }) => count(code) },
      { heading: "Share", kind: "number", cell: ({ code }) => percent(ratio(code, totals.code)) },
      { heading: "Files", kind: "number", cell: ({ files }) => count(files) },
      ...(history === undefined ? [] : [changes]),
    ],
  });
  return part("Folders", body);
}

function functionTable(label: string, rows: readonly FunctionPlace[]): Markup {
  if (rows.length === 0) {
    return empty("None: no function was recognised, since functions are found in some languages only.");
  }
  return table<FunctionPlace>({
    label,
    rows,
    shown: 8,
    columns: [
      {
        heading: "Function",
        kind: "path",
        cell: ({ name, path, line }) =>
          markup`<span class="name">${nameText(name, 40)}</span><br>${pathText(path, line)}`,
      },
      { heading: "Lines", kind: "number", cell: ({ lines }) => count(lines) },
      { heading: "Nesting", kind: "number", cell: ({ nestingMax }) => count(nestingMax) },
    ],
  });
}
