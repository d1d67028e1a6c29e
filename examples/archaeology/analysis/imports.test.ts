import { expect, test } from "vitest";
import { findImports } from "./imports.ts";

test("every form of a JavaScript import is found, in order and once", () => {
  const text = `
import "./side-effect.ts";
import a, { b as c } from "a";
import type { D } from './d.ts';
import * as e from "e";
export * from "./f.ts";
export { g } from "./g.ts";
const h = await import("h");
const i = require("i");
import { j } from "a";
import k = require("k");
`;
  expect(findImports(text, "TypeScript")).toEqual([
    "./side-effect.ts",
    "a",
    "./d.ts",
    "e",
    "./f.ts",
    "./g.ts",
    "h",
    "i",
    "k",
  ]);
});

test("comments, strings, templates and regular expressions import nothing", () => {
  const text = `
// import "a";
/* require("b") */
const c = 'import "c"'; const d = \`require("d") \${require("real")}\`;
const e = /require("e")/; object.require("f"); import.meta.url; import(variable);
export const g = { from: "h" };
`;
  expect(findImports(text, "JavaScript")).toEqual(["real"]);
});

test("Python's modules keep their dots, and documentation imports nothing", () => {
  const text =
    '"""\nimport no\n"""\nimport os, sys as s\nfrom a.b import c\nfrom . import (d,\n  e as f)\nfrom ..g import h\n';
  expect(findImports(text, "Python")).toEqual(["os", "sys", "a.b", ".d", ".e", "..g"]);
});

test.each([
  ["Go", 'import (\n\t"fmt"\n\tx "a/b" // "no"\n)\nimport "c"\n', ["fmt", "a/b", "c"]],
  ["C", '#include <stdio.h>\n# include "a/b.h"\n', ["stdio.h", "./a/b.h"]],
  ["Rust", "mod a;\npub use b::c;\n", ["./a", "b::c"]],
  ["Java", "import static a.b.C;\nimport d.*;\n", ["a.b.C", "d.*"]],
  ["Ruby", "require 'a'\nrequire_relative \"b\"\n", ["a", "./b"]],
])("%s", (language, text, expected) => {
  expect(findImports(text, language)).toEqual(expected);
});
