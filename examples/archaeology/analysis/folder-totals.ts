/** Adds up files, code, changes and languages by folder. */

import type { FolderTotal } from "./excavation.ts";
import type { FileReading } from "./file-finding.ts";
import type { GitHistory } from "./git-history.ts";

const foldersMax = 100;
const levelsMax = 2;

interface Sums {
  files: number;
  changes: number;
  /** Lines of code by language, of all files below. */
  readonly below: Map<string, number>;
  /** Lines of code by language, of the files that lie directly in the folder. */
  readonly inside: Map<string, number>;
}

/** The root and its folders down to two levels, most code first. */
export function totalFolders(
  readings: readonly FileReading[],
  history: GitHistory | undefined,
): FolderTotal[] {
  const folders = new Map<string, Sums>();
  for (const { path, language, code, bytes } of readings) {
    if (language === null || bytes === 0) continue;
    const parts = path.split("/").slice(0, -1);
    const own = parts.join("/") || ".";
    const names = parts.slice(0, levelsMax).map((_, index) => parts.slice(0, index + 1).join("/"));
    for (const name of [".", ...names]) {
      const sums = folders.get(name) ?? { files: 0, changes: 0, below: new Map(), inside: new Map() };
      sums.files += 1;
      sums.changes += history?.files[path]?.commits ?? 0;
      add(sums.below, language, code);
      if (name === own) add(sums.inside, language, code);
      folders.set(name, sums);
    }
  }
  return [...folders]
    .map(([path, sums]) => toTotal(path, sums))
    .toSorted((a, b) => b.code - a.code || (a.path < b.path ? -1 : 1))
    .slice(0, foldersMax);
}

function toTotal(path: string, { files, changes, below, inside }: Sums): FolderTotal {
  const code = [...below.values()].reduce((sum, lines) => sum + lines, 0);
  return {
    path,
    files,
    code,
    changes,
    language: largest(below) ?? "",
    ownLanguage: largest(inside) ?? null,
  };
}

function add(lines: Map<string, number>, language: string, code: number): void {
  lines.set(language, (lines.get(language) ?? 0) + code);
}

/** The language with the most code; of equal ones the first by name. */
function largest(lines: ReadonlyMap<string, number>): string | undefined {
  return [...lines].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0];
}
