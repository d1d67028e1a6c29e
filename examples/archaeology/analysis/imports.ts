/**
 * Finds what a file imports, as written in it: each specifier once, in order of appearance.
 * JavaScript and TypeScript go by tokens, so that comments and strings cannot deceive; other languages by lines.
 * A leading `./` is put before names that the language looks up beside the file: C's `"…"` includes and Rust's `mod`.
 */

import { tokensOf } from "./functions.ts";
import { isJavaScriptLike } from "./language.ts";
import { codeAt, isTheWord, stringToken, textOf, wordToken } from "./tokens.ts";
import type { Tokens } from "./tokens.ts";

/** Imported specifiers. `tokens` saves the work when the caller has them already. */
export function findImports(text: string, language: string | null, tokens?: Tokens): string[] {
  if (language === null) return [];
  if (isJavaScriptLike(language)) {
    const found = tokens ?? tokensOf(text, language);
    return found === undefined ? [] : [...javaScriptImports(found)];
  }
  const find = findersByLanguage.get(language);
  return find === undefined ? [] : [...new Set(find(text))];
}

function javaScriptImports(tokens: Tokens): Set<string> {
  const found = new Set<string>();
  for (let index = 0; index < tokens.count; index += 1) {
    if (tokens.kinds[index] !== wordToken) continue;
    const first = codeAt(tokens, index);
    // Only words that begin with i, e or r can matter; the test saves most comparisons.
    if (first !== 105 && first !== 101 && first !== 114) continue;
    if (codeAt(tokens, index - 1) === 46) continue;
    const specifier = specifierAt(tokens, index);
    if (specifier !== undefined && specifier !== "") found.add(specifier);
  }
  return found;
}

function specifierAt(tokens: Tokens, index: number): string | undefined {
  if (isTheWord(tokens, index, "import")) {
    if (isString(tokens, index + 1)) return unquoted(tokens, index + 1);
    if (codeAt(tokens, index + 1) === 40) return argument(tokens, index + 1);
    return afterFrom(tokens, index + 1);
  }
  if (isTheWord(tokens, index, "require") && codeAt(tokens, index + 1) === 40)
    return argument(tokens, index + 1);
  if (isTheWord(tokens, index, "export")) {
    const next = isTheWord(tokens, index + 1, "type") ? index + 2 : index + 1;
    const code = codeAt(tokens, next);
    return code === 123 || code === 42 ? afterFrom(tokens, next) : undefined;
  }
  return undefined;
}

function argument(tokens: Tokens, open: number): string | undefined {
  const next = codeAt(tokens, open + 2);
  // `import("x", { with: … })` has a second argument.
  return isString(tokens, open + 1) && (next === 41 || next === 44) ? unquoted(tokens, open + 1) : undefined;
}

/** The string after `from` in a clause of names, braces, commas and `*`. */
function afterFrom(tokens: Tokens, start: number): string | undefined {
  for (let at = start; at < tokens.count; at += 1) {
    const code = codeAt(tokens, at);
    if (code === 123) {
      const close = tokens.partners[at] ?? -1;
      if (close < 0) return undefined;
      at = close;
    } else if (isTheWord(tokens, at, "from") && isString(tokens, at + 1)) return unquoted(tokens, at + 1);
    else if (tokens.kinds[at] !== wordToken && code !== 42 && code !== 44) return undefined;
    else if (at - start > 12) return undefined;
  }
  return undefined;
}

function isString(tokens: Tokens, index: number): boolean {
  return tokens.kinds[index] === stringToken && index < tokens.count;
}

function unquoted(tokens: Tokens, index: number): string {
  return textOf(tokens, index).slice(1, -1);
}

type Finder = (text: string) => string[];

/** Finder that takes the first group of every match. */
function matching(pattern: RegExp, prefix = ""): Finder {
  return (text) => [...text.matchAll(pattern)].map((match) => prefix + (match[1] ?? ""));
}

const include: Finder = (text) =>
  [...text.matchAll(/^[ \t]*#[ \t]*(?:include|import)[ \t]*(?:"([^"\n]+)"|<([^>\n]+)>)/gm)].map((match) =>
    match[1] === undefined ? (match[2] ?? "") : `./${match[1]}`,
  );

const dotted = matching(/^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.]+\*?)/gm);

