/**
 * The two pages that lead into the code are whole: ARCHITECTURE.md's code map has each folder of sources, by itself or
 * with its package, and docs/invariants.md names files that are there. That rooted paths exist is doc-paths' rule.
 */
import type { Rule } from "../rule.ts";

const MAP = "ARCHITECTURE.md";
const INVARIANTS = "docs/invariants.md";

/** Where the names of docs/invariants.md without a folder are, and those that begin with `walk/`. */
const ENGINE = "packages/core/src/engine/";
const EXECUTION = "packages/core/src/execution/";

/** Each folder right below a package's `src` is in the code map, or its package is. */
export const codeMapIsWhole: Rule = (files) => {
  const map = files.find(({ path }) => path === MAP)?.text ?? "";
  const rows = map.split("\n").filter((line) => line.startsWith("| `"));
  const named = new Set(
    rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map((match) => match[1])),
  );
  const folders = files.flatMap(({ path }) => {
    const [, folder, inPackage] = /^((packages\/[^/]+)\/src\/[^/]+)\/.*\.tsx?$/.exec(path) ?? [];
    return folder === undefined || named.has(inPackage) ? [] : [folder];
  });
  return [...new Set(folders)]
    .filter((folder) => ![...named].some((row) => row === folder || row?.startsWith(`${folder}/`)))
    .map((folder) => ({ path: MAP, line: 0, message: `doesn't have ${folder} in its code map` }));
};

/** Each file that the page names is in the engine's folders, or in the walk's. */
export const invariantsNameFiles: Rule = (files) => {
  const paths = files.map(({ path }) => path);
  const isThere = (name: string): boolean =>
    name.startsWith("walk/")
      ? paths.includes(EXECUTION + name)
      : paths.some((path) => path.startsWith(ENGINE) && path.endsWith(`/${name}`));
  const lines = files.find(({ path }) => path === INVARIANTS)?.text.split("\n") ?? [];
  return lines.flatMap((text, index) =>
    [...text.matchAll(/`((?:walk\/)?[a-z0-9-]+(?:\.test)?\.ts)`/g)]
      .map((match) => match[1] ?? "")
      .filter((name) => !isThere(name))
      .map((name) => ({ path: INVARIANTS, line: index + 1, message: `names ${name}, which doesn't exist` })),
  );
};
