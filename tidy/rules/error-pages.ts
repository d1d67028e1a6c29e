/**
 * Error codes: each one in the union `ErrorCode` is stated somewhere in the packages and has a page under
 * docs/errors, and each page there is that of a code.
 */
import type { Finding, Rule } from "../rule.ts";
import { syntaxOf, visit } from "../syntax.ts";
import { isPublished, type SourceFile } from "../tree.ts";

const declaredIn = "packages/core/src/errors.ts";
const folder = "docs/errors/";

interface Declared {
  readonly code: string;
  readonly line: number;
}

/** Every code of `ErrorCode` has a page, and every page a code. */
export const errorCodesHavePages: Rule = (files) => {
  const codes = declaredCodes(files);
  if (!codes) return [];
  const known = new Set(codes.map(({ code }) => code));
  const pages = files
    .filter(({ path }) => path.startsWith(folder) && path.endsWith(".md"))
    .map(({ path }) => path.slice(folder.length, -".md".length));
  return [
    ...codes
      .filter(({ code }) => !pages.includes(code))
      .map(({ code, line }) => finding(declaredIn, line, `${code} has no page ${folder}${code}.md`)),
    ...pages
      .filter((page) => !known.has(page))
      .map((page) => finding(`${folder}${page}.md`, 0, `there is no error code '${page}'`)),
  ];
};

/** Every code of `ErrorCode` is handed to a call or stands as a `code:` in published code. */
export const errorCodesAreUsed: Rule = (files) => {
  const codes = declaredCodes(files);
  if (!codes) return [];
  const used = new Set(files.filter(isPublished).flatMap(statedTexts));
  return codes
    .filter(({ code }) => !used.has(code))
    .map(({ code, line }) => finding(declaredIn, line, `${code} is stated nowhere`));
};

/** Undefined where the tree has no errors of ours: the tests of other rules. */
function declaredCodes(files: readonly SourceFile[]): Declared[] | undefined {
  const file = files.find(({ path }) => path === declaredIn);
  if (!file) return undefined;
  const { lineAt } = syntaxOf(file);
  const codes: Declared[] = [];
  visit(file, {
    TSTypeAliasDeclaration: ({ id, typeAnnotation }) => {
      if (id.name !== "ErrorCode" || typeAnnotation.type !== "TSUnionType") return;
      for (const type of typeAnnotation.types) {
        if (type.type !== "TSLiteralType" || type.literal.type !== "Literal") continue;
        if (typeof type.literal.value === "string")
          codes.push({ code: type.literal.value, line: lineAt(type.start) });
      }
    },
  });
  return codes;
}

/** Texts that a call or constructor is handed, and those of properties named `code`. */
function statedTexts(file: SourceFile): string[] {
  const texts: string[] = [];
  const take = (node: { readonly type: string; readonly value?: unknown }): void => {
    if (node.type === "Literal" && typeof node.value === "string") texts.push(node.value);
  };
  visit(file, {
    NewExpression: (node) => node.arguments.forEach(take),
    CallExpression: (node) => node.arguments.forEach(take),
    Property: ({ key, value }) => {
      if (key.type === "Identifier" && key.name === "code") take(value);
    },
  });
  return texts;
}

function finding(path: string, line: number, message: string): Finding {
  return { path, line, message };
}
