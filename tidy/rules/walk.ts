/** The interpreter's walk is synchronous: it decides from what it has been given, so that a replay decides alike. */
import type { Finding, Rule } from "../rule.ts";
import { syntaxOf, visit } from "../syntax.ts";
import { isPublished, type SourceFile } from "../tree.ts";

const folder = "packages/core/src/execution/walk/";

/** Nothing in execution/walk is async, awaits or makes a promise; types may say that the host does. */
export const walkIsSynchronous: Rule = (files) =>
  files.filter((file) => isPublished(file) && file.path.startsWith(folder)).flatMap(waits);

function waits(file: SourceFile): Finding[] {
  const { lineAt } = syntaxOf(file);
  const findings: Finding[] = [];
  const report = (what: string, node: { readonly start: number }): void => {
    findings.push({ path: file.path, line: lineAt(node.start), message: `${what}: the walk is synchronous` });
  };
  const check = (node: { readonly async: boolean; readonly start: number }): void => {
    if (node.async) report("async", node);
  };
  visit(file, {
    FunctionDeclaration: check,
    FunctionExpression: check,
    ArrowFunctionExpression: check,
    AwaitExpression: (node) => report("await", node),
    ForOfStatement: (node) => {
      if (node.await) report("for await", node);
    },
    NewExpression: ({ callee }) => {
      if (callee.type === "Identifier" && callee.name === "Promise") report("new Promise", callee);
    },
    MemberExpression: ({ object }) => {
      if (object.type === "Identifier" && object.name === "Promise") report("Promise", object);
    },
  });
  return findings;
}
