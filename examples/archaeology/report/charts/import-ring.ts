/** Owns finding a real circle of imports in a group of files, as far as the drawn edges tell. */
import type { GraphSummary } from "../../analysis/excavation.ts";

/**
 * Files in the order in which each imports the next and the last imports the first: a shortest such circle through
 * the first file that has one. `undefined` when the drawn edges don't hold one. Two files that import each other in a
 * circle can only do so directly.
 */
export function importRing(files: readonly string[], drawing: GraphSummary["drawing"]): string[] | undefined {
  if (files.length <= 2) return [...files];
  const targets = edgesAmong(files, drawing);
  for (const start of files) {
    const ring = shortestRing(start, targets);
    if (ring !== undefined) return ring;
  }
  return undefined;
}

/** For each of the files that is drawn, which of the others it imports. */
export function edgesAmong(
  files: readonly string[],
  drawing: GraphSummary["drawing"],
): ReadonlyMap<string, readonly string[]> {
  const members = new Set(files);
  const targets = new Map<string, string[]>();
  for (const [from, to] of drawing.edges) {
    const [source, target] = [drawing.paths[from], drawing.paths[to]];
    if (source === undefined || target === undefined || source === target) continue;
    if (!members.has(source) || !members.has(target)) continue;
    targets.set(source, [...(targets.get(source) ?? []), target]);
  }
  return targets;
}

/** Breadth first from `start` until an edge leads back to it. */
function shortestRing(start: string, targets: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const cameFrom = new Map<string, string>([[start, start]]);
  const queue = [start];
  for (const file of queue) {
    for (const target of targets.get(file) ?? []) {
      if (target === start) return wayTo(file, start, cameFrom);
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, file);
      queue.push(target);
    }
  }
  return undefined;
}

function wayTo(file: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [file];
  for (let at = file; at !== start;) {
    at = cameFrom.get(at) ?? start;
    way.unshift(at);
  }
  return way;
}
