/**
 * How comments are written in each language, as far as line counting needs it. The rules describe what cloc takes for
 * a comment, including where that differs from the language (strings spanning lines, markers in regular expressions).
 * It owns the table only; `count-lines.ts` applies it.
 */

import type { SlashRule } from "./count-slashes.ts";

export type CommentRule =
  /** Every line that is not blank is code. */
  | { kind: "plain" }
  /** Lines that start with one of the marks, after white space, are comments. */
  | { kind: "line-marks"; marks: readonly string[] }
  /** `/* … *\/` and `// …`. */
  | ({ kind: "slashes" } & SlashRule)
  /** Lines that start with `#`, and everything between triple quotes. */
  | { kind: "triple-quotes" }
  /** `<!-- … -->`, by whole lines. */
  | { kind: "markup" }
  /** The filters in order, each on the lines that the former left. */
  | { kind: "filters"; filters: readonly LineFilter[] };

export type LineFilter =
  | { drop: RegExp }
  | { from: RegExp; through: RegExp }
  | { onwards: RegExp }
  | { between: readonly [string, string] }
  | { betweenPatterns: readonly [RegExp, RegExp] }
  | { replace: readonly [RegExp, string] }
  | { indentedBelow: RegExp }
  | { rule: CommentRule };

const plain: CommentRule = { kind: "plain" };
const hash: CommentRule = { kind: "line-marks", marks: ["#"] };
const slashes: CommentRule = { kind: "slashes" };
const blocksOnly: CommentRule = { kind: "slashes", blocksOnly: true };
const tripleQuotes: CommentRule = { kind: "triple-quotes" };
const markup: CommentRule = { kind: "markup" };

function marks(...list: string[]): CommentRule {
  return { kind: "line-marks", marks: list };
}

function filters(...list: LineFilter[]): CommentRule {
  return { kind: "filters", filters: list };
}

