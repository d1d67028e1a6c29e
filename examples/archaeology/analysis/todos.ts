/**
 * Finds work that comments put off: TODO, FIXME, XXX, HACK and BUG in capitals, after a comment mark on the same line
 * or in a line that looks like the inside of a block comment.
 */

import { commentRuleOf } from "./comment-rules.ts";
import type { CommentRule } from "./comment-rules.ts";
import type { TodoFinding } from "./file-finding.ts";
import { lineCounter } from "./line-index.ts";

const tagPattern = /\b(?:TODO|FIXME|HACK|XXX|BUG)\b/g;
/** What stands before a tag in a comment; a line that begins with the tag is taken for the inside of a block. */
const marksByRule: Record<CommentRule["kind"], RegExp> = {
  plain: /[^]/,
  slashes: /\/\/|\/\*|^\s*[*#]|^\s*$/,
  "line-marks": /#|--|[;%!'"]|\/\/|::|\brem\b/i,
  "triple-quotes": /#|"""|'''|^\s*$/,
  markup: /<!--|\/\/|\/\*|^\s*\*|^\s*$/,
  filters: /#|\/\/|\/\*|--|<!--|[;{]|^\s*\*|^\s*$/,
};

const todosMax = 50;
const columnMax = 400;

/** Languages in which everything, or nothing, would be a comment. */
const isProse = new Set([
  "Markdown",
  "Text",
  "JSON",
  "SVG",
  "reStructuredText",
  "AsciiDoc",
  "PO File",
  "diff",
]);

/** At most 50, in line order. */
export function findTodos(text: string, language: string): TodoFinding[] {
  if (isProse.has(language)) return [];
  const found: TodoFinding[] = [];
  const commentBefore = marksByRule[commentRuleOf(language).kind];
  const lineOf = lineCounter(text);
  let lineFoundLast = -1;
  for (const match of text.matchAll(tagPattern)) {
    const before = text.slice(Math.max(0, match.index - columnMax), match.index);
    const start = match.index - before.length + before.lastIndexOf("\n") + 1;
    // A tag far along a line sits in generated code or prose, not in a comment someone wrote.
    if (start === lineFoundLast || match.index - start >= columnMax) continue;
    if (!commentBefore.test(text.slice(start, match.index))) continue;
    if (!isMarked(text, match.index + match[0].length)) continue;
    lineFoundLast = start;
    found.push({ line: lineOf(match.index), tag: match[0], text: wording(text, match.index) });
    if (found.length === todosMax) break;
  }
  return found;
}

/** `TODO:`, `TODO(name)`, `TODO - `, `TODO ` and a bare tag at the end of a line; not `TODO_LIST` or `XXX-1`. */
function isMarked(text: string, end: number): boolean {
  return end >= text.length || /[\s:(!,.]/.test(text.charAt(end));
}

function wording(text: string, from: number): string {
  const end = text.indexOf("\n", from);
  const line = text.slice(from, Math.min(end < 0 ? text.length : end, from + 200));
  return line.replace(/(?:\*\/|-->)\s*$/, "").trim();
}
