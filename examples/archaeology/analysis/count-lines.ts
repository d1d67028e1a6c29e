/**
 * Counts code, comment and blank lines as cloc does: blank lines first; then comments are cut out together with the
 * line breaks inside them; what is left and is not blank is code, and the rest of the total is comment. So two
 * pieces of code with a block comment from one line to the next between them are one line of code.
 * One pass over the text without copies for the languages most code is written in; `filter-lines.ts` does the rest.
 */

import { commentRuleOf, isScriptLanguage } from "./comment-rules.ts";
import type { CommentRule } from "./comment-rules.ts";
import { countSlashes } from "./count-slashes.ts";
import { countTripleQuotes } from "./count-triple-quotes.ts";
import { applyFilters } from "./filter-lines.ts";
import { isBlank } from "./text-lines.ts";

export interface LineCount {
  code: number;
  comment: number;
  blank: number;
}

/** Line counts of a text in a language named as in `language.ts`. A last line without line break counts. */
export function countLines(text: string, language: string): LineCount {
  const { total, blank } = countBlank(text);
  const code = countCode(text, commentRuleOf(language), total - blank) + interpreterLine(text, language);
  return { code, comment: total - blank - code, blank };
}

function countCode(text: string, rule: CommentRule, filled: number): number {
  switch (rule.kind) {
    case "plain":
      return filled;
    case "line-marks":
      return filled - countMarked(text, rule.marks);
    case "slashes":
      return countSlashes(text, rule);
    case "triple-quotes":
      return countTripleQuotes(text);
    case "markup":
      return text.includes("<!--") ? applyFilters(text, [{ rule }]).length : filled;
    case "filters":
      return applyFilters(text, rule.filters).length;
  }
}

function countBlank(text: string): { total: number; blank: number } {
  let total = 0;
  let blank = 0;
  for (let start = 0; start < text.length;) {
    let at = start;
    while (isBlank(text.charCodeAt(at))) at += 1;
    total += 1;
    if (at >= text.length || text.charCodeAt(at) === 10) {
      blank += 1;
      start = at + 1;
      continue;
    }
    const end = text.indexOf("\n", at);
    start = end < 0 ? text.length : end + 1;
  }
  return { total, blank };
}

function countMarked(text: string, marks: readonly string[]): number {
  let marked = 0;
  for (let start = 0; start < text.length;) {
    let at = start;
    while (isBlank(text.charCodeAt(at))) at += 1;
    if (startsWithAny(text, at, marks)) marked += 1;
    const end = text.indexOf("\n", at);
    start = end < 0 ? text.length : end + 1;
  }
  return marked;
}

/** Marks match without regard to case: `REM` and `rem` are one. */
function startsWithAny(text: string, at: number, marks: readonly string[]): boolean {
  for (const mark of marks) {
    if (text.startsWith(mark, at)) return true;
    if (mark === "rem" && text.slice(at, at + 3).toLowerCase() === mark) return true;
  }
  return false;
}

/** 1 when the first line that is not blank names an interpreter, which the rule took for a comment. */
function interpreterLine(text: string, language: string): number {
  return isScriptLanguage.has(language) && /^(?:[^\S\n]*\n)*#!/.test(text) ? 1 : 0;
}
