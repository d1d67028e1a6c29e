/** Paths named in the documents exist: links are relative to the document, backticked paths to the root. */
import { posix } from "node:path";
import type { Rule } from "../rule.ts";
import type { SourceFile } from "../tree.ts";

const rootPath = /^(\.ci|bench|docs|examples|packages|scripts|tidy)\/[\w./@-]*$/;

/** Every path in README.md, ARCHITECTURE.md and docs/ is there. */
export const docPathsExist: Rule = (files) => {
  const paths = new Set(files.flatMap(({ path }) => [path, ...foldersOf(path)]));
  return files
    .filter(({ path }) => /^(README|ARCHITECTURE|CONTRIBUTING)\.md$|^docs\/.*\.md$/.test(path))
    .flatMap((file) =>
      namedPaths(file)
        .filter(({ target }) => !paths.has(target.replace(/\/$/, "")))
        .map(({ target, line }) => ({
          path: file.path,
          line,
          message: `names ${target}, which doesn't exist`,
        })),
    );
};

function namedPaths(file: SourceFile): { readonly target: string; readonly line: number }[] {
  const folder = posix.dirname(file.path);
  let fenced = false;
  return file.text.split("\n").flatMap((text, index) => {
    if (/^\s*(```|~~~)/.test(text)) fenced = !fenced;
    if (fenced) return [];
    const quoted = [...text.matchAll(/`([^`\s]+)`/g)]
      .map((match) => match[1] ?? "")
      .filter((path) => rootPath.test(path) && !path.includes("/dist/"));
    const linked = [...text.matchAll(/\]\(<?([^)\s>]+)>?[^)]*\)/g)]
      .map((match) => (match[1] ?? "").replace(/#.*$/, ""))
      .filter((path) => path !== "" && !/^[a-z]+:/i.test(path))
      .map((path) => posix.join(folder, path));
    return [...quoted, ...linked].map((target) => ({ target, line: index + 1 }));
  });
}

function foldersOf(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === "." ? ["."] : [folder, ...foldersOf(folder)];
}
