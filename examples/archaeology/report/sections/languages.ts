/** Owns the section on languages. */
import type { Excavation, LanguageTotal } from "../../analysis/excavation.ts";
import { shareBar } from "../charts/share-bar.ts";
import { markup, type Markup } from "../markup.ts";
import { count, countOf, percent, ratio } from "../numbers.ts";
import { nameText } from "../path-text.ts";
import { empty, type Section } from "../section.ts";
import { table } from "../table.ts";

/** Lines by language, as bars and figures. */
export function languagesSection(excavation: Excavation): Section {
  const { languages, totals } = excavation;
  const frame = {
    id: "languages",
    title: "Languages",
    figure: count(languages.length),
    status: "plain",
  } as const;
  if (languages.length === 0) {
    const lead = "No file is in a language this study knows.";
    return { ...frame, lead, body: empty("There are no lines to count, so there is nothing to compare.") };
  }
  const three = languages.slice(0, 3).reduce((sum, { code }) => sum + code, 0);
  const most =
    languages.length > 3
      ? `The three largest of ${count(languages.length)} languages hold ${percent(ratio(three, totals.code))} of the code. `
      : "";
  const lead = `${most}${share(totals.code, totals)} of all lines are code, ${share(totals.comment, totals)} comments and ${share(totals.blank, totals)} blank.${copies(excavation)}`;
  return { ...frame, lead, body: markup`${legend()}${languageTable(languages)}` };
}

function share(lines: number, { code, comment, blank }: Excavation["totals"]): string {
  return percent(ratio(lines, code + comment + blank));
}

/** One sentence, when there are copies. */
function copies({ languages, languagesWithCopies }: Excavation): string {
  const sum = (list: readonly LanguageTotal[], field: "files" | "code"): number =>
    list.reduce((total, language) => total + language[field], 0);
  const files = sum(languagesWithCopies, "files") - sum(languages, "files");
  if (files <= 0) return "";
  const are = files === 1 ? "file is an identical copy of another" : "files are identical copies of others";
  return ` ${count(files)} ${are} and counted once, as cloc does; with ${files === 1 ? "it" : "them"} there are ${countOf(sum(languagesWithCopies, "code"), "line")} of code.`;
}

function legend(): Markup {
  return markup`<p class="legend" aria-hidden="true"><i class="first"></i>code <i class="second"></i>comment <i class="third"></i>blank</p>\n`;
}

function languageTable(languages: readonly LanguageTotal[]): Markup {
  const longest = Math.max(1, ...languages.map((language) => linesOf(language)));
  const code = languages.reduce((sum, language) => sum + language.code, 0);
  return table<LanguageTotal>({
    label: "Lines by language",
    rows: languages,
    shown: 12,
    columns: [
      { heading: "Language", kind: "word", cell: ({ language }) => nameText(language, 32) },
      { heading: "Lines", kind: "bar", cell: (language) => bar(language, longest) },
      { heading: "Code", kind: "number", cell: (language) => count(language.code) },
      { heading: "Share", kind: "number", cell: (language) => percent(ratio(language.code, code)) },
      { heading: "Comment", kind: "number", cell: ({ comment }) => count(comment) },
      { heading: "Blank", kind: "number", cell: ({ blank }) => count(blank) },
      { heading: "Files", kind: "number", cell: ({ files }) => count(files) },
    ],
  });
}

function linesOf({ code, comment, blank }: LanguageTotal): number {
  return code + comment + blank;
}

function bar({ code, comment, blank }: LanguageTotal, longest: number): Markup {
  return shareBar(
    [
      { fill: "first", share: code / longest },
      { fill: "second", share: comment / longest },
      { fill: "third", share: blank / longest },
    ],
    `${count(code)} code, ${count(comment)} comment, ${count(blank)} blank`,
  );
}
