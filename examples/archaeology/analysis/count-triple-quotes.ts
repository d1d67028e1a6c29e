/**
 * Counts the lines of code in languages with `#` comments and triple-quoted strings, which cloc takes for comments
 * wherever they stand. A prefix such as `r` before the quotes is code, as is what stands around the string.
 */

import { isBlank } from "./text-lines.ts";

/** Lines of code once comments and triple-quoted strings, with the line breaks inside them, are cut out. */
export function countTripleQuotes(text: string): number {
  const first = scan(text, Number.POSITIVE_INFINITY);
  return first.openString === 0 ? first.code : scan(text, first.openString - 1).code;
}

function scan(text: string, stringsMax: number): { code: number; openString: number } {
  let code = 0;
  let filled = false;
  let inString = false;
  let strings = 0;
  const nextQuotes = quotesFinder(text);
  let quotes = nextQuotes(0);
  for (let start = 0; start < text.length;) {
    let at = start;
    while (isBlank(text.charCodeAt(at))) at += 1;
    if (at >= text.length) break;
    const first = text.charCodeAt(at);
    if (first === 10) {
      start = at + 1;
      continue;
    }
    let end = text.indexOf("\n", at);
    if (end < 0) end = text.length;
    start = end + 1;
    if (first === 35 || hasSlashMark(text, at, end)) {
      if (quotes < start) quotes = nextQuotes(start);
      continue;
    }
    while (quotes < end) {
      if (!inString) {
        if (!filled && hasCode(text, at, quotes)) filled = true;
        if (strings >= stringsMax) {
          filled = true;
          quotes = nextQuotes(start);
          break;
        }
        strings += 1;
      }
      inString = !inString;
      at = quotes + 3;
      quotes = nextQuotes(at);
    }
    if (inString) continue;
    if (filled || hasCode(text, at, end)) code += 1;
    filled = false;
  }
  return { code, openString: inString ? strings : 0 };
}

/**
 * A function that gives the position of the next triple quotes of either kind, beyond every text when there are none.
 * It is asked in rising order and remembers the kind that lies further on.
 */
function quotesFinder(text: string): (from: number) => number {
  let double = -1;
  let single = -1;
  const next = (quotes: string, from: number): number => {
    const at = text.indexOf(quotes, from);
    return at < 0 ? Number.POSITIVE_INFINITY : at;
  };
  return (from) => {
    if (double < from) double = next('"""', from);
    if (single < from) single = next("'''", from);
    return Math.min(double, single);
  };
}

/** cloc leaves out lines with C comment marks before it looks at the quotes. */
function hasSlashMark(text: string, from: number, to: number): boolean {
  for (let at = from; at < to - 1; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 42 && text.charCodeAt(at + 1) === 47) return true;
    if (code === 47 && text.charCodeAt(at + 1) === 42) return true;
  }
  return false;
}

/** True when there is something other than white space, a lone `u` prefix before quotes aside. */
function hasCode(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (isBlank(code)) continue;
    const isPrefix = (code === 117 || code === 85) && at === to - 1 && /['"]/.test(text.charAt(to));
    if (!isPrefix) return true;
  }
  return false;
}
