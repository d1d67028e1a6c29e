/** Owns the head of the page: the folder's name, its totals, how much of it was read, and the summary. */
import type { Excavation } from "../../analysis/excavation.ts";
import { markup, type Content, type Markup } from "../markup.ts";
import { bytes, count, countOf, isoDay, isoMinute, percent } from "../numbers.ts";
import { nameText } from "../path-text.ts";
import { mark } from "../section.ts";
import { summarySentences } from "./summary.ts";

/** The head of the page. */
export function overview(excavation: Excavation): Markup {
  const sentences = summarySentences(excavation).map((sentence) => markup`${sentence} `);
  return markup`<header id="top">
<p class="kicker">Code archaeology</p>
<h1>${nameText(excavation.root, 80)}</h1>
<p class="quiet">Studied ${isoMinute(excavation.generatedAt)}${historyNote(excavation)}</p>
<p class="summary">${sentences}</p>
<dl class="totals">
${totals(excavation)}</dl>
${coverage(excavation)}
</header>
`;
}

function historyNote({ history }: Excavation): string {
  if (history === undefined) return " · no git history";
  const cut = history.truncated ? "the newest " : "";
  const [first, last] = [isoDay(history.firstAt), isoDay(history.lastAt)];
  const span = first === last ? `on ${first}` : `from ${first} to ${last}`;
  return ` · ${cut}${countOf(history.commits, "commit")} ${span}`;
}

function totals({ totals, languages, history, files }: Excavation): Content {
  const facts: readonly (readonly [string, string, string])[] = [
    ["Lines of code", count(totals.code), `${count(totals.comment)} of comments`],
    ["Files", count(files), `${bytes(totals.bytes)} read`],
    ["Languages", count(languages.length), unrecognised(totals.unrecognised)],
    ["Functions", count(totals.functions), perFunction(totals)],
    [
      "Commits",
      history === undefined ? "–" : count(history.commits),
      history === undefined ? "no history" : "",
    ],
    [
      "Authors",
      history === undefined ? "–" : count(history.authors),
      history === undefined ? "no history" : "",
    ],
  ];
  return facts.map(([name, figure, note]) => {
    const small = note === "" ? undefined : markup`<small>${note}</small>`;
    return markup`<div><dt>${name}</dt><dd>${figure}${small}</dd></div>\n`;
  });
}

function unrecognised(files: number): string {
  return files === 0 ? "every file recognised" : `${countOf(files, "file")} in none of them`;
}

function perFunction({ functions, code }: Excavation["totals"]): string {
  return functions === 0 ? "none recognised" : `one per ${count(code / functions)} lines of code`;
}

function coverage({ coverage }: Excavation): Markup {
  if (coverage.listed === 0)
    return markup`<p class="coverage">${mark("plain")} Coverage: the folder has no files.</p>`;
  const whole = coverage.read === coverage.listed;
  const says = whole
    ? `all ${countOf(coverage.listed, "listed file")} were read.`
    : `${count(coverage.read)} of ${countOf(coverage.listed, "listed file")} were read (${percent(coverage.ratio)}).`;
  const more = whole ? undefined : markup` <a href="#coverage">What is missing</a>`;
  return markup`<p class="coverage">${mark(whole ? "good" : "watch")} Coverage: ${says}${more}</p>`;
}
