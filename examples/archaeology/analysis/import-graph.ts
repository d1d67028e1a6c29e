/** Builds the graph of which listed file imports which, and finds its cycles and its hubs. */

import type { GraphSummary } from "./excavation.ts";
import { isReading } from "./file-finding.ts";
import type { FileFinding } from "./file-finding.ts";
import { isJavaScriptLike } from "./language.ts";
import { createImportResolver } from "./resolve-import.ts";
import { findShortestRing } from "./shortest-ring.ts";

const cyclesMax = 50;
const listMax = 20;
const packagesMax = 30;
const drawnMax = 150;

/** Graph of the files' imports. A file that imports itself makes no edge. */
export function buildImportGraph(findings: readonly FileFinding[]): GraphSummary {
  const readings = findings.filter(isReading);
  const resolver = createImportResolver(findings.map((finding) => finding.path));
  const edges = new Map<string, Set<string>>();
  const importedBy = new Map<string, number>();
  const packages = new Map<string, number>();
  let unresolved = 0;
  for (const { path, imports, language } of readings) {
    const packagesHere = new Set<string>();
    const targets = new Set<string>();
    for (const specifier of imports) {
      const target = resolver.resolve(path, specifier, language);
      if (target === null) unresolved += 1;
      else if (target === undefined) packagesHere.add(packageOf(specifier, language));
      else if (target !== path) targets.add(target);
    }
    for (const target of targets) importedBy.set(target, (importedBy.get(target) ?? 0) + 1);
    for (const name of packagesHere) packages.set(name, (packages.get(name) ?? 0) + 1);
    if (targets.size > 0) edges.set(path, targets);
  }
  packages.delete("");
  const cycles = findCycles(edges);
  return {
    nodes: new Set([...edges.keys(), ...importedBy.keys()]).size,
    edges: [...edges.values()].reduce((sum, targets) => sum + targets.size, 0),
    unresolved,
    cycles: cycles.slice(0, cyclesMax).map((files) => ({ files, ring: findShortestRing(files, edges) })),
    cyclesTotal: cycles.length,
    mostImported: ranked(importedBy, listMax).map(([path, count]) => ({ path, importedBy: count })),
    mostImporting: ranked(new Map([...edges].map(([path, targets]) => [path, targets.size])), listMax).map(
      ([path, imports]) => ({ path, imports }),
    ),
    packages: ranked(packages, packagesMax).map(([name, files]) => ({ name, files })),
    drawing: drawGraph(edges, importedBy),
  };
}

/** Largest count first, then by name. */
function ranked(counts: ReadonlyMap<string, number>, max: number): [string, number][] {
  return [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, max);
}

/** Name of the package or library that a specifier belongs to. */
function packageOf(specifier: string, language: string | null): string {
  if (isJavaScriptLike(language)) {
    if (/^(?:[./#]|\w+:\/\/)/.test(specifier)) return "";
    const parts = specifier.split("/");
    return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? "");
  }
  if (language === "Rust")
    return /^(?:crate|self|super)\b|^\.\//.test(specifier) ? "" : (specifier.split("::")[0] ?? "");
  if (language === "Python") return specifier.split(".")[0] ?? "";
  return specifier;
}

/**
 * Strongly connected components of two files or more, largest first; Tarjan's algorithm (1972) with its own stack, as
 * import chains can be longer than the call stack is deep.
 */
export function findCycles(edges: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: string[][] = [];
  for (const root of edges.keys()) {
    if (order.has(root)) continue;
    const work: { path: string; rest: Iterator<string> }[] = [];
    const enter = (path: string): void => {
      order.set(path, order.size);
      low.set(path, order.size - 1);
      stack.push(path);
      onStack.add(path);
      work.push({ path, rest: (edges.get(path) ?? new Set<string>()).values() });
    };
    enter(root);
    for (let top = work.at(-1); top !== undefined; top = work.at(-1)) {
      const { path, rest } = top;
      const next = rest.next();
      if (next.done !== true) {
        if (!order.has(next.value)) enter(next.value);
        else if (onStack.has(next.value)) lower(low, path, order.get(next.value));
        continue;
      }
      work.pop();
      const above = work.at(-1);
      if (above !== undefined) lower(low, above.path, low.get(path));
      if (low.get(path) !== order.get(path)) continue;
      const component = stack.splice(stack.lastIndexOf(path));
      for (const member of component) onStack.delete(member);
      if (component.length > 1) cycles.push(component.toSorted());
    }
  }
  return cycles.toSorted((a, b) => b.length - a.length || ((a[0] ?? "") < (b[0] ?? "") ? -1 : 1));
}

function lower(low: Map<string, number>, path: string, to: number | undefined): void {
  if (to !== undefined && to < (low.get(path) ?? to)) low.set(path, to);
}

function drawGraph(
  edges: ReadonlyMap<string, ReadonlySet<string>>,
  importedBy: ReadonlyMap<string, number>,
): GraphSummary["drawing"] {
  const degrees = new Map(importedBy);
  for (const [path, targets] of edges) degrees.set(path, (degrees.get(path) ?? 0) + targets.size);
  const paths = ranked(degrees, drawnMax).map(([path]) => path);
  const indexes = new Map(paths.map((path, index) => [path, index]));
  const drawn: [number, number][] = [];
  for (const [from, index] of indexes) {
    for (const target of edges.get(from) ?? []) {
      const to = indexes.get(target);
      if (to !== undefined) drawn.push([index, to]);
    }
  }
  return { paths, edges: drawn };
}
