/**
 * Owns naming the language of a file: by name, by extension (the longest that is known, up to three parts), then by
 * its first line. Reads no file. Content settles the extensions that languages share.
 */

import {
  isUncountedExtension,
  isUncountedName,
  languageByExtension,
  languageByInterpreter,
  languageByName,
} from "./language-extensions.ts";

/**
 * Language of the file with this path and text, named as cloc names it; `null` when it is not source in a known
 * language (cloc does not count such files either).
 */
export function detectLanguage(path: string, text: string): string | null {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (isUncountedName.has(name) || name.endsWith("~")) return null;
  const named = languageByName.get(name);
  if (named !== undefined) return named;
  for (const extension of extensionsOf(name)) {
    if (isUncountedExtension.has(extension)) return null;
    const settle = contentSettledExtensions.get(extension);
    if (settle !== undefined) return settle(text);
    const language = languageByExtension.get(extension);
    if (language !== undefined) return settleByContent(name, extension, language, text);
  }
  if (name.startsWith("Dockerfile.")) return "Dockerfile";
  if (name.startsWith("Containerfile.")) return "Containerfile";
  return languageOfFirstLine(text);
}

/** True for the languages whose modules are JavaScript modules. */
export function isJavaScriptLike(language: string | null): boolean {
  return (
    language === "JavaScript" ||
    language === "TypeScript" ||
    language === "TypeScript Module" ||
    language === "JSX"
  );
}

/** Last three, two and one dotted parts of a name, longest first. */
function extensionsOf(name: string): string[] {
  const found: string[] = [];
  let dot = name.length;
  while (found.length < 3) {
    dot = name.lastIndexOf(".", dot - 1);
    if (dot < 0) break;
    if (dot + 1 < name.length) found.unshift(name.slice(dot + 1));
    if (dot === 0) break;
  }
  return found;
}

function languageOfFirstLine(text: string): string | null {
  if (text.startsWith("#!")) {
    const words = firstLine(text).slice(2).trim().split(/\s+/);
    const program = words[0]?.split("/").at(-1) === "env" && words[1] !== undefined ? words[1] : words[0];
    const interpreter = program
      ?.split("/")
      .at(-1)
      ?.replace(/[\d.]+$/, "");
    return languageByInterpreter.get(interpreter ?? "") ?? null;
  }
  return /<\?xml\s/.test(firstLine(text)) ? "XML" : null;
}

function firstLine(text: string): string {
  const end = text.indexOf("\n");
  return end < 0 ? text.slice(0, 4_096) : text.slice(0, Math.min(end, 4_096));
}

/** Decides between languages that share an extension by a few telling marks of one of them. */
function settleByContent(name: string, extension: string, language: string, text: string): string | null {
  switch (extension) {
    case "ts":
      return /^\s*(<\?xml|<!DOCTYPE TS>|<TS[\s>])/.test(text) ? "Qt Linguist" : language;
    case "ui":
      return /<!--\s*Generated with glade/i.test(text.slice(0, 2_000)) || text.includes("<interface>")
        ? "Glade"
        : language;
    case "pl":
      return looksLikeProlog(text) ? "Prolog" : language;
    case "cls":
      return /^VERSION\s+[\d.]+\s+CLASS/i.test(text) ? "Visual Basic" : language;
    case "d":
      return /^[^\n:]*\.o\s*:/m.test(text) && !/\b(module|import)\b/.test(text) ? null : language;
    case "v":
      return /^\s*(Require|Theorem|Lemma|Definition|Section)\b/m.test(text) ? "Coq" : language;
    case "xml":
      if (name === "pom.xml") return text.includes("<project") ? "Maven" : language;
      if (name === "build.xml") return text.includes("<project") ? "Ant" : language;
      return language;
    default:
      return language;
  }
}

function looksLikeProlog(text: string): boolean {
  if (/^#!.*perl/.test(text)) return false;
  const perl = (text.match(/;\s*$|[{}]|^\s*sub\s|<<'|^=(?:head|over|item|cut)|\$(?:\w+->|[_!])/gm) ?? [])
    .length;
  const prolog = (text.match(/^[^#\n]*\.[ \t]*$|:-/gm) ?? []).length;
  return prolog >= perl;
}

const contentSettledExtensions: ReadonlyMap<string, (text: string) => string | null> = new Map<
  string,
  (text: string) => string | null
>([
  ["m", settleObjectiveC],
  ["inc", settleInclude],
  ["jl", () => "Julia"],
  ["pro", (text) => (/^-[a-z]/m.test(text) ? "ProGuard" : "IDL")],
  ["cl", (text) => (/^\s*;/m.test(text) ? "Lisp" : "OpenCL")],
  ["pp", (text) => (/\b(begin|unit|program)\b/i.test(text) ? "Pascal" : "Puppet")],
]);

/**
 * Include files are PHP, or Pascal as soon as a line says so, comments on it aside. Like cloc, this takes some of C++
 * for Pascal, where a macro or a message has the word "function" or "module" in it.
 */
function settleInclude(text: string): string | null {
  if (/<\?[^]*\?>/.test(text)) return "PHP";
  const code = text.replace(/\{[^{}\n]*\}|\(\*[^*\n]*\*\)/g, "");
  return includedPascal.test(code) ? "Pascal" : null;
}

const includedPascal =
  /\b(?:program|unit|module)[ \t]+[a-z]|\b(?:procedure|function)\b|^[ \t]*(?:interface|implementation)\s|\bconstant\s|end\.[ \t\r]*$/im;

function settleObjectiveC(text: string): string {
  if (/^\s*(#(include|import)|@(interface|implementation|protocol|end)\b)/m.test(text)) return "Objective-C";
  return /^\s*(%|function\b)|\w+\s*=\s*\[/m.test(text) ? "MATLAB" : "Objective-C";
}
