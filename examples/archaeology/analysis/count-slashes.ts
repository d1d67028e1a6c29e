/**
 * Counts the lines of code in languages with `/* … *\/` and `// …`.
 * Only lines with a `/` are looked at character by character. Comment marks in strings count as comments, as they do
 * for cloc without `--strip-str-comments`; Java's file patterns are the exception that cloc makes.
 */

import { isBlank } from "./text-lines.ts";

export interface SlashRule {
  /** Without `// …`. */
  blocksOnly?: true;
  /** Lines that start with `#` are comments too. */
  hash?: true;
  /** Strings that end with a block mark, as in `"src/**\/*"`, hold no comment. */
  patternStrings?: true;
}

/** Lines of code: lines that are not blank once comments, with the line breaks inside them, are cut out. */
export function countSlashes(text: string, rule: SlashRule): number {
  const first = scan(text, rule, Number.POSITIVE_INFINITY);
  // A block that never ends is no comment: count again with that opening mark, and so all after it, as plain text.
  return first.openBlock === 0 ? first.code : scan(text, rule, first.openBlock - 1).code;
}

/** Longer lines are generated; the search for strings in them would take too long. */
const patternLineMax = 10_000;

interface ScanState {
  code: number;
  /** The line being put together, which block comments may continue over several lines of the text, holds code. */
  filled: boolean;
  inBlock: boolean;
  blocks: number;
  /** No block ends in the rest of the text. */
  neverEnds: boolean;
}

function scan(text: string, rule: SlashRule, blocksMax: number): { code: number; openBlock: number } {
  const state: ScanState = { code: 0, filled: false, inBlock: false, blocks: 0, neverEnds: false };
  let nextSlash = text.indexOf("/");
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
    if (rule.hash === true && first === 35) continue;
    if (nextSlash !== -1 && nextSlash < at) nextSlash = text.indexOf("/", at);
    if (nextSlash === -1 || nextSlash >= end) {
      if (!state.inBlock) {
        state.code += 1;
        state.filled = false;
      }
      continue;
    }
    scanLine(text, at, end, rule, state, blocksMax);
    if (!state.inBlock) {
      if (state.filled) state.code += 1;
      state.filled = false;
    }
  }
  if (state.filled && state.inBlock) state.code += 1;
  return { code: state.code, openBlock: state.inBlock ? state.blocks : 0 };
}

function scanLine(
  text: string,
  from: number,
  to: number,
  rule: SlashRule,
  state: ScanState,
  blocksMax: number,
): void {
  let source = text;
  let at = from;
  let end = to;
  if (rule.patternStrings === true && to - from < patternLineMax) {
    source = text.slice(from, to).replace(/(["']).*?(?:\/\*|\*\/)\1/g, '"xx"');
    at = 0;
    end = source.length;
  }
  while (at < end) {
    if (state.inBlock) {
      const close = source.indexOf("*/", at);
      if (close < 0 || close + 1 >= end) return;
      state.inBlock = false;
      at = close + 2;
      continue;
    }
    const code = source.charCodeAt(at);
    if (code === 47) {
      const next = at + 1 < end ? source.charCodeAt(at + 1) : 0;
      if (next === 47 && rule.blocksOnly !== true) return;
      if (next === 42 && state.blocks < blocksMax && !endsNever(text, from, state)) {
        state.inBlock = true;
        state.blocks += 1;
        at += 2;
        continue;
      }
    }
    if (!state.filled && !isBlank(code)) state.filled = true;
    at = state.filled ? nextSlashWithin(source, at + 1, end) : at + 1;
  }
}

/** Looked up once: a text with many opening marks and no closing one would otherwise be searched for each of them. */
function endsNever(text: string, from: number, state: ScanState): boolean {
  if (!state.neverEnds) state.neverEnds = text.indexOf("*/", from) < 0;
  return state.neverEnds;
}

function nextSlashWithin(source: string, from: number, end: number): number {
  for (let at = from; at < end; at += 1) if (source.charCodeAt(at) === 47) return at;
  return end;
}
