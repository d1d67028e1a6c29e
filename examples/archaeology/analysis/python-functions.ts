/** Finds Python functions by indentation: a function ends before the next line that is not indented deeper. */

import type { FunctionFinding } from "./file-finding.ts";

interface OpenFunction {
  found: FunctionFinding;
  indent: number;
  /** Indents of the control statements open in the body. */
  blocks: number[];
}

const definition = /^(?:async\s+)?def\s+(\w+)/;
const control =
  /^(?:if|for|while|with|try|match|async\s+(?:for|with))\b|^(?:elif|else|except|finally|case)\b/;

/** All functions and methods, by their first line. */
export function findPythonFunctions(text: string): FunctionFinding[] {
  const found: FunctionFinding[] = [];
  const open: OpenFunction[] = [];
  let lastFilled = 0;
  let quotes: string | undefined;
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    const content = line.trim();
    const startsInString = quotes !== undefined;
    quotes = quotesAfter(content, quotes);
    if (content === "") continue;
    if (startsInString || content.startsWith("#") || /^[)\]}]/.test(content)) {
      if (!content.startsWith("#")) lastFilled = index + 1;
      continue;
    }
    const indent = line.search(/\S/);
    closeThrough(open, indent, lastFilled);
    lastFilled = index + 1;
    const name = definition.exec(content)?.[1];
    if (name !== undefined) {
      const function_ = { name, line: index + 1, lines: 1, nestingMax: 0 };
      found.push(function_);
      open.push({ found: function_, indent, blocks: [] });
    } else if (control.test(content)) enterBlock(open.at(-1), indent);
  }
  closeThrough(open, -1, lastFilled);
  return found;
}

function closeThrough(open: OpenFunction[], indent: number, lastLine: number): void {
  for (let top = open.at(-1); top !== undefined && indent <= top.indent; top = open.at(-1)) {
    top.found.lines = Math.max(1, lastLine - top.found.line + 1);
    open.pop();
  }
}

function enterBlock(inside: OpenFunction | undefined, indent: number): void {
  if (inside === undefined) return;
  while ((inside.blocks.at(-1) ?? -1) >= indent) inside.blocks.pop();
  inside.blocks.push(indent);
  inside.found.nestingMax = Math.max(inside.found.nestingMax, inside.blocks.length);
}

/** The triple quotes that are open after the line, if any. */
function quotesAfter(content: string, before: string | undefined): string | undefined {
  let quotes = before;
  if (quotes === undefined && content.startsWith("#")) return undefined;
  for (const match of content.matchAll(/"""|'''/g)) {
    if (quotes === undefined) quotes = match[0];
    else if (quotes === match[0]) quotes = undefined;
  }
  return quotes;
}
