/**
 * Decides whether a `{` opens the body of a function, and what the function is called, by looking back at the tokens
 * before it: `name(…) {`, `(…) => {`, `func name(…) result {`, with result types and modifiers in between.
 */

import { isJavaScriptLike } from "./language.ts";
import { codeAt, isTheWord, isWord, textOf } from "./tokens.ts";
import type { Tokens } from "./tokens.ts";

export interface FunctionHeader {
  name: string;
  /** Index of the first token. */
  from: number;
}

const anonymous = "(anonymous)";

/** The header that ends at the brace, or `undefined` when the brace opens something else. */
export function headerOf(
  tokens: Tokens,
  brace: number,
  language: string,
  inFunction: boolean,
): FunctionHeader | undefined {
  if (isJavaScriptLike(language)) return javaScriptHeader(tokens, brace);
  const keyword = functionKeywords.get(language);
  return keyword === undefined
    ? parameterHeader(tokens, brace, language, inFunction)
    : keywordHeader(tokens, brace, keyword);
}

const functionKeywords: ReadonlyMap<string, string> = new Map([
  ["Go", "func"],
  ["Rust", "fn"],
  ["Kotlin", "fun"],
  ["Swift", "func"],
  ["Scala", "def"],
  ["PHP", "function"],
  ["Zig", "fn"],
]);

function javaScriptHeader(tokens: Tokens, brace: number): FunctionHeader | undefined {
  const before = brace - 1;
  if (isArrow(tokens, before)) {
    const close = parametersBefore(tokens, before - 1);
    const from = close === undefined ? before - 1 : (tokens.partners[close] ?? close);
    return { name: assignedName(tokens, from - 1), from };
  }
  const close = parametersBefore(tokens, before);
  if (close === undefined) return undefined;
  const open = tokens.partners[close] ?? -1;
  let name = open - 1;
  if (isMark(tokens, name, 62)) name = beforeAngle(tokens, name);
  if (
    isTheWord(tokens, name, "function") ||
    (isMark(tokens, name, 42) && isTheWord(tokens, name - 1, "function"))
  ) {
    return { name: assignedName(tokens, name - 1), from: name };
  }
  if (isMark(tokens, name, 93)) return { name: "[computed]", from: tokens.partners[name] ?? name };
  if (tokens.kinds[name] === 2) return { name: textOf(tokens, name).slice(1, -1), from: name };
  if (!isWord(tokens, name) || isTheWord(tokens, name - 1, "new")) return undefined;
  // `name(…) {` is a method, and `f(…)` before a block on the next line without semicolon is rare enough to count as one.
  return isMark(tokens, name - 1, 46) ? undefined : { name: textOf(tokens, name), from: name };
}

/** Index of the `)` that ends the parameters, over a result type if there is one. */
function parametersBefore(tokens: Tokens, from: number): number | undefined {
  if (isMark(tokens, from, 41)) return (tokens.partners[from] ?? -1) < 0 ? undefined : from;
  for (let at = from, steps = 0; at > 0 && steps < 60; at -= 1, steps += 1) {
    if (tokens.kinds[at] !== 3) continue;
    const code = codeAt(tokens, at);
    if (code === 41 || code === 125 || code === 93) {
      if (code === 41 && isMark(tokens, at + 1, 58) && at + 1 < from) return at;
      // A block that a word follows has ended an earlier statement: it is no part of a result type.
      if (code === 125 && isWord(tokens, at + 1)) return undefined;
      const partner = tokens.partners[at] ?? -1;
      if (partner < 0) return undefined;
      at = partner;
    } else if (!isTypeMark(code) && !isArrow(tokens, at)) return undefined;
  }
  return undefined;
}

/** `. < > | & , ? : -` occur in types; `,` and `:` only inside brackets, where they end the search anyway. */
function isTypeMark(code: number): boolean {
  return (
    code === 46 ||
    code === 60 ||
    code === 62 ||
    code === 124 ||
    code === 38 ||
    code === 44 ||
    code === 63 ||
    code === 58
  );
}

