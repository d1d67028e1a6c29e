/** Owns picking the imports among some files out of the drawn ones. */
import type { GraphSummary } from "../../analysis/excavation.ts";

/** Imports from one of the files to another, as far as the graph's drawing holds them: index pairs `[from, to]`. */
export function edgesAmong(files: readonly string[], drawing: GraphSummary["drawing"]): [number, number][] {
  const indexes = new Map(files.map((file, index) => [file, index]));
  return drawing.edges.flatMap(([from, to]): [number, number][] => {
    const [source, target] = [indexes.get(drawing.paths[from] ?? ""), indexes.get(drawing.paths[to] ?? "")];
    return source === undefined || target === undefined || source === target ? [] : [[source, target]];
  });
}
