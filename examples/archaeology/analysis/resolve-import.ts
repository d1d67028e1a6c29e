/**
 * Finds the listed file that an import means. Relative imports only, and module names that follow from file paths
 * (Python, Java, Go folders are left out); no package is looked into and no configuration read.
 */

import { posix } from "node:path";

/** A resolver over the listed files. */
export interface ImportResolver {
  /** Path of the file, `undefined` when the specifier is not relative, and `null` when it is and leads nowhere. */
  resolve: (from: string, specifier: string, language: string | null) => string | null | undefined;
}

const scriptExtensions = [
  "",
  ".ts",
  ".tsx",
  ".d.ts",
  ".js",
  ".jsx",
  ".mjs",
  ".cjs",
  ".mts",
  ".cts",
  ".d.mts",
  ".d.cts",
  ".json",
  ".vue",
  ".svelte",
];
const indexNames = [
  "/index.ts",
  "/index.tsx",
  "/index.js",
  "/index.jsx",
  "/index.mjs",
  "/index.cjs",
  "/index.d.ts",
];
const otherExtensions = ["", ".rs", "/mod.rs", ".rb", ".dart", ".scss", ".less", ".css", ".php", ".proto"];

/** Resolver for imports among these files. */
export function createImportResolver(files: Iterable<string>): ImportResolver {
  const listed = new Set(files);
  return {
    resolve: (from, specifier, language) => {
      if (language === "Python" || language === "Cython") return resolvePython(listed, from, specifier);
      if (!/^\.{1,2}(?:\/|$)/.test(specifier)) return undefined;
      const target = posix.join(posix.dirname(from), specifier.replace(/[?#].*$/, ""));
      if (target.startsWith("..")) return undefined;
      return first(listed, candidates(target, language)) ?? missing(listed, language, specifier);
    },
  };
}

function* candidates(target: string, language: string | null): Generator<string> {
  const path = target.replace(/\/$/, "");
  if (
    language === "Rust" ||
    language === "Ruby" ||
    language === "Dart" ||
    language === "SCSS" ||
    language === "LESS"
  ) {
    for (const extension of otherExtensions) yield path + extension;
    yield posix.join(posix.dirname(path), `_${posix.basename(path)}.scss`);
    return;
  }
  yield path;
  // TypeScript sources are imported under the name of what they compile to.
  const compiled = /\.([cm]?)js(x?)$/.exec(path);
  if (compiled !== null) {
    const stem = path.slice(0, compiled.index);
    for (const extension of [`.${compiled[1]}ts`, ".tsx", `.d.${compiled[1]}ts`, ".jsx"])
      yield stem + extension;
  }
  for (const extension of scriptExtensions) yield path + extension;
  for (const name of indexNames) yield path === "." ? name.slice(1) : path + name;
}

/** C looks in include folders too, so that a missing `"…"` include is no broken import. */
function missing(
  listed: ReadonlySet<string>,
  language: string | null,
  specifier: string,
): string | null | undefined {
  if (language !== null && /^(?:C|C\+\+|C\/C\+\+ Header|Objective-C|CUDA)$/.test(language)) {
    const path = specifier.replace(/^\.\//, "");
    return listed.has(path) ? path : listed.has(`include/${path}`) ? `include/${path}` : undefined;
  }
  return null;
}

/** `.a.b` counts folders up from the file; `a.b` is looked up from the root, from `src` and beside the file. */
function resolvePython(
  listed: ReadonlySet<string>,
  from: string,
  specifier: string,
): string | null | undefined {
  const dots = /^\.*/.exec(specifier)?.[0].length ?? 0;
  const rest = specifier.slice(dots).replaceAll(".", "/");
  let folder = posix.dirname(from);
  if (dots === 0) {
    const found = ["", "src/", folder === "." ? "" : `${folder}/`]
      .map((base) => first(listed, pythonCandidates(base + rest)))
      .find((path) => path !== undefined && path !== from);
    return found;
  }
  for (let up = 1; up < dots; up += 1) folder = posix.dirname(folder);
  const base = folder === "." ? "" : `${folder}/`;
  // `from . import name` may mean something defined in the package itself.
  return first(listed, pythonCandidates(base + rest)) ?? first(listed, [`${base}__init__.py`]) ?? null;
}

function pythonCandidates(path: string): string[] {
  return [`${path}.py`, `${path}/__init__.py`, `${path}.pyi`, `${path}.pyx`];
}

function first(listed: ReadonlySet<string>, paths: Iterable<string>): string | undefined {
  for (const path of paths) if (listed.has(path)) return path;
  return undefined;
}