/** Name from `name = …`, `const name: Type = …` or `name: …` before the token after `from`. */
function assignedName(tokens: Tokens, from: number): string {
  let at = from;
  if (isTheWord(tokens, at, "async")) at -= 1;
  if (isMark(tokens, at, 58) && isWord(tokens, at - 1)) return textOf(tokens, at - 1);
  if (!isMark(tokens, at, 61)) return anonymous;
  if (isWord(tokens, at - 1) && !isMark(tokens, at - 2, 58)) return textOf(tokens, at - 1);
  for (let back = at - 1, steps = 0; back >= 0 && steps < 40; back -= 1, steps += 1) {
    if (/^(?:const|let|var|readonly|static)$/.test(textOf(tokens, back))) return textOf(tokens, back + 1);
  }
  return anonymous;
}

function keywordHeader(tokens: Tokens, brace: number, keyword: string): FunctionHeader | undefined {
  for (let at = brace - 1, steps = 0; at >= 0 && steps < 120; at -= 1, steps += 1) {
    if (isTheWord(tokens, at, keyword)) {
      // Go methods have their receiver in parentheses before the name.
      const receiver = isMark(tokens, at + 1, 40) ? (tokens.partners[at + 1] ?? at) + 1 : at + 1;
      return {
        name: isWord(tokens, receiver) && receiver < brace ? textOf(tokens, receiver) : anonymous,
        from: at,
      };
    }
    if (tokens.kinds[at] !== 3) continue;
    const code = codeAt(tokens, at);
    if (code === 123 || code === 59 || code === 61) return undefined;
    if (code === 41 || code === 93 || code === 125) {
      const partner = tokens.partners[at] ?? -1;
      if (partner < 0 || (code === 125 && keyword !== "func")) return undefined;
      at = partner;
    }
  }
  return undefined;
}

/** `name(…) {` with modifiers such as `const` or `throws X` in between. */
function parameterHeader(
  tokens: Tokens,
  brace: number,
  language: string,
  inFunction: boolean,
): FunctionHeader | undefined {
  // Functions do not nest there: inside one, `name(…) {` is a macro or an initializer.
  if (inFunction && /^(?:C|C\/C\+\+ Header|C\+\+|Objective-C)$/.test(language)) return undefined;
  for (let at = brace - 1, steps = 0; at > 0 && steps < 40; at -= 1, steps += 1) {
    if (isMark(tokens, at, 41)) {
      const open = tokens.partners[at] ?? -1;
      if (open < 0) return undefined;
      const name = open - 1;
      // A constructor's initializers, `: a(1), b(2)`, stand between the parameters and the body.
      if (isWord(tokens, name) && (isMark(tokens, name - 1, 44) || isMark(tokens, name - 1, 58))) {
        if (!isMark(tokens, name - 2, 58)) {
          at = name;
          continue;
        }
      }
      if (!isWord(tokens, name) || isTheWord(tokens, name - 1, "new")) return undefined;
      return { name: textOf(tokens, name), from: name };
    }
    if (tokens.kinds[at] !== 3) continue;
    const code = codeAt(tokens, at);
    if (code !== 44 && code !== 46 && code !== 58 && code !== 60 && code !== 62 && code !== 38)
      return undefined;
  }
  return undefined;
}

function beforeAngle(tokens: Tokens, close: number): number {
  let depth = 0;
  for (let at = close, steps = 0; at >= 0 && steps < 80; at -= 1, steps += 1) {
    if (isMark(tokens, at, 62) && !isArrow(tokens, at)) depth += 1;
    else if (isMark(tokens, at, 60)) depth -= 1;
    if (depth === 0) return at - 1;
  }
  return close;
}

function isArrow(tokens: Tokens, index: number): boolean {
  return isMark(tokens, index, 61) && (tokens.ends[index] ?? 0) - (tokens.starts[index] ?? 0) === 2;
}

function isMark(tokens: Tokens, index: number, code: number): boolean {
  return tokens.kinds[index] === 3 && codeAt(tokens, index) === code;
}
