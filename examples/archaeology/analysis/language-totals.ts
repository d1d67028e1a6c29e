/** Adds up lines by language. */

import type { LanguageTotal } from "./excavation.ts";
import { isReading } from "./file-finding.ts";
import type { FileFinding, FileReading } from "./file-finding.ts";

/** Every file counts, copies included. Most code first. Empty files count in no language, as in cloc. */
export function totalLanguages(findings: readonly FileFinding[]): LanguageTotal[] {
  return addUp(findings.filter(isReading));
}

/** As cloc counts: of files with the same language and content only the first by path. Else as `totalLanguages`. */
export function totalLanguagesWithoutCopies(findings: readonly FileFinding[]): LanguageTotal[] {
  const byContent = new Map<string, FileReading>();
  for (const finding of findings) {
    if (!isReading(finding)) continue;
    const key = `${finding.language}:${finding.contentHash}`;
    const known = byContent.get(key);
    if (known === undefined || finding.path < known.path) byContent.set(key, finding);
  }
  return addUp([...byContent.values()]);
}

function addUp(readings: readonly FileReading[]): LanguageTotal[] {
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
