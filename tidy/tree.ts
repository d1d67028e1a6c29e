/**
 * The files tidy judges: every file of the repository that git would track, by its path from the root with
 * forward slashes. Walks the folders itself, so that it also works in an unpacked archive without git.
 */
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, posix } from "node:path";

export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

// The same as .gitignore.
const ignoredNames = new Set(["node_modules", "dist", ".git", ".reeve", "coverage"]);
const ignoredPaths = new Set([".ci/out", "packages/server/dashboard", "packages/reeve/docs"]);
const ignoredEndings = /\.(db|db-wal|db-shm|db-owner|db-owner-journal|tgz|tsbuildinfo)$/;
const binaryEndings = new Set([".png", ".jpg", ".gif", ".ico", ".woff2", ".gz", ".pdf"]);

/** Reads all files below `root`. */
export function readTree(root: string): SourceFile[] {
  const files: SourceFile[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      if (ignoredPaths.has(path) || ignoredNames.has(entry.name) || ignoredEndings.test(entry.name)) continue;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile()) {
        // Pictures have no text to judge, but documents name them.
        const isBinary = binaryEndings.has(extname(entry.name));
        files.push({ path, text: isBinary ? "" : readFileSync(join(root, path), "utf8") });
      }
    }
  }
  return files.toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

/** Code that the rules apply to. Fixtures break rules on purpose. */
export function isCode(file: SourceFile): boolean {
  return /\.(tsx?|js|cjs|mjs)$/.test(file.path) && !file.path.startsWith("tidy/fixtures/");
}

export function isTest(file: SourceFile): boolean {
  return file.path.endsWith(".test.ts") || /^packages\/.*\/(fixtures|simulation)\//.test(file.path);
}

/** Code that is published: packages' sources without their tests. */
export function isPublished(file: SourceFile): boolean {
  return isCode(file) && !isTest(file) && /^packages\/[^/]+\/src\//.test(file.path);
}

export function countLines(file: SourceFile): number {
  return file.text.replace(/\n$/, "").split("\n").length;
}
