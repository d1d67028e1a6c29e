/** The shape of report.json: an excavation whose `languages` can be held against cloc's. */
import type { Excavation, LanguageTotal } from "./analysis/excavation.ts";

export interface ReportJson extends Omit<Excavation, "languagesWithoutCopies"> {
  /** As cloc counts: files with identical content once. */
  readonly languages: LanguageTotal[];
  /** Every file counted, as `totals` does. */
  readonly languagesWithCopies: LanguageTotal[];
}

/** The text of report.json. */
export function reportJsonText(excavation: Excavation): string {
  const { root, generatedAt, languages, languagesWithoutCopies, ...rest } = excavation;
  const report: ReportJson = {
    root,
    generatedAt,
    languages: languagesWithoutCopies,
    languagesWithCopies: languages,
    ...rest,
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