const languagesByRule: [CommentRule, string[]][] = [
  [plain, ["JSON", "Text", "Visual Studio Solution", "LLVM IR"]],
  [
    hash,
    "Bourne Shell|Bourne Again Shell|Korn Shell|C Shell|zsh|Fish Shell|awk|sed|make|CMake|Dockerfile|Containerfile|YAML|TOML|R|Tcl/Tk|Meson|Nix|CoffeeScript|Crystal|Cucumber|Expect|GDScript|Bazel|RobotFramework|Julia|Puppet|ProGuard|Logos".split(
      "|",
    ),
  ],
  [
    slashes,
    "JavaScript|TypeScript|TypeScript Module|JSX|C|C++|C/C++ Header|C#|C# Designer|Go|Rust|Kotlin|Swift|Scala|Dart|Protocol Buffers|SCSS|LESS|Sass|Stylus|JSON5|Objective-C|Objective-C++|CUDA|GLSL|HLSL|Metal|OpenCL|Solidity|Thrift|Flatbuffers|ActionScript|Arduino Sketch|Apex Trigger|ANTLR Grammar|Haxe|QML|ReScript|ReasonML|Vala|Vala Header|OpenSCAD|SWIG|TableGen|WGSL|Verilog-SystemVerilog|Windows Resource File|lex|yacc".split(
      "|",
    ),
  ],
  [{ kind: "slashes", patternStrings: true }, ["Java"]],
  [{ kind: "slashes", hash: true }, ["PHP", "HCL"]],
  [blocksOnly, ["CSS"]],
  [tripleQuotes, ["Python", "GraphQL", "Starlark", "Cython"]],
  [
    markup,
    "HTML|XML|SVG|XHTML|XSD|XSLT|XAML|MXML|Maven|Ant|Svelte|MSBuild script|Qt|Qt Linguist|Glade|DTD|Web Services Description|XQuery|Velocity Template Language|Twig|liquid|Nunjucks|HTML EEx|EEx".split(
      "|",
    ),
  ],
  [
    marks(";"),
    [
      "INI",
      "Windows Module Definition",
      "Windows Message File",
      "AutoHotkey",
      "Clojure",
      "ClojureC",
      "ClojureScript",
    ],
  ],
  [marks("#", "!"), ["Properties"]],
  [marks("rem", "::"), ["DOS Batch"]],
  [marks("%"), ["Erlang", "TeX", "MATLAB", "Prolog"]],
  [marks("--"), ["Ada", "VHDL"]],
  [marks("'"), ["Visual Basic", "Visual Basic .NET"]],
  [marks("//"), ["Zig", "Gleam", "PlantUML"]],
  [marks('"'), ["vim script"]],
  [filters({ drop: /^\s*#[^,]/ }), ["PO File"]],
  [filters({ drop: /^dnl\s/i }), ["m4"]],
  [filters({ drop: /^(#|---|\+\+\+|\s)/ }), ["diff"]],
  [filters({ drop: /^\s*#/ }, { from: /^=begin/, through: /^=end/ }), ["Ruby"]],
  [
    filters({ onwards: /^__(END|DATA)__/ }, { drop: /^\s*#/ }, { from: /^=head1/, through: /^=cut/ }),
    ["Perl"],
  ],
  [filters({ drop: /^\s*--/ }, { rule: blocksOnly }), ["SQL", "SQL Data", "Oracle PL/SQL"]],
  [
    filters({ replace: [/<#/g, "/*"] }, { replace: [/#>/g, "*/"] }, { drop: /^\s*#/ }, { rule: blocksOnly }),
    ["PowerShell"],
  ],
  [filters({ drop: /^\s*[#;@|!]/ }, { drop: /^\s*--/ }, { rule: slashes }), ["Assembly"]],
  [
    filters(
      ...["=====", "====", "===", "==", "=", ""].map((level) => ({
        between: [`--[${level}[`, `]${level}]`] as const,
      })),
      { drop: /^\s*--/ },
    ),
    ["Lua"],
  ],
  [
    filters(
      { between: ["<!--", "-->"] },
      { betweenPatterns: [/\[(?:comment|\/\/)?\]\s{0,9}:?\s{0,9}(?:<\s{0,9}>|#)?\s{0,9}\(/, /\)/] },
    ),
    ["Markdown"],
  ],
  [filters({ betweenPatterns: [/^\.\./, /^[^ \n\t\r\f.]/] }), ["reStructuredText"]],
  // Build scripts are full of file patterns in strings, which hold no comments.
  [filters({ replace: [/(["'])(.*?\/)(\*.*?)\1/g, "x"] }, { rule: slashes }), ["Groovy", "Gradle"]],
  [filters({ rule: markup }, { rule: slashes }), ["Vuejs Component"]],
  [filters({ between: ["{-", "-}"] }, { drop: /^\s*--/ }), ["Haskell", "Elm", "PureScript", "dhall"]],
  [filters({ between: ["(*", "*)"] }), ["OCaml", "Standard ML", "Coq"]],
  [filters({ between: ["(*", "*)"] }, { drop: /^\s*\/\// }), ["F#", "F# Script"]],
  [
    filters({ betweenPatterns: [/\{(?:[^$]|$)/, /\}/] }, { between: ["(*", "*)"] }, { drop: /^\s*\/\// }),
    ["Pascal"],
  ],
  [filters({ drop: /^\s*;/ }, { between: ["#|", "|#"] }), ["Lisp", "Scheme", "Racket"]],
  [
    filters({ between: ["{{!--", "--}}"] }, { between: ["{{!", "}}"] }, { rule: markup }),
    ["Handlebars", "Mustache"],
  ],
  [filters({ between: ["<%#", "%>"] }, { rule: markup }), ["EJS", "ERB"]],
  [filters({ between: ["<%--", "--%>"] }, { rule: markup }, { rule: slashes }), ["JSP", "ASP.NET"]],
  [filters({ between: ["@*", "*@"] }, { rule: markup }, { rule: slashes }), ["Razor"]],
  [filters({ between: ["{{--", "--}}"] }, { rule: markup }), ["Blade"]],
  [filters({ between: ["<#--", "-->"] }), ["Freemarker Template"]],
  [filters({ between: ["{#", "#}"] }), ["Jinja Template"]],
  [filters({ between: ["////", "////"] }, { drop: /^\s*\/\// }), ["AsciiDoc"]],
  [filters({ indentedBelow: /^(\s*)\/\/\s*$/ }, { drop: /^\s*\/\// }), ["Pug"]],
  [filters({ indentedBelow: /^(\s*)(?:\/|-#)\s*$/ }), ["Haml"]],
  [filters({ indentedBelow: /^(\s*)\/!?\s*$/ }), ["Slim"]],
  [filters({ between: ["#[", "]#"] }, { drop: /^\s*#/ }), ["Nim"]],
  [filters({ between: ["/+", "+/"] }, { rule: slashes }), ["D"]],
  [filters({ drop: /^\s*#/ }, { rule: tripleQuotes }), ["Elixir"]],
  [filters({ drop: /^[*cCdD!]/ }, { drop: /^\s*!/ }), ["Fortran 77", "Fortran 90", "Fortran 95"]],
  [filters({ between: ["/-", "-/"] }, { drop: /^\s*--/ }), ["Lean"]],
  [filters({ between: ["(;", ";)"] }, { drop: /^\s*;;/ }), ["WebAssembly"]],
];

const ruleByLanguage: ReadonlyMap<string, CommentRule> = new Map(
  languagesByRule.flatMap(([rule, languages]) => languages.map((language) => [language, rule] as const)),
);

/** Rule for the language; a language without one counts every line that is not blank as code. */
export function commentRuleOf(language: string): CommentRule {
  return ruleByLanguage.get(language) ?? plain;
}

/** Languages run by an interpreter: their first line is code when it starts with `#!`, although it looks like a comment. */
export const isScriptLanguage: ReadonlySet<string> = new Set(
  "awk|Bourne Again Shell|Bourne Shell|C Shell|Korn Shell|zsh|Crystal|Erlang|Groovy|Lua|make|Perl|PHP|Python|Ruby|sed|Tcl/Tk".split(
    "|",
  ),
);
