/**
 * Cuts comments out line by line with a list of filters, each working on the lines the former left; for languages
 * that the single-pass counters do not cover. Blank lines never reach a filter.
 */

import type { CommentRule, LineFilter } from "./comment-rules.ts";
import { countSlashes } from "./count-slashes.ts";
import { countTripleQuotes } from "./count-triple-quotes.ts";
import { filledLines } from "./text-lines.ts";

/** The lines that are code. After a rule that only counts, the lines are stand-ins: their number is the result. */
export function applyFilters(text: string, filters: readonly LineFilter[]): string[] {
  let lines = filledLines(text);
  for (const filter of filters) {
    lines = applyFilter(lines, filter).filter((line) => /\S/.test(line));
  }
  return lines;
}

function applyFilter(lines: string[], filter: LineFilter): string[] {
  if ("drop" in filter) return lines.filter((line) => !filter.drop.test(line));
  if ("from" in filter) return dropSections(lines, filter.from, filter.through);
  if ("onwards" in filter) return dropOnwards(lines, filter.onwards);
  if ("between" in filter) return dropBetween(lines, literal(filter.between[0]), literal(filter.between[1]));
  if ("betweenPatterns" in filter)
    return dropBetween(lines, filter.betweenPatterns[0], filter.betweenPatterns[1]);
  if ("replace" in filter) return lines.map((line) => line.replace(filter.replace[0], filter.replace[1]));
  if ("indentedBelow" in filter) return dropIndentedBelow(lines, filter.indentedBelow);
  return applyRule(lines, filter.rule);
}

function applyRule(lines: string[], rule: CommentRule): string[] {
  switch (rule.kind) {
    case "markup":
      return dropMarkup(lines);
    case "slashes":
      return standIns(countSlashes(lines.join("\n"), rule));
    case "triple-quotes":
      return standIns(countTripleQuotes(lines.join("\n")));
    case "line-marks":
      return lines.filter((line) => !rule.marks.some((mark) => line.trimStart().startsWith(mark)));
    case "filters":
      return applyFilters(lines.join("\n"), rule.filters);
    case "plain":
      return lines;
  }
}

function standIns(count: number): string[] {
  return Array.from({ length: count }, () => "code");
}

function dropSections(lines: string[], from: RegExp, through: RegExp): string[] {
  let inside = false;
  return lines.filter((line) => {
    if (!inside && from.test(line)) {
      inside = true;
      return false;
    }
    if (inside && through.test(line)) {
      inside = false;
      return false;
    }
    return !inside;
  });
}

function dropOnwards(lines: string[], onwards: RegExp): string[] {
  const index = lines.findIndex((line) => onwards.test(line));
  return index < 0 ? lines : lines.slice(0, index);
}

/** Cuts from `open` to `close`, also over lines; code before and after on the same line stays. */
function dropBetween(lines: string[], open: RegExp, close: RegExp): string[] {
  const whole = new RegExp(`${open.source}.*?${close.source}`, "g");
  const upToClose = new RegExp(`^.*?${close.source}`);
  const kept: string[] = [];
  let inside = false;
  for (const line of lines) {
    // Without the closing mark on the line, the search for pairs would look to its end from every opening mark.
    let rest = close.test(line) ? line.replace(whole, "") : line;
    if (rest.trim() === "") continue;
    if (inside) {
      if (!close.test(rest)) continue;
      rest = rest.replace(upToClose, "");
      inside = false;
      if (rest.trim() === "") continue;
    }
    const opened = open.exec(rest);
    if (opened === null) {
      kept.push(rest);
      continue;
    }
    inside = true;
    const before = rest.slice(0, opened.index);
    if (before.trim() !== "") kept.push(before);
  }
  return kept;
}

/** As cloc cuts `<!-- … -->`: a line on which a comment begins and does not end is all comment. */
function dropMarkup(lines: string[]): string[] {
  const kept: string[] = [];
  let inside = false;
  for (const line of lines) {
    let rest = line.includes("<!--") ? line.replace(/<!--.*?-->/g, "") : line;
    if (inside && rest.includes("-->")) {
      rest = rest.slice(rest.indexOf("-->") + 3);
      inside = false;
    }
    if (rest.includes("<!--")) inside = true;
    if (!inside) kept.push(rest);
  }
  return kept;
}

/** Drops a line that matches and the lines below it that are indented more than its first group. */
function dropIndentedBelow(lines: string[], pattern: RegExp): string[] {
  let depth = 0;
  return lines.filter((line) => {
    const expanded = line.replaceAll("\t", "        ");
    if (depth > 0) {
      if (expanded.search(/\S/) >= depth) return false;
      depth = 0;
      return true;
    }
    const match = pattern.exec(expanded);
    if (match === null) return true;
    depth = (match[1] ?? "").length + 1;
    return false;
  });
}

function literal(marker: string): RegExp {
  return new RegExp(marker.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
}
