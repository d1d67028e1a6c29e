/** Names of files, folders and declarations: full domain words, kebab-case, none of the words that mean nothing. */
import { posix } from "node:path";
import type { Finding, Rule } from "../rule.ts";
import { syntaxOf, visit } from "../syntax.ts";
import { isCode, isPublished, type SourceFile } from "../tree.ts";

const folderNames = new Set([
  "types",
  "utils",
  "util",
  "helpers",
  "helper",
  "interfaces",
  "common",
  "misc",
  "lib",
]);
const fileName = /^[a-z0-9]+(-[a-z0-9]+)*(\.(long\.)?test|\.config)?\.(tsx?|js|cjs|mjs)$/;
const emptyFileName =
  /^(simple|advanced)-|-v\d+\.|(^|-)(manager|service|helpers?|utils?)\.|^(types|interfaces|common|data|info)\./;
const emptySuffix = /(Manager|Service|Helpers?|Utils?)$/;
const interfacePrefix = /^I[A-Z][a-z]/;
const emptyBindings = new Set(["data", "info"]);

/** Files are kebab-case and named after one noun or verb; folders name domain concepts. */
export const filesAreNamedWell: Rule = (files) =>
  files.filter(isCode).flatMap(({ path }) => {
    const findings: Finding[] = [];
    const name = posix.basename(path);
    if (!fileName.test(name)) findings.push({ path, line: 0, message: "is not kebab-case" });
    if (emptyFileName.test(name)) findings.push({ path, line: 0, message: "has a name that says nothing" });
    const folder = posix
      .dirname(path)
      .split("/")
      .find((part) => folderNames.has(part));
    if (folder !== undefined) findings.push({ path, line: 0, message: `folder ${folder}/ names no concept` });
    return findings;
  });

/** Declarations avoid Manager, Service, Helper, Utils, `I`-prefixes, and bindings called data or info. */
export const declarationsAreNamedWell: Rule = (files) => files.filter(isPublished).flatMap(badNames);

function badNames(file: SourceFile): Finding[] {
  const { lineAt } = syntaxOf(file);
  const findings: Finding[] = [];
  const check = (
    id: { readonly type: string; readonly name?: string; readonly start: number } | null,
  ): void => {
    if (id?.type !== "Identifier" || id.name === undefined) return;
    const bad = emptySuffix.test(id.name) || interfacePrefix.test(id.name) || emptyBindings.has(id.name);
    if (bad)
      findings.push({ path: file.path, line: lineAt(id.start), message: `${id.name} is a banned name` });
  };
  visit(file, {
    ClassDeclaration: (node) => check(node.id),
    TSInterfaceDeclaration: (node) => check(node.id),
    TSTypeAliasDeclaration: (node) => check(node.id),
    VariableDeclarator: (node) => check(node.id),
    FunctionDeclaration: (node) => {
      check(node.id);
      for (const parameter of node.params) check(parameter.type === "Identifier" ? parameter : null);
    },
    ArrowFunctionExpression: (node) => {
      for (const parameter of node.params) check(parameter.type === "Identifier" ? parameter : null);
    },
  });
  return findings;
}
