/**
 * Takes stock: what can be said by adding up, sorting and cutting the findings of single files. Pure.
 */

import type {
  Coverage,
  Excavation,
  FunctionPlace,
  HistorySummary,
  SecretSummary,
  SkippedFile,
  SkippedSummary,
  TodoSummary,
  Totals,
} from "./excavation.ts";
import { isReading } from "./file-finding.ts";
import type { FileFinding, FileReading } from "./file-finding.ts";
import { totalFolders } from "./folder-totals.ts";
import type { GitHistory } from "./git-history.ts";
import { totalLanguages, withoutCopies } from "./language-totals.ts";

export interface InventoryInput {
  readonly files: readonly string[];
  readonly skipped: readonly SkippedFile[];
  readonly findings: readonly FileFinding[];
  /** Absent when the folder has no git history. */
  readonly history?: GitHistory | undefined;
}

/** What an excavation says beside graph, duplicates, hotspots and knowledge, which have modules of their own. */
export type Inventory = Pick<
  Excavation,
  | "files"
  | "skipped"
  | "coverage"
  | "languages"
  | "languagesWithCopies"
  | "totals"
  | "folders"
  | "largestFunctions"
  | "deepest"
  | "todos"
  | "secrets"
  | "history"
>;

export function takeInventory(input: InventoryInput): Inventory {
  const { history } = input;
  const findings = input.findings.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const readings = findings.filter(isReading);
  const counted = withoutCopies(readings);
  return {
    files: input.files.length,
    skipped: summariseSkipped(input.skipped),
    coverage: measureCoverage(input.files, findings),
    languages: totalLanguages(counted),
    languagesWithCopies: totalLanguages(readings),
    totals: addTotals(readings, counted),
    folders: totalFolders(counted, history),
    ...rankFunctions(findings),
    todos: collectTodos(findings),
    secrets: collectSecrets(findings),
    ...(history === undefined ? {} : { history: summariseHistory(history) }),
  };
}

/** How many of the listed files were studied, and which were not. */
function measureCoverage(files: readonly string[], findings: readonly FileFinding[]): Coverage {
  const byPath = new Map(findings.map((finding) => [finding.path, finding]));
  const failed: Coverage["failed"] = [];
  let read = 0;
  for (const path of files) {
    const finding = byPath.get(path);
    if (finding !== undefined && isReading(finding)) read += 1;
    else failed.push({ path, error: finding?.error ?? "no finding" });
  }
  return {
    listed: files.length,
    read,
    ratio: files.length === 0 ? 1 : read / files.length,
    failed: failed.slice(0, 100),
  };
}

/** Skipped files by reason, and the first of them. */
function summariseSkipped(skipped: readonly SkippedFile[]): SkippedSummary {
  return {
    total: skipped.length,
    byReason: countBy(skipped.map((file) => file.reason)).map(([reason, files]) => ({ reason, files })),
    places: skipped.slice(0, 200),
  };
}

/** Lines of the files that count, the size of all that were read. */
function addTotals(readings: readonly FileReading[], counted: readonly FileReading[]): Totals {
  const totals: Totals = { files: 0, code: 0, comment: 0, blank: 0, functions: 0, bytes: 0, unrecognised: 0 };
  for (const { language, bytes } of readings) {
    totals.bytes += bytes;
    if (language === null) totals.unrecognised += 1;
  }
  for (const { language, bytes, code, comment, blank, functions } of counted) {
    if (language === null || bytes === 0) continue;
    totals.files += 1;
    totals.code += code;
    totals.comment += comment;
    totals.blank += blank;
    totals.functions += functions.count;
  }
  return totals;
}

/** The longest and the most nested functions, from those that each file put forward. */
function rankFunctions(findings: readonly FileFinding[]): {
  largestFunctions: FunctionPlace[];
  deepest: FunctionPlace[];
} {
  const places = findings
    .filter(isReading)
    .flatMap(({ path, functions }) => functions.top.map((place) => ({ path, ...place })));
  const byPlace = (a: FunctionPlace, b: FunctionPlace): number =>
    a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1;
  return {
    largestFunctions: places.toSorted((a, b) => b.lines - a.lines || byPlace(a, b)).slice(0, 20),
    deepest: places
      .filter((place) => place.nestingMax > 1)
      .toSorted((a, b) => b.nestingMax - a.nestingMax || b.lines - a.lines || byPlace(a, b))
      .slice(0, 20),
  };
}

/** What comments put off; bugs first. */
function collectTodos(findings: readonly FileFinding[]): TodoSummary {
  const places = findings
    .filter(isReading)
    .flatMap(({ path, todos }) => todos.map((todo) => ({ path, ...todo })));
  const isUrgent = (tag: string): number => (tag === "FIXME" || tag === "BUG" || tag === "XXX" ? 0 : 1);
  return {
    total: places.length,
    byTag: countBy(places.map((place) => place.tag)).map(([tag, count]) => ({ tag, places: count })),
    places: places.toSorted((a, b) => isUrgent(a.tag) - isUrgent(b.tag)).slice(0, 100),
  };
}

/** Likely secrets, masked. */
function collectSecrets(findings: readonly FileFinding[]): SecretSummary {
  const places = findings
    .filter(isReading)
    .flatMap(({ path, secrets }) => secrets.map((secret) => ({ path, ...secret })));
  return { total: places.length, places: places.slice(0, 100) };
}

/** The history without its files. */
function summariseHistory(history: GitHistory): HistorySummary {
  const { commits, truncated, firstAt, lastAt, authors, commitsByMonth } = history;
  return { commits, truncated, firstAt, lastAt, authors: authors.length, commitsByMonth };
}

/** Most frequent first, then by name. */
function countBy(names: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
