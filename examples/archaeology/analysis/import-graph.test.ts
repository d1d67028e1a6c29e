import { expect, test } from "vitest";
import type { FileFinding } from "./file-finding.ts";
import { buildImportGraph, findCycles } from "./import-graph.ts";

function importing(files: Record<string, string[]>, language = "TypeScript"): FileFinding[] {
  return Object.entries(files).map(([path, imports]) => ({
    path,
    language,
    bytes: 1,
    contentHash: path,
    code: 1,
    comment: 0,
    blank: 0,
    imports,
    functions: { count: 0, nestingMax: 0, top: [] },
    todos: [],
    secrets: [],
    fingerprints: [],
  }));
}

test("relative imports lead to listed files, by every way of naming them", () => {
  const graph = buildImportGraph(
    importing({
      "src/a.ts": [
        "./b.js",
        "./c",
        "./d",
        "../e.ts",
        "./f.json",
        "./gone.ts",
        "zod",
        "@x/y/z",
        "node:fs",
        "#inner",
      ],
      "src/b.ts": ["zod/mini"],
      "src/c.tsx": [],
      "src/d/index.ts": ["."],
      "e.ts": [],
      "src/f.json": [],
    }),
  );
  expect(graph).toMatchObject({ nodes: 6, edges: 5, unresolved: 1, cyclesTotal: 0 });
  expect(graph.mostImporting).toEqual([{ path: "src/a.ts", imports: 5 }]);
  expect(graph.packages).toEqual([
    { name: "zod", files: 2 },
    { name: "@x/y", files: 1 },
    { name: "node:fs", files: 1 },
  ]);
  expect(graph.drawing.edges).toHaveLength(5);
});

test("Python modules are found from the file and from the root", () => {
  const graph = buildImportGraph(
    importing(
      { "p/__init__.py": [], "p/a.py": [".b", "..q.c", "os"], "p/b.py": ["p.a", ".name"], "q/c.py": [] },
      "Python",
    ),
  );
  expect(graph).toMatchObject({
    edges: 4,
    unresolved: 0,
    cycles: [{ files: ["p/a.py", "p/b.py"], ring: ["p/a.py", "p/b.py"] }],
  });
  expect(graph.packages).toEqual([{ name: "os", files: 1 }]);
});

test("cycles are found, each once and with all its members", () => {
  const edges = new Map([
    ["a", new Set(["b"])],
    ["b", new Set(["c"])],
    ["c", new Set(["a", "d"])],
    ["d", new Set(["e"])],
    ["e", new Set(["d", "f"])],
  ]);
  expect(findCycles(edges)).toEqual([
    ["a", "b", "c"],
    ["d", "e"],
  ]);
});

test("a chain longer than the call stack is followed", () => {
  const names = Array.from({ length: 50_000 }, (_, index) => String(index));
  const edges = new Map(
    names.map((name, index) => [name, new Set([names[(index + 1) % names.length] ?? ""])]),
  );
  expect(findCycles(edges)[0]).toHaveLength(50_000);
});