function findPythonImports(text: string): string[] {
  const code = text.replace(/("""|''')[^]*?\1/g, "");
  const pattern =
    /^[ \t]*(?:import[ \t]+([\w., \t]+)|from[ \t]+(\.*[\w.]*)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]+))/gm;
  return [...code.matchAll(pattern)].flatMap(([, modules, from, names]) => {
    if (modules !== undefined) return modules.split(",").flatMap((part) => part.trim().split(/\s/)[0] || []);
    // `from . import a, b` names modules beside the file, as far as they are modules.
    if (/^\.+$/.test(from ?? "")) return importedNames(names ?? "").map((name) => `${from}${name}`);
    return from || [];
  });
}

function importedNames(list: string): string[] {
  return list
    .replace(/#.*$/gm, "")
    .replace(/[()]/g, "")
    .split(",")
    .flatMap((part) => part.trim().split(/\s/)[0]?.replace(/\\$/, "") || []);
}

function findGoImports(text: string): string[] {
  const blocks = [...text.matchAll(/^import\s*(?:\(([^)]*)\)|(?:[\w.]+\s+)?("[^"\n]+"))/gm)];
  return blocks.flatMap(([, block, single]) =>
    [...(block ?? single ?? "").replace(/\/\/.*$/gm, "").matchAll(/"([^"\n]+)"/g)].map(
      (match) => match[1] ?? "",
    ),
  );
}

function findRustImports(text: string): string[] {
  return [
    ...matching(/^[ \t]*(?:pub(?:\([^)]*\))?[ \t]+)?mod[ \t]+(\w+)[ \t]*;/gm, "./")(text),
    ...matching(/^[ \t]*(?:pub(?:\([^)]*\))?[ \t]+)?use[ \t]+([\w:]+\w)/gm)(text),
  ];
}

function findRubyImports(text: string): string[] {
  return [...text.matchAll(/^[ \t]*require(_relative)?[ \t(]+["']([^"'\n]+)["']/gm)].map((match) =>
    match[1] === undefined ? (match[2] ?? "") : `./${(match[2] ?? "").replace(/^\.\//, "")}`,
  );
}

const phpImports = matching(
  /^[ \t]*(?:use[ \t]+([\w\\]+)|(?:require|include)(?:_once)?[ \t(]+["'][^"'\n]+["'])/gm,
);

const findersByLanguage: ReadonlyMap<string, Finder> = new Map<string, Finder>([
  ["Python", findPythonImports],
  ["Cython", findPythonImports],
  ["Go", findGoImports],
  ["Rust", findRustImports],
  ["Ruby", findRubyImports],
  ["PHP", (text) => phpImports(text).filter((name) => name !== "")],
  ["C", include],
  ["C++", include],
  ["C/C++ Header", include],
  ["Objective-C", include],
  ["CUDA", include],
  ["Java", dotted],
  ["Kotlin", dotted],
  ["Scala", dotted],
  ["Groovy", dotted],
  ["Swift", dotted],
  ["C#", matching(/^[ \t]*(?:global[ \t]+)?using[ \t]+(?:static[ \t]+)?([\w.]+)[ \t]*;/gm)],
  ["Dart", matching(/^[ \t]*(?:import|export|part)[ \t]+["']([^"'\n]+)["']/gm)],
  ["Protocol Buffers", matching(/^[ \t]*import[ \t]+(?:public[ \t]+|weak[ \t]+)?"([^"\n]+)"/gm)],
  ["CSS", matching(/@import[ \t]+(?:url\([ \t]*)?["']([^"'\n]+)["']/g)],
  ["SCSS", matching(/@(?:import|use|forward)[ \t]+["']([^"'\n]+)["']/g)],
  ["LESS", matching(/@import[ \t]+(?:\([^)]*\)[ \t]*)?["']([^"'\n]+)["']/g)],
  ["Vuejs Component", findScriptImports],
  ["Svelte", findScriptImports],
]);

/** Components hold their JavaScript between script tags. */
function findScriptImports(text: string): string[] {
  return [...text.matchAll(/<script[^>]*>([^]*?)<\/script>/gi)].flatMap((match) =>
    findImports(match[1] ?? "", "TypeScript"),
  );
}
