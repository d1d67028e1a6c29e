/** Adds up lines by language, and says which files count when copies are to count once. */

import type { LanguageTotal } from "./excavation.ts";
import type { FileReading } from "./file-finding.ts";

/** As cloc counts: of files with the same language and content only the first by path. */
export function withoutCopies(readings: readonly FileReading[]): FileReading[] {
  const byContent = new Map<string, FileReading>();
  for (const reading of readings) {
    const key = `${reading.language}:${reading.contentHash}`;
    const known = byContent.get(key);
    if (known === undefined || reading.path < known.path) byContent.set(key, reading);
  }
  return [...byContent.values()];
}

/** Sums by language, most code first. Empty files count in no language, as in cloc. */
export function totalLanguages(readings: readonly FileReading[]): LanguageTotal[] {
  const totals = new Map<string, LanguageTotal>();
  for (const { language, code, comment, blank, bytes } of readings) {
    if (language === null || bytes === 0) continue;
    const total = totals.get(language) ?? { language, files: 0, code: 0, comment: 0, blank: 0 };
    total.files += 1;
    total.code += code;
    total.comment += comment;
    total.blank += blank;
    totals.set(language, total);
  }
  return [...totals.values()].toSorted((a, b) => b.code - a.code || (a.language < b.language ? -1 : 1));
}
