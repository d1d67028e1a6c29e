/**
 * Finds functions with a body, how long they are and how deep control blocks nest in them.
 * Languages with braces go through the tokenizer; Python goes by indentation. A nested function counts on its own:
 * its blocks do not deepen the function around it. Arrow functions with a bare expression are not counted.
 */

import type { FunctionFinding, FunctionFindings } from "./file-finding.ts";
import { headerOf } from "./function-header.ts";
import { isJavaScriptLike } from "./language.ts";
import { findPythonFunctions } from "./python-functions.ts";
import { codeAt, isTheWord, isWord, textOf, tokenize } from "./tokens.ts";
import type { TokenRules, Tokens } from "./tokens.ts";

const braceLanguages: ReadonlyMap<string, TokenRules> = new Map(
  (
    [
      [
        "C|C++|C/C++ Header|CUDA|Objective-C|Objective-C++|C#",
        { javascript: false, hashLines: true, singleQuotes: false },
      ],
      [
        "Java|Go|Rust|Kotlin|Swift|Scala|Groovy|Zig",
        { javascript: false, hashLines: false, singleQuotes: false },
      ],
      ["Dart", { javascript: false, hashLines: false, singleQuotes: true }],
      ["PHP", { javascript: false, hashLines: true, singleQuotes: true }],
    ] as const
  ).flatMap(([names, rules]) => names.split("|").map((name) => [name, rules] as const)),
);

/** Tokens for the languages whose functions and imports are found by tokens; `undefined` for others. */
export function tokensOf(text: string, language: string | null): Tokens | undefined {
  if (isJavaScriptLike(language))
    return tokenize(text, { javascript: true, hashLines: false, singleQuotes: true });
  const rules = language === null ? undefined : braceLanguages.get(language);
  return rules === undefined ? undefined : tokenize(text, rules);
}

/** All functions of a text, by their first line. `tokens` saves the work when the caller has them already. */
export function findFunctions(
  text: string,
  language: string | null,
  tokens: Tokens | undefined = tokensOf(text, language),
): FunctionFinding[] {
  if (language === "Python" || language === "Starlark") return findPythonFunctions(text);
  return tokens === undefined ? [] : findBraceFunctions(tokens, language ?? "");
}

/** The part of the functions that is worth keeping. */
export function summariseFunctions(functions: FunctionFinding[]): FunctionFindings {
  const longest = functions.toSorted((a, b) => b.lines - a.lines || a.line - b.line);
  const deepest = functions.toSorted((a, b) => b.nestingMax - a.nestingMax || b.lines - a.lines);
  const top = new Set([...longest.slice(0, 3), ...deepest.slice(0, 2).filter((one) => one.nestingMax > 1)]);
  return {
    count: functions.length,
    nestingMax: deepest[0]?.nestingMax ?? 0,
    top: [...top].toSorted((a, b) => b.lines - a.lines || a.line - b.line),
  };
}

interface OpenBrace {
  closesAt: number;
  /** The function this brace opens; absent for other braces. */
  opened?: FunctionFinding;
  isControl: boolean;
}

const controlWords = new Set(
  "if else for foreach while do switch match try catch finally loop select unless guard repeat when synchronized using unsafe".split(
    " ",
  ),
);

function findBraceFunctions(tokens: Tokens, language: string): FunctionFinding[] {
  const found: FunctionFinding[] = [];
  const open: OpenBrace[] = [];
  const within: { opened: FunctionFinding; depth: number }[] = [];
  for (let index = 0; index < tokens.count; index += 1) {
    if (tokens.kinds[index] !== 3) continue;
    const code = codeAt(tokens, index);
    if (code === 123) openBrace(tokens, index, language, open, within);
    else if (code === 125) {
      const top = open.at(-1);
      if (top === undefined || top.closesAt !== index) continue;
      open.pop();
      const current = within.at(-1);
      if (top.opened !== undefined) {
        within.pop();
        top.opened.lines = (tokens.lines[index] ?? 1) - top.opened.line + 1;
        found.push(top.opened);
      } else if (top.isControl && current !== undefined) current.depth -= 1;
    }
  }
  return found.toSorted((a, b) => a.line - b.line || b.lines - a.lines);
}

function openBrace(
  tokens: Tokens,
  index: number,
  language: string,
  open: OpenBrace[],
  within: { opened: FunctionFinding; depth: number }[],
): void {
  const closesAt = tokens.partners[index] ?? -1;
  if (closesAt < 0) return;
  const current = within.at(-1);
  const isControl = opensControlBlock(tokens, index, language);
  const header = isControl ? undefined : headerOf(tokens, index, language, current !== undefined);
  if (header !== undefined) {
    const opened = { name: header.name, line: tokens.lines[header.from] ?? 1, lines: 1, nestingMax: 0 };
    open.push({ closesAt, opened, isControl: false });
    within.push({ opened, depth: 0 });
    return;
  }
  open.push({ closesAt, isControl });
  if (isControl && current !== undefined) {
    current.depth += 1;
    current.opened.nestingMax = Math.max(current.opened.nestingMax, current.depth);
  }
}

/** `if (…) {`, `else {`, `try {`, and without parentheses `for x in y {`. */
function opensControlBlock(tokens: Tokens, index: number, language: string): boolean {
  const before = index - 1;
  if (isWord(tokens, before) && controlWords.has(textOf(tokens, before))) return !isMember(tokens, before);
  if (codeAt(tokens, before) === 41 && tokens.kinds[before] === 3) {
    const word = (tokens.partners[before] ?? 0) - 1;
    if (isTheWord(tokens, word, "await")) return isTheWord(tokens, word - 1, "for");
    if (isWord(tokens, word) && controlWords.has(textOf(tokens, word)) && !isMember(tokens, word))
      return true;
  }
  if (isJavaScriptLike(language)) return false;
  return statementStartsWithControl(tokens, before);
}

/** `object.if` and `#catch` are names. */
function isMember(tokens: Tokens, index: number): boolean {
  const code = codeAt(tokens, index - 1);
  return tokens.kinds[index - 1] === 3 && (code === 46 || code === 35);
}

function statementStartsWithControl(tokens: Tokens, from: number): boolean {
  for (let at = from, steps = 0; at >= 0 && steps < 60; at -= 1, steps += 1) {
    if (tokens.kinds[at] === 3) {
      const code = codeAt(tokens, at);
      if (code === 123 || code === 59 || code === 125) {
        // Go's `for i := 0; i < n; i++ {` and `if x := f(); x {` have semicolons of their own.
        if (code !== 59 || tokens.lines[at] !== tokens.lines[from]) return false;
      } else if (code === 41 || code === 93) at = Math.max(tokens.partners[at] ?? at, 0);
    } else if (isWord(tokens, at)) {
      const word = textOf(tokens, at);
      if (controlWords.has(word)) return true;
      if (/^(?:func|fn|fun|function|def|class|struct|impl|enum|interface|trait)$/.test(word)) return false;
    }
  }
  return false;
}
